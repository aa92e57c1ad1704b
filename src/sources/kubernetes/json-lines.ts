const LINE_FEED = 0x0a;

/**
 * Splits a stream of bytes into lines at 0x0a, and nowhere else: U+2028 may stand raw in JSON. A line may come in any number
 * of chunks; what follows the last line feed stays until more comes.
 */
export class LineSplitter {
  #rest: Uint8Array[] = [];

  /** The lines that this chunk completes, decoded, without their line feeds; empty ones are left out. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const last = chunk.subarray(from, end);
      const line =
        this.#rest.length === 0 ? Buffer.from(last.buffer, last.byteOffset, last.length) : Buffer.concat([...this.#rest, last]);
      this.#rest = [];
      from = end + 1;
      if (line.length > 0) lines.push(line.toString('utf8'));
    }
    if (from < chunk.length) this.#rest.push(chunk.subarray(from));
    return lines;
  }
}
