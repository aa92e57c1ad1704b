const BLOCK_BYTES = 64 * 1024;
const SMALL_BYTES = 4 * 1024;

/**
 * Bytes that come in pieces, until they are a whole. Small pieces are put together: a stream of single bytes costs what it brings,
 * not a hundred times that.
 */
export class GatheredBytes {
  #pieces: Uint8Array[] = [];
  #size = 0;
  /** Where small pieces go: the last piece, as far as `#used`. */
  #block: Buffer | null = null;
  #used = 0;

  /** How many bytes are held. */
  get size(): number {
    return this.#size;
  }

  /** Adds a piece. A large one is held as it is: it must not change. */
  add(piece: Uint8Array): void {
    this.#size += piece.length;
    if (piece.length >= SMALL_BYTES) {
      this.#closeBlock();
      this.#pieces.push(piece);
      return;
    }
    if (this.#block !== null && this.#used + piece.length > BLOCK_BYTES) this.#closeBlock();
    // The first small piece mostly is the only one.
    this.#block ??= Buffer.allocUnsafeSlow(this.#pieces.length === 0 && this.#size === piece.length ? SMALL_BYTES : BLOCK_BYTES);
    if (this.#used + piece.length > this.#block.length) this.#growBlock();
    this.#block.set(piece, this.#used);
    this.#used += piece.length;
  }

  /** All of it, once; nothing is held after. */
  take(): Buffer {
    this.#closeBlock();
    const [first] = this.#pieces;
    const whole = this.#pieces.length === 1 && first !== undefined ? bufferOf(first) : Buffer.concat(this.#pieces, this.#size);
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

/** The same bytes as a Buffer, not copied. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
