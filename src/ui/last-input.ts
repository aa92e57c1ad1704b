/** When somebody was at the keys. Epoch ms on the machine's clock. */
export interface LastInput {
  readonly lastKeyAt: number;
  /** The last key of the time before: what came after it was new to whoever came back. */
  readonly leftAt: number;
}

/** Nobody has pressed a key yet. */
export const NO_KEY_YET: LastInput = Object.freeze({
  lastKeyAt: Number.NEGATIVE_INFINITY,
  leftAt: Number.NEGATIVE_INFINITY,
});

/** Who presses no key for this long (ms) has looked away. */
export const IDLE_AFTER_MS = 30_000;

/** After a key at `now`. Keys that follow each other are one look at the screen: none of them takes the marks away. */
export function keyPressed(attention: LastInput, now: number): LastInput {
  return { lastKeyAt: now, leftAt: idleSince(attention, now) };
}

/** Since when what comes is new to the person at the keys. */
export function idleSince({ lastKeyAt, leftAt }: LastInput, now: number): number {
  return now - lastKeyAt >= IDLE_AFTER_MS ? lastKeyAt : leftAt;
}
