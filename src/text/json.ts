/** A JSON object as parsed, of which nothing is known yet. */
export type Json = { readonly [key: string]: unknown };

/** The object itself, or an empty one where something else stands: API fields that are absent and null mean the same. */
export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : EMPTY;
}
const EMPTY: Json = Object.freeze({});

/** The array itself, or an empty one where something else stands. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NOTHING;
}
const NOTHING: readonly unknown[] = Object.freeze([]);

/** The string itself, or '' where something else stands. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The number itself, or `otherwise` where something else stands. */
export function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

/**
 * An API timestamp (RFC 3339) in epoch milliseconds; null where there is none. The API writes the zero time as 1970 for
 * a start that never was (terminated.startedAt of StartError), which counts as none; so does what RFC 3339 has no year for.
 */
export function timeOf(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > LONGEST_TIME) return null;
  const ms = wholeSecond(value) ?? Date.parse(value);
  return ms > 0 && ms <= LAST_TIME ? ms : null;
}

/** Times of the API are whole seconds, cut off (metav1.Time): what really lay between two of them differs by less than this, ms. */
export const TRUNCATION_MS = 1000;

// With nine digits of a second and a zone it has 35 characters.
const LONGEST_TIME = 64;

/** The last time that RFC 3339 can say, epoch ms: the end of the year 9999. */
export const LAST_TIME = Date.UTC(10_000, 0) - 1;

// Nearly every time of the API is `2026-11-22T14:57:48Z`, and a Pod holds a dozen: Date.parse takes ten times as long for it.
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

// Two digits, or far below any sum of others where they are none.
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1e9;
}

const ZERO = 48;
const UPPER_T = 84;
const UPPER_Z = 90;
// Days are few; a file that is made to hold many must not fill the memory.
const MIDNIGHTS_KEPT = 1000;
const midnights = new Map<string, number>();
