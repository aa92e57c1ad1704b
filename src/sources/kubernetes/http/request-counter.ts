/** The number of requests sent. */
export interface Requests {
  /** Since the start. */
  readonly total: number;
  /** The mean of the last 60 s. */
  readonly perSecond: number;
}

const SECONDS = 60;

/** Counts requests in total and in the last minute, by whole seconds. Times in epoch ms. */
export class RequestCounter {
  readonly #counts = new Array<number>(SECONDS).fill(0);
  #second = 0;
  #total = 0;

  count(now: number): void {
    this.#moveTo(now);
    this.#total++;
    const index = this.#second % SECONDS;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  read(now: number): Requests {
    this.#moveTo(now);
    return { total: this.#total, perSecond: this.#counts.reduce((sum, count) => sum + count, 0) / SECONDS };
  }

  // A clock that is put back continues in the second already reached.
  #moveTo(now: number): void {
    const second = Math.max(this.#second, Math.floor(now / 1000));
    const passed = Math.min(SECONDS, second - this.#second);
    for (let i = 0; i < passed; i++) this.#counts[(second - i) % SECONDS] = 0;
    this.#second = second;
  }
}
