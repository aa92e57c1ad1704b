import { readFileSync } from 'node:fs';

/**
 * Texts as real software writes them, with secrets that are made up when they are read: `«a24»` stands for a secret of
 * 24 letters and digits, `‹a24›` for something like it that is none. So no scanner of repositories takes one for real,
 * and each text is tried with several.
 */
export interface SecretText {
  readonly name: string;
  readonly text: string;
  readonly secrets: readonly string[];
}

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/masking/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

/** Every second text was held out while the masks were made: `heldOut`. */
export function secretTexts(seed: number, heldOut: boolean): SecretText[] {
  return fixture('secrets.txt')
    .filter((_, i) => (i % 2 === 1) === heldOut)
    .map((line) => {
      const [name = '', text = ''] = line.split(/\|(.*)/s);
      return { name, ...filled(written(text), seed) };
    });
}

export function harmlessTexts(heldOut: boolean): string[] {
  return fixture('harmless.txt').filter((_, i) => (i % 2 === 1) === heldOut);
}

function written(text: string): string {
  return text.replaceAll(/\\(\\|n)/g, (_, char) => (char === 'n' ? '\n' : '\\')).replaceAll('␛', '\u001b');
}

function filled(text: string, seed: number): { text: string; secrets: string[] } {
  const random = randomFrom(seed * 1000 + text.length);
  const secrets: string[] = [];
  const done = text.replaceAll(/[«‹]([a-z]+|[A-Z])(\d*)[»›]/g, (match, kind: string, length: string) => {
    const value = madeOf(kind, Number(length), random, seed);
    if (match.startsWith('«')) secrets.push(value);
    return value;
  });
  return { text: done, secrets };
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const ALPHABETS: Readonly<Record<string, string>> = {
  a: LOWER + LOWER.toUpperCase() + DIGITS,
  e: LOWER + LOWER.toUpperCase() + DIGITS,
  b: `${LOWER}${LOWER.toUpperCase()}${DIGITS}+/`,
  A: LOWER.toUpperCase() + DIGITS,
  h: '0123456789abcdef',
  d: DIGITS,
};
const PASSWORDS = ['Xq7hunter', 'tr0ub4dor', 'blue-Harbor-42', 'Pa55_w0rd!', 'k9#vLm2x'];

function madeOf(kind: string, length: number, random: () => number, seed: number): string {
  if (kind === 'p') return `${PASSWORDS[seed % PASSWORDS.length]}${Math.floor(random() * 1e6)}`;
  if (kind === 'basic') return Buffer.from(`bot:${madeOf('p', 0, random, seed)}`).toString('base64');
  if (kind === 'u') return [8, 4, 4, 4, 12].map((n) => madeOf('h', n, random, seed)).join('-');
  const alphabet = ALPHABETS[kind] as string;
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}

// A linear congruential generator: the same texts each time.
function randomFrom(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
