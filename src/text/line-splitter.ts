import { bufferOf, GatheredBytes } from './gathered-bytes.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Cuts a stream of bytes into lines at line feeds, without decoding them: that byte is never part
 * of another UTF-8 character. Cuts nowhere else: U+2028, for example, may stand unescaped in JSON.
 */
export class LineSplitter {
  readonly #pending = new GatheredBytes();

  /** Returns the lines that this chunk completes, each with its newline. */
  push(chunk: Uint8Array): Buffer[] {
    const bytes = bufferOf(chunk);
    const lines: Buffer[] = [];
    let begin = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, begin)) {
      const line = bytes.subarray(begin, end + 1);
      lines.push(this.#pending.size === 0 ? line : this.#pending.take(line));
      begin = end + 1;
    }
    if (begin < bytes.length) this.#pending.add(bytes.subarray(begin));
    return lines;
  }

  /** The number of bytes held of an incomplete line. */
  get pendingBytes(): number {
    return this.#pending.size;
  }

  /** Returns what follows the last newline at the end of the stream; empty if nothing does. */
  rest(): Buffer {
    return this.#pending.take();
  }
}

/**
 * Decodes a line without its newline. Bytes that are not UTF-8 become the replacement character.
 */
export function textOf(line: Buffer): string {
  return line.toString('utf8', 0, contentLength(line));
}

/** Does the line end with CRLF? */
export function endsWithReturn(line: Buffer): boolean {
  return line.length > 1 && line[line.length - 1] === NEWLINE && line[line.length - 2] === RETURN;
}

/** The number of bytes of the line before its newline. */
export function contentLength(line: Buffer): number {
  if (line[line.length - 1] !== NEWLINE) return line.length;
  return endsWithReturn(line) ? line.length - 2 : line.length - 1;
}
