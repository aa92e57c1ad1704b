import { GatheredBytes } from '../../../text/gathered-bytes.ts';

const LINE_FEED = 0x0a;

/**
 * Splits a stream of bytes into lines at 0x0a, and nowhere else: U+2028 may stand raw in JSON. A line may come in any number
 * of chunks; what follows the last line feed stays until more comes.
 */
export class LineSplitter {
  readonly #rest = new GatheredBytes();

  /** How many bytes of a line without an end are held. */
  get pendingBytes(): number {
    return this.#rest.size;
  }

  /** The lines that this chunk completes, decoded, without their line feeds; empty ones are left out. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const last = chunk.subarray(from, end);
      const line = this.#complete(last);
      from = end + 1;
      if (line.length > 0) lines.push(line.toString('utf8'));
    }
    if (from < chunk.length) this.#rest.add(chunk.subarray(from));
    return lines;
  }

  #complete(last: Uint8Array): Buffer {
    if (this.#rest.size === 0) return Buffer.from(last.buffer, last.byteOffset, last.length);
    this.#rest.add(last);
    return this.#rest.take();
  }
}
