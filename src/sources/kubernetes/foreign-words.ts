import { maskText } from '../../recording/redaction/mask.ts';
import { safeLine } from '../../text/safe-text.ts';

// A refusal of an API server has some 300 characters; one that lists missing roles has more.
const SHOWN = 1000;
// Masks before cutting: a secret cut in half would not be recognized.
const MAX_SCANNED = 4 * SHOWN;

/**
 * Makes text from a server, a proxy, a certificate or a plug-in fit to be shown: one line of safe
 * text, of bounded length, its secrets masked.
 */
export function foreignText(text: string): string {
  const words = maskedLine(text.slice(0, MAX_SCANNED));
  return safeLine(words.length > SHOWN ? `${words.slice(0, SHOWN)}…` : words);
}

/**
 * Like {@link foreignText}, but keeps the end, at most `length` characters: failures are explained
 * last.
 */
export function lastForeignText(text: string, length: number): string {
  const words = maskedLine(text.slice(-MAX_SCANNED));
  return safeLine(words.length > length ? `…${words.slice(-length)}` : words);
}

function maskedLine(text: string): string {
  return maskText(text).split(/\s+/).join(' ').trim();
}
