/** The last times at which keys were pressed. Epoch ms on the machine's clock. */
export interface LastInput {
  readonly lastKeyAt: number;
  /** The last key before the latest absence: everything later was new on return. */
  readonly leftAt: number;
}

/** No key was pressed yet. */
export const NO_KEY_YET: LastInput = Object.freeze({
  lastKeyAt: Number.NEGATIVE_INFINITY,
  leftAt: Number.NEGATIVE_INFINITY,
});

/** Without a key for this long (ms), the user counts as away. */
export const IDLE_AFTER_MS = 30_000;

/**
 * The state after a key at `now`. Keys in close succession are one look at the screen: none of them
 * removes the marks.
 */
export function keyPressed(attention: LastInput, now: number): LastInput {
  return { lastKeyAt: now, leftAt: idleSince(attention, now) };
}

/** Since when arrivals are new to the user. */
export function idleSince({ lastKeyAt, leftAt }: LastInput, now: number): number {
  return now - lastKeyAt >= IDLE_AFTER_MS ? lastKeyAt : leftAt;
}
