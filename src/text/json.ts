/** A parsed JSON object of unknown shape. */
export type Json = { readonly [key: string]: unknown };

/**
 * Returns the value if it is an object, else an empty one: in the API, absent and null fields mean
 * the same.
 */
export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : EMPTY;
}
const EMPTY: Json = Object.freeze({});

/** Returns the value if it is an array, else an empty one. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NOTHING;
}
const NOTHING: readonly unknown[] = Object.freeze([]);

/** Returns the value if it is a string, else ''. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Returns the value if it is a finite number, else `otherwise`. */
export function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

/**
 * Parses an API timestamp (RFC 3339) into epoch milliseconds; null where there is none. The API
 * writes 1970, its zero time, for a start that never was (terminated.startedAt of StartError): that
 * is null, too. So is a time past the year 9999, which RFC 3339 cannot express.
 */
export function timeOf(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > MAX_TIME_LENGTH) return null;
  const ms = wholeSecond(value) ?? Date.parse(value);
  return ms > 0 && ms <= LAST_TIME ? ms : null;
}

/**
 * Times of the API are truncated to whole seconds (metav1.Time): the real distance of two of them
 * differs from the stated one by less than this, ms.
 */
export const TRUNCATION_MS = 1000;

// A time with nine digits of a second and a zone has 35 characters.
const MAX_TIME_LENGTH = 64;

/** The last time that RFC 3339 can express, epoch ms: the end of the year 9999. */
export const LAST_TIME = Date.UTC(10_000, 0) - 1;

// Nearly every time of the API looks like `2026-11-22T14:57:48Z`, and a Pod holds a dozen.
// Date.parse takes ten times as long for it.
function wholeSecond(text: string): number | null {
  if (text.length !== 20 || text.charCodeAt(19) !== UPPER_Z || text.charCodeAt(10) !== UPPER_T) return null;
  const day = text.slice(0, 10);
  let midnight = midnights.get(day);
  if (midnight === undefined) {
    midnight = Date.parse(`${day}T00:00:00Z`);
    if (midnights.size >= MIDNIGHTS_KEPT) midnights.clear();
    midnights.set(day, midnight);
  }
  const seconds = digits(text, 11) * 3600 + digits(text, 14) * 60 + digits(text, 17);
  return seconds >= 0 && seconds < 86_400 ? midnight + seconds * 1000 : null;
}

// Two digits as a number; without them a value so low that no sum with others gets positive.
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1e9;
}

const ZERO = 48;
const UPPER_T = 84;
const UPPER_Z = 90;
// Days are few, but a hostile file may hold many: it must not fill the memory.
const MIDNIGHTS_KEPT = 1000;
const midnights = new Map<string, number>();
