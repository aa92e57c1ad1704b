/** Reads an async iterable item by item, each with a deadline. */
export class DeadlineReader<T> {
  readonly #items: AsyncIterator<T>;
  #next: Promise<IteratorResult<T, unknown>> | null = null;

  constructor(items: AsyncIterable<T>) {
    this.#items = items[Symbol.asyncIterator]();
  }

  /**
   * The next item; null after the last; 'late' if `late` resolves first: then the next call returns
   * this item. Without `late` it waits. @throws the iterable's errors.
   */
  async read(late?: Promise<unknown>): Promise<{ readonly item: T } | null | 'late'> {
    this.#next ??= this.#items.next();
    const next = await (late === undefined ? this.#next : Promise.race([this.#next, late.then(() => 'late' as const)]));
    if (next === 'late') return 'late';
    this.#next = null;
    return next.done === true ? null : { item: next.value };
  }
}
