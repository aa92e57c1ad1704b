import type { Timers } from '../model/timers.ts';

/** New data is drawn at most this often, in ms: ten frames a second. */
export const FRAME_MS = 100;

// A frame that takes long must leave time for keys and arrivals: about a twentieth of it is spent on screens of lines at most, which are
// painted while it is measured, so that fewer than one key in twenty waits for one; about an eighth on the drill-down, which React and
// ink draw after that.
const REST = 20;
// However slow the machine is, so often there is news.
const LONGEST_REST_MS = 500;

/**
 * Decides when to draw: at once when asked to, at most ten times a second for data, and at the time that was last asked for
 * where nothing else happens.
 */
export class FrameScheduler {
  readonly #timers: Timers;
  readonly #now: () => number;
  /** Draws, and says after how many ms to draw again at the latest; null: only when something happens. */
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

  /** Something changed: it is drawn within a frame's time. */
  markDirty(): void {
    this.#drawAfter(Math.max(0, this.#restsUntil - this.#now()));
  }

  /** Draws now: at the start, and for another size of the terminal. */
  flush(): void {
    this.stop();
    const begun = this.#now();
    const next = this.#draw();
    const drawn = this.#now();
    this.#restsUntil = drawn + Math.max(FRAME_MS, Math.min(REST * (drawn - begun), LONGEST_REST_MS));
    if (next !== null) this.#drawAfter(Math.max(next, this.#restsUntil - drawn));
  }

  /** Draws no more until it is asked to. */
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
