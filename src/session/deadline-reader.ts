/** Reads an async iterable item by item, and no longer than somebody has patience. */
export class DeadlineReader<T> {
  readonly #items: AsyncIterator<T>;
  #next: Promise<IteratorResult<T, unknown>> | null = null;

  constructor(items: AsyncIterable<T>) {
    this.#items = items[Symbol.asyncIterator]();
  }

  /**
   * The next item; null after the last; 'late' where it does not come before `late` resolves: then it is the next one that is
   * read. Without `late` it waits. @throws what the iterable throws.
   */
  async read(late?: Promise<unknown>): Promise<{ readonly item: T } | null | 'late'> {
    this.#next ??= this.#items.next();
    const next = await (late === undefined ? this.#next : Promise.race([this.#next, late.then(() => 'late' as const)]));
    if (next === 'late') return 'late';
    this.#next = null;
    return next.done === true ? null : { item: next.value };
  }
}
