import { maskText } from '../../recording/redaction/mask.ts';
import { safeLine } from '../../text/safe-text.ts';

// A refusal of an API server has some 300 characters; who lists missing roles in it has more.
const SHOWN = 1000;
// Looked at before it is cut, so that no half of a secret is left that nothing tells any more.
const LOOKED_AT = 4 * SHOWN;

/**
 * What a server, a proxy, a certificate or a plug-in says, fit to be shown: one line of safe text, of bounded length, its secrets masked.
 */
export function foreignText(text: string): string {
  const words = maskedLine(text.slice(0, LOOKED_AT));
  return safeLine(words.length > SHOWN ? `${words.slice(0, SHOWN)}…` : words);
}

/** As {@link foreignText}, but of the end, at most `length` characters: who fails says why last. */
export function lastForeignText(text: string, length: number): string {
  const words = maskedLine(text.slice(-LOOKED_AT));
  return safeLine(words.length > length ? `…${words.slice(-length)}` : words);
}

function maskedLine(text: string): string {
  return maskText(text).split(/\s+/).join(' ').trim();
}
