import { GatheredBytes } from '../../../../text/gathered-bytes.ts';
import { BOUNDS } from '../../bounds.ts';
import { NotProtobuf } from './fields.ts';

const HEAD_BYTES = 4;

/**
 * Splits a stream of bytes into frames: each follows its length, four bytes, big-endian
 * (apimachinery/pkg/util/framer).
 */
export class FrameSplitter {
  readonly #mostBytes: number;
  readonly #rest = new GatheredBytes();
  /** How many bytes complete the next frame, as far as known. */
  #needed = HEAD_BYTES;

  /** @param mostBytes the longest frame: a greater length is invalid. */
  constructor(mostBytes: number = BOUNDS.answerBytes) {
    this.#mostBytes = mostBytes;
  }

  /** How many bytes of an incomplete frame are held. */
  get pendingBytes(): number {
    return this.#rest.size;
  }

  /**
   * The frames that this chunk completes, without their lengths. @throws NotProtobuf for a length
   * that no object has.
   */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#rest.add(chunk);
    const frames: Uint8Array[] = [];
    if (this.#rest.size < this.#needed) return frames;
    const bytes = this.#rest.take();
    let from = 0;
    for (;;) {
      this.#needed = HEAD_BYTES;
      if (bytes.length - from < this.#needed) break;
      const length = bytes.readUInt32BE(from);
      if (length > this.#mostBytes) throw new NotProtobuf(`a frame of ${length} bytes`);
      this.#needed = HEAD_BYTES + length;
      if (bytes.length - from < this.#needed) break;
      frames.push(bytes.subarray(from + HEAD_BYTES, from + this.#needed));
      from += this.#needed;
    }
    if (from < bytes.length) this.#rest.add(bytes.subarray(from));
    return frames;
  }
}
