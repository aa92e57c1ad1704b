const BLOCK_BYTES = 64 * 1024;
const SMALL_BYTES = 4 * 1024;
const NOTHING = new Uint8Array(0);

/**
 * Collects pieces of bytes until they are complete. Copies small pieces into blocks: a stream of
 * single bytes must not cost a hundred times its size.
 */
export class GatheredBytes {
  #pieces: Uint8Array[] = [];
  #size = 0;
  /** The last piece, which small pieces are copied into; `#used` bytes of it are filled. */
  #block: Buffer | null = null;
  #used = 0;

  /** How many bytes are held. */
  get size(): number {
    return this.#size;
  }

  /** Adds a piece. Keeps a large one without a copy: it must not change. */
  add(piece: Uint8Array): void {
    this.#size += piece.length;
    if (piece.length >= SMALL_BYTES) {
      this.#closeBlock();
      this.#pieces.push(piece);
      return;
    }
    if (this.#block !== null && this.#used + piece.length > BLOCK_BYTES) this.#closeBlock();
    // The first small piece is usually the only one.
    this.#block ??= Buffer.allocUnsafeSlow(this.#pieces.length === 0 && this.#size === piece.length ? SMALL_BYTES : BLOCK_BYTES);
    if (this.#used + piece.length > this.#block.length) this.#growBlock();
    this.#block.set(piece, this.#used);
    this.#used += piece.length;
  }

  /**
   * Returns all bytes and lets go of them.
   * @param last one more piece, which so is not copied twice.
   */
  take(last: Uint8Array = NOTHING): Buffer {
    this.#closeBlock();
    if (last.length > 0) this.#pieces.push(last);
    const [first] = this.#pieces;
    const isOne = this.#pieces.length === 1 && first !== undefined;
    const whole = isOne ? bufferOf(first) : Buffer.concat(this.#pieces, this.#size + last.length);
    this.#pieces = [];
    this.#size = 0;
    return whole;
  }

  #growBlock(): void {
    const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    this.#block?.copy(block, 0, 0, this.#used);
    this.#block = block;
  }

  #closeBlock(): void {
    if (this.#block !== null) this.#pieces.push(this.#block.subarray(0, this.#used));
    this.#block = null;
    this.#used = 0;
  }
}

/** The same bytes as a Buffer, without a copy. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
