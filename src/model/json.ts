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
 * a start that never was (terminated.startedAt of StartError), which counts as none.
 */
export function timeOf(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const ms = Date.parse(value);
  return ms > 0 ? ms : null;
}
