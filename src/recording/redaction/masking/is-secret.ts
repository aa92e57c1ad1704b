import { isNothing, isObjectName, isProse, isRandom, looksMadeUp } from './made-up.ts';
import { type Value, wholeWordEnd } from './read-value.ts';
import type { SecretName } from './secret-name.ts';
import type { SecretKind, Span } from './span.ts';

/** How a name and its value are connected: the closer, the more certain. */
export type Style = 'assigned' | 'said' | 'tight';

// This much of a value is enough to classify it.
const LOOKED_AT = 160;
const DIGITS = /^[+-]?\d{1,40}(?:\.\d{1,20})?$/;
const REFERRED = /^(?:pull|existing|image|tls|cert|certificate|ref|mount|volume|sync|external|managed|target|source)$/;

/** True if a value is a secret, judged by the name before it, its looks, and its position. */
export function isSecret(
  text: string,
  { start, end: close, isQuoted, gluedEnd }: Value,
  name: SecretName,
  style: Style,
): boolean {
  const end = close > start ? close : gluedEnd;
  if (end <= start) return false;
  const value = text.slice(start, Math.min(end, start + LOOKED_AT));
  if (value.includes('[redacted]')) return false;
  if (isNothing(value) || isProse(value)) return false;
  if (value.toLowerCase().replaceAll(/[^a-z0-9]/g, '') === name.words.join('')) return false;
  if (DIGITS.test(value)) return isSecretNumber(value, name);
  if (isReference(value, name)) return false;
  if (name.is === 'likely') return looksMadeUp(value) || value.split(/[\s,;]+/).some(looksMadeUp);
  if (style === 'assigned' || isQuoted) return true;
  if (looksMadeUp(value)) return true;
  if (name.kind !== 'password') return isRandom(value);
  if (style === 'tight') return !/^(?:latest|v?\d[\d.]*)$/.test(value);
  return /^[A-Z]{6,}$/.test(value) || isLast(text, end);
}

// Four digits are a PIN; a number after a plural is a count.
function isSecretNumber(value: string, name: SecretName): boolean {
  const least = name.kind === 'token' ? 5 : 4;
  if (name.is === 'surely') return value.length >= least;
  return /^(?:otp|pin|totp)$/.test(name.words.at(-1) as string) && value.length >= 4;
}

// The name of a Kubernetes object after the word "secret".
function isReference(value: string, { words }: SecretName): boolean {
  if (!/^secrets?$/.test(words.at(-1) as string)) return false;
  const before = words.at(-2);
  if (before === undefined) return isObjectName(value);
  return REFERRED.test(before) && /^[a-z0-9][a-z0-9./-]*$/.test(value);
}

function isLast(text: string, end: number): boolean {
  const rest = text.slice(end, end + 3);
  return /^(?:$|\r?\n|[,)}\]"'][\s,]?)/.test(rest);
}

/** The spans of a value. Quotes stay, so that masked JSON and shell words remain valid. */
export function* spansOf(text: string, value: Value, kind: SecretKind): Generator<Span> {
  const { start, end, gluedEnd } = value;
  if (end > start) yield { start, end: wholeWordEnd(text, value), kind };
  if (gluedEnd > end) yield { start: end + 1, end: gluedEnd, kind };
}
