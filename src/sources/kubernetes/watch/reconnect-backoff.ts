import { BOUNDS } from '../bounds.ts';

const FIRST_MS = 800;
const FACTOR = 2;
const LAST_MS = 30_000;
const FORGET_MS = 120_000;

/** The state of a back-off: the next wait, before jitter, and when the last one was asked for. */
export interface RetryDelay {
  readonly nextMs: number;
  readonly askedAt: number;
}

export const NO_RETRY_YET: RetryDelay = Object.freeze({ nextMs: FIRST_MS, askedAt: Number.NEGATIVE_INFINITY });

/**
 * The wait before the next try, and the state after it: client-go's reflector waits 0.8 s, doubling
 * to 30 s, each lengthened by up to its own length, and starts over after two minutes without a
 * failure.
 * @param now epoch ms.
 * @param chance in [0, 1).
 * @param most the longest wait before it is lengthened, in ms; later ones double from there.
 */
export function nextRetry(
  delay: RetryDelay,
  now: number,
  chance: number,
  most: number = LAST_MS,
): { readonly waitMs: number; readonly delay: RetryDelay } {
  const base = Math.min(most, now - delay.askedAt > FORGET_MS ? FIRST_MS : delay.nextMs);
  return {
    waitMs: Math.round(base * (1 + chance)),
    delay: { nextMs: Math.min(LAST_MS, base * FACTOR), askedAt: now },
  };
}

/**
 * The wait that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds, or a date), in ms; null
 * if it cannot be read. Values beyond the bound count as the bound.
 * @param now epoch ms.
 */
export function retryAfterMs(header: string, now: number): number | null {
  const text = header.trim();
  const ms = SECONDS.test(text) ? Number(text) * 1000 : HTTP_DATE.test(text) ? Date.parse(text) - now : Number.NaN;
  return Number.isNaN(ms) ? null : boundedRetry(Math.max(0, Math.ceil(ms)));
}

/** Cuts a wait to the longest that a server may ask for. */
export function boundedRetry(ms: number): number {
  return Math.min(ms, BOUNDS.retryAfterMs);
}

// Fractions are not allowed, but some servers send them.
const SECONDS = /^\d{1,20}(?:\.\d{1,20})?$/;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;
