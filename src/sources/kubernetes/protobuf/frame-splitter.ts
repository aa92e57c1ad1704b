import { NotProtobuf } from './fields.ts';

const HEAD_BYTES = 4;
// etcd takes no object of more than some MB: a length beyond this is no length.
const MOST_BYTES = 64 * 1024 * 1024;

/** Splits a stream of bytes into frames: each comes after its length, four bytes, the highest first (apimachinery/pkg/util/framer). */
export class FrameSplitter {
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  /** How many bytes are there when the next frame is, as far as it is known. */
  #needed = HEAD_BYTES;

  /** The frames that this chunk completes, without their lengths. @throws NotProtobuf for a length that no object has. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#rest.push(chunk);
    this.#restBytes += chunk.length;
    const frames: Uint8Array[] = [];
    if (this.#restBytes < this.#needed) return frames;
    const bytes = this.#rest.length === 1 ? asBuffer(chunk) : Buffer.concat(this.#rest);
    let from = 0;
    for (;;) {
      this.#needed = HEAD_BYTES;
      if (bytes.length - from < this.#needed) break;
      const length = bytes.readUInt32BE(from);
      if (length > MOST_BYTES) throw new NotProtobuf(`a frame of ${length} bytes`);
      this.#needed = HEAD_BYTES + length;
      if (bytes.length - from < this.#needed) break;
      frames.push(bytes.subarray(from + HEAD_BYTES, from + this.#needed));
      from += this.#needed;
    }
    this.#rest = from < bytes.length ? [bytes.subarray(from)] : [];
    this.#restBytes = bytes.length - from;
    return frames;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
