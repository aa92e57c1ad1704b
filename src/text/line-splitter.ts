const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Cuts a stream of bytes into lines, without decoding them: a line feed byte is never part of another UTF-8 character. */
export class LineSplitter {
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  /** The lines that this chunk completes, each with its newline. */
  push(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let begin = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
      lines.push(this.#complete(chunk.subarray(begin, end + 1)));
      begin = end + 1;
    }
    if (begin < chunk.length) {
      this.#pending.push(chunk.subarray(begin));
      this.#pendingBytes += chunk.length - begin;
    }
    return lines;
  }

  /** How many bytes of a line without an end are held. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** What is left without a newline at the end of the stream; empty where it ended with one. */
  rest(): Buffer {
    return this.#complete(Buffer.alloc(0));
  }

  #complete(tail: Buffer): Buffer {
    if (this.#pendingBytes === 0) return tail;
    const line = Buffer.concat([...this.#pending, tail]);
    this.#pending = [];
    this.#pendingBytes = 0;
    return line;
  }
}

/** The text of a line without its newline. Bytes that are no UTF-8 become the replacement character. */
export function textOf(line: Buffer): string {
  return line.toString('utf8', 0, contentLength(line));
}

/** Does the line end as Windows writes it? */
export function endsWithReturn(line: Buffer): boolean {
  return line.length > 1 && line[line.length - 1] === NEWLINE && line[line.length - 2] === RETURN;
}

/** How many bytes of the line come before its newline. */
export function contentLength(line: Buffer): number {
  if (line[line.length - 1] !== NEWLINE) return line.length;
  return endsWithReturn(line) ? line.length - 2 : line.length - 1;
}
