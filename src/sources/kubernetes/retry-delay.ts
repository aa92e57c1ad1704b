const FIRST_MS = 800;
const FACTOR = 2;
const LAST_MS = 30_000;
const FORGET_MS = 120_000;

/** Where the back-off stands: how long the next wait is, before jitter, and when the last one was asked for. */
export interface RetryDelay {
  readonly nextMs: number;
  readonly askedAt: number;
}

export const NO_RETRY_YET: RetryDelay = Object.freeze({ nextMs: FIRST_MS, askedAt: Number.NEGATIVE_INFINITY });

/**
 * How long to wait before the next try, and the state after: client-go's reflector waits 0.8 s, doubling to 30 s, each
 * lengthened by up to its own length, and begins anew when it was not needed for two minutes.
 * @param now epoch ms.
 * @param chance in [0, 1).
 * @param most the longest wait before it is lengthened, in ms; those after it double from there.
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
