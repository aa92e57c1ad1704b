/**
 * Keeps the newest of numbered pieces of input, up to a number of bytes, because a stream cannot be
 * read twice.
 */
export class RecentBytes {
  readonly #limit: number;
  readonly #pieces = new Map<number, Buffer>();
  #total = 0;

  /** @param limit the most bytes to keep; a single larger piece is not kept. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Keeps a copy. Numbers ascend. */
  add(number: number, bytes: Buffer): void {
    if (bytes.length > this.#limit) return;
    this.#pieces.set(number, Buffer.from(bytes));
    this.#total += bytes.length;
    for (const [oldest, piece] of this.#pieces) {
      if (this.#total <= this.#limit) return;
      this.#pieces.delete(oldest);
      this.#total -= piece.length;
    }
  }

  /** The piece with that number, if still kept. */
  get(number: number): Buffer | undefined {
    return this.#pieces.get(number);
  }

  /** The pieces with a number up to this, each with its number, the newest first. */
  upTo(number: number): [number, Buffer][] {
    return [...this.#pieces].filter(([key]) => key <= number).reverse();
  }
}
