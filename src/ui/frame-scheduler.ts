import type { Timers } from '../model/timers.ts';

/** The shortest time between two frames of new data, in ms: ten frames a second. */
export const FRAME_MS = 100;

// Rests after a long frame, to leave time for keys and arrivals: screens of lines take at most
// about a twentieth of the time, as they are painted while it is measured, so fewer than one key in
// twenty waits for a frame; the drill-down takes about an eighth, because React and ink draw after
// that.
const REST = 20;
// The longest time without a frame, however slow the machine is.
const MAX_REST_MS = 500;

/**
 * Decides when to draw: at once on request, at most ten times a second for data, and otherwise at
 * the time last asked for.
 */
export class FrameScheduler {
  readonly #timers: Timers;
  readonly #now: () => number;
  /**
   * Draws, and returns after how many ms to draw again at the latest; null: only when something
   * happens.
   */
  readonly #draw: () => number | null;
  #timer: unknown = null;
  #dueAt = Number.POSITIVE_INFINITY;
  /** No frame for data before this, epoch ms. */
  #restsUntil = Number.NEGATIVE_INFINITY;

  constructor(timers: Timers, now: () => number, draw: () => number | null) {
    this.#timers = timers;
    this.#now = now;
    this.#draw = draw;
  }

  /** Something changed: draws within a frame's time. */
  markDirty(): void {
    this.#drawAfter(Math.max(0, this.#restsUntil - this.#now()));
  }

  /** Draws now: at the start, and after a resize of the terminal. */
  flush(): void {
    this.stop();
    const begun = this.#now();
    const next = this.#draw();
    const drawn = this.#now();
    this.#restsUntil = drawn + Math.max(FRAME_MS, Math.min(REST * (drawn - begun), MAX_REST_MS));
    if (next !== null) this.#drawAfter(Math.max(next, this.#restsUntil - drawn));
  }

  /** Stops drawing until asked again. */
  stop(): void {
    if (this.#timer !== null) this.#timers.stop(this.#timer);
    this.#timer = null;
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  #drawAfter(ms: number): void {
    const dueAt = this.#now() + ms;
    if (dueAt >= this.#dueAt) return;
    this.stop();
    this.#dueAt = dueAt;
    this.#timer = this.#timers.start(() => this.flush(), ms);
  }
}
