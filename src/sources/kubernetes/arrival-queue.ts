/**
 * Hands arrivals from many producers to one reader, in order. Producers pause while it holds too
 * many: TCP holds back a watch that is not read, and a watch that the server gives up is resumed
 * from its resourceVersion.
 */
export class ArrivalQueue<T> implements AsyncIterable<T> {
  readonly #limit: number;
  readonly #weigh: (item: T) => number;
  #weight = 0;
  #items: T[] = [];
  #taken = 0;
  #wake: (() => void) | null = null;
  #roomMade: PromiseWithResolvers<void> | null = null;
  #ended = false;
  #error: unknown = null;

  /**
   * @param limit the weight from which {@link drained} makes producers wait.
   * @param weigh the weight of an item; 1 if not given.
   */
  constructor(limit: number, weigh: (item: T) => number = () => 1) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  /** How many items are not read yet. */
  get size(): number {
    return this.#items.length - this.#taken;
  }

  /** Never refuses, so that nothing is lost; does nothing after the end. */
  push(item: T): void {
    if (this.#ended) return;
    this.#items.push(item);
    this.#weight += this.#weigh(item);
    this.#wake?.();
  }

  /** Resolves when there is room, usually at once. */
  drained(): Promise<void> {
    if (this.#weight < this.#limit || this.#ended) return Promise.resolve();
    this.#roomMade ??= Promise.withResolvers();
    return this.#roomMade.promise;
  }

  /** Queued items are still read; then the reader ends, or gets the error. */
  end(error: unknown = null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
    this.#makeRoom();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#taken < this.#items.length) yield this.#take();
      if (this.#ended) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    if (this.#error !== null) throw this.#error;
  }

  #take(): T {
    const item = this.#items[this.#taken++] as T;
    this.#weight -= this.#weigh(item);
    if (this.#taken === this.#items.length || this.#taken > COMPACT_AFTER) {
      this.#items = this.#items.slice(this.#taken);
      this.#taken = 0;
    }
    if (this.#weight < this.#limit / 2) this.#makeRoom();
    return item;
  }

  #makeRoom(): void {
    this.#roomMade?.resolve();
    this.#roomMade = null;
  }
}

// Removes taken items in batches, so that a long queue is not copied for each.
const COMPACT_AFTER = 1024;
