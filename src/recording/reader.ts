import { createHash, type Hash } from 'node:crypto';
import { type Json, LAST_TIME } from '../text/json.ts';
import { contentLength, endsWithReturn, LineSplitter, textOf } from '../text/line-splitter.ts';
import { safeLine } from '../text/safe-text.ts';
import { decompress, isGzipError } from './decompress.ts';
import { foreign, isHeader, type RecordingHeader, toHeader } from './header.ts';
import { errorCodeOf, InputError } from './input-error.ts';
import { type EndLine, isForeignType, MalformedLine, type RecordingLine, toLine } from './line.ts';
import type { Notice, NoticeKind } from './notice.ts';

export interface ReadOptions {
  /** The file name for messages. */
  readonly file: string;
  /** Skip and count unreadable lines instead of failing. */
  readonly lenient?: boolean;
  readonly onNotice?: (notice: Notice) => void;
}

/** A line with its number in the file; the header is line 1. */
export interface NumberedLine {
  readonly number: number;
  readonly line: RecordingLine;
  /** The raw line in the file. */
  readonly bytes: Buffer;
}

// A file without newlines is no recording: do not read gigabytes to find out. A snapshot of a huge
// cluster fits.
const MAX_HEADER = 1 << 20;
const MAX_LINE = 256 << 20;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads a recording, once, from first to last line: plain or gzip, cut anywhere. Errors and
 * notices:
 * - unparsable last line: dropped, `last-line-dropped`; unparsable line before: InputError,
 *   lenient: skipped and counted;
 * - malformed line (`t` missing or going back, an object without UID): InputError, lenient: skipped
 *   and counted;
 * - no end line: `interrupted`; an end line whose count or SHA-256 is not that of the lines before
 *   it, damaged gzip data:
 * InputError, after the lines before it were given; lenient: `damaged`.
 */
export class RecordingReader {
  readonly header: RecordingHeader;
  readonly #options: ReadOptions;
  readonly #raw: AsyncIterator<readonly Buffer[]>;
  readonly #first: readonly Buffer[];
  readonly #digest: Digest;
  #number = 1;
  #lastT = 0;
  #end: EndLine | null = null;
  /** The number of a line that is not JSON and may be the last; 0 for none. */
  #unparsable = 0;
  #skipped = 0;
  #firstSkipped = '';

  /** @throws InputError if the file is empty, foreign, of a newer version, or unreadable. */
  static async open(bytes: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<RecordingReader> {
    const batches = linesOf(bytes, options.file);
    try {
      const next = await batches.next();
      const [head, ...first] = next.done === true ? [] : next.value;
      if (head === undefined) throw new InputError(`${options.file} is empty: nothing to replay`);
      return new RecordingReader(head, first, batches, options);
    } catch (error) {
      await batches.return(undefined);
      throw isGzipError(error) ? damagedFromStart(options.file, error) : error;
    }
  }

  private constructor(head: Buffer, first: readonly Buffer[], batches: AsyncIterator<readonly Buffer[]>, options: ReadOptions) {
    this.#options = options;
    this.#raw = batches;
    this.#first = first;
    const marked = head.subarray(0, 3).equals(BYTE_ORDER_MARK);
    const line = marked ? head.subarray(3) : head;
    this.header = toHeader(parseHead(line, options.file), options.file);
    this.#digest = new Digest(marked || endsWithReturn(line));
    this.#digest.add(head, line);
  }

  /**
   * When the recording was closed, milliseconds since startedAt; null until its end line was read,
   * or without one.
   */
  get endedAt(): number | null {
    return this.#end?.t ?? null;
  }

  /**
   * The lines of known types after the header, in order, once. In batches as bytes arrive, because
   * awaiting each line separately costs more than reading it.
   * @throws InputError (see the class) on reaching one, after yielding the lines before.
   */
  async *batches(): AsyncGenerator<readonly NumberedLine[]> {
    try {
      for (let raw: readonly Buffer[] | null = this.#first; raw !== null; raw = await this.#nextBatch()) {
        const { lines, failure } = this.#readBatch(raw);
        if (lines.length > 0) yield lines;
        if (failure !== null) throw failure;
      }
      this.#finish();
    } finally {
      await this.#raw.return?.();
    }
  }

  #readBatch(raw: readonly Buffer[]): { lines: NumberedLine[]; failure: unknown } {
    const lines: NumberedLine[] = [];
    try {
      for (const bytes of raw) {
        const line = this.#read(bytes);
        if (line !== null) lines.push({ number: this.#number, line, bytes });
      }
      return { lines, failure: null };
    } catch (failure) {
      return { lines, failure };
    }
  }

  async #nextBatch(): Promise<readonly Buffer[] | null> {
    try {
      const next = await this.#raw.next();
      return next.done === true ? null : next.value;
    } catch (error) {
      if (!isGzipError(error) || !this.#lenient) throw this.#readError(error);
      this.#notice('damaged', `${this.#options.file}: damaged after line ${this.#number}; the rest is lost`);
      return null;
    }
  }

  #readError(error: unknown): unknown {
    if (!isGzipError(error)) return error;
    const where = `${this.#options.file}: the compressed data is damaged after line ${this.#number}`;
    return new InputError(`${where}; use --lenient to read what comes before`, { cause: error });
  }

  #read(bytes: Buffer): RecordingLine | null {
    this.#number++;
    const line = contentLength(bytes) === 0 ? null : this.#parsed(bytes);
    if (line?.type === 'end') {
      this.#end = line;
      this.#verify(line);
      return null;
    }
    if (this.#end === null) this.#digest.add(bytes, bytes);
    return line;
  }

  #parsed(bytes: Buffer): RecordingLine | EndLine | null {
    this.#passUnparsable();
    const json = parse(textOf(bytes));
    if (json !== undefined) return this.#checked(json);
    // Only the next line shows whether the writer was stopped in this one.
    this.#unparsable = this.#number;
    return null;
  }

  #checked(json: unknown): RecordingLine | EndLine | null {
    try {
      if (isHeader(json)) throw new MalformedLine('a second recording starts here: split the file and replay its parts');
      if (this.#end !== null) throw new MalformedLine('the recording continues after its end line');
      if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new MalformedLine('not a JSON object');
      if (isForeignType((json as Json).type)) return null;
      this.#checkTime((json as Json).t);
      const line = toLine(json as Json);
      this.#lastT = (json as Json).t as number;
      return line;
    } catch (error) {
      if (!(error instanceof MalformedLine)) throw error;
      this.#skip(this.#number, error.message);
      return null;
    }
  }

  #checkTime(t: unknown): void {
    if (!Number.isSafeInteger(t))
      throw new MalformedLine(t === undefined ? 't is missing' : 't is not a whole number of milliseconds');
    if ((t as number) < this.#lastT) throw new MalformedLine(`t goes back from ${this.#lastT} to ${t}`);
    if (this.header.startedAt + (t as number) > LAST_TIME) throw new MalformedLine(`t ${t} is after the year 9999`);
  }

  #passUnparsable(): void {
    if (this.#unparsable === 0) return;
    const number = this.#unparsable;
    this.#unparsable = 0;
    this.#skip(number, 'not JSON');
  }

  #skip(number: number, reason: string): void {
    if (!this.#lenient) {
      throw new InputError(`${this.#options.file}:${number}: ${reason}; use --lenient to skip unreadable lines`);
    }
    if (this.#skipped === 0) this.#firstSkipped = `line ${number}: ${reason}`;
    this.#skipped++;
  }

  #verify(end: EndLine): void {
    const before = this.#number - 1;
    const counted = end.lines === undefined || end.lines === before;
    if (counted && (end.sha256 === undefined || this.#digest.matches(end.sha256))) return;
    const what = counted
      ? 'its bytes differ from those that were recorded (SHA-256)'
      : `it has ${before} lines before its end, but ${String(end.lines)} were recorded`;
    const message = `${this.#options.file}:${this.#number}: damaged or edited: ${what}`;
    if (!this.#lenient) throw new InputError(`${message}; use --lenient to replay it anyway`);
    this.#notice('damaged', message);
  }

  #finish(): void {
    const { file } = this.#options;
    if (this.#unparsable !== 0) {
      this.#notice('last-line-dropped', `${file}:${this.#unparsable}: the last line is cut off and was dropped`);
    }
    if (this.#skipped > 0) {
      const lines = this.#skipped === 1 ? '1 line' : `${this.#skipped} lines`;
      this.#notice('lines-skipped', `${file}: skipped ${lines} that could not be read (first ${this.#firstSkipped})`);
    }
    if (this.#end === null) this.#notice('interrupted', `${file}: the recording was interrupted: it has no end line`);
  }

  get #lenient(): boolean {
    return this.#options.lenient === true;
  }

  #notice(kind: NoticeKind, message: string): void {
    this.#options.onNotice?.({ kind, message: safeLine(message) });
  }
}

/** The error for gzip data that is damaged from the start. */
export function damagedFromStart(file: string, cause: unknown): InputError {
  return new InputError(`${file}: the compressed data is damaged: even its start cannot be decompressed`, { cause });
}

/**
 * The lines of a stream in batches as they arrive, each with its newline; the last may have none.
 */
async function* linesOf(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<readonly Buffer[]> {
  const splitter = new LineSplitter();
  let number = 0;
  try {
    for await (const chunk of decompress(bytes)) {
      const lines = splitter.push(chunk);
      number += lines.length;
      if (lines.length > 0) yield lines;
      if (number === 0 && splitter.pendingBytes > MAX_HEADER) throw foreign(file);
      if (splitter.pendingBytes > MAX_LINE) throw new InputError(`${file}:${number + 1}: the line is longer than 256 MiB`);
    }
  } catch (error) {
    throw toInputError(error, file);
  }
  const rest = splitter.rest();
  if (rest.length > 0) yield [rest];
}

/** A clear error for input that the system does not let us read; other errors unchanged. */
export function toInputError(error: unknown, file: string): unknown {
  switch (errorCodeOf(error)) {
    case 'ENOENT':
      return new InputError(`${file}: no such file`, { cause: error });
    case 'EISDIR':
      return new InputError(`${file} is a directory: name the file in it`, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new InputError(`${file}: no permission to read it`, { cause: error });
    case '':
      return error;
    default:
      return isGzipError(error) ? error : new InputError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

// SHA-256 of the lines so far. A file that passed through Windows or an editor has carriage returns
// or a byte order mark that its writer did not count, so the sum without them is valid, too.
class Digest {
  readonly #asRead: Hash = createHash('sha256');
  readonly #asWritten: Hash | null;

  constructor(converted: boolean) {
    this.#asWritten = converted ? createHash('sha256') : null;
  }

  add(bytes: Buffer, line: Buffer): void {
    this.#asRead.update(bytes);
    this.#asWritten?.update(line.subarray(0, contentLength(line))).update('\n');
  }

  matches(sha256: string): boolean {
    const expected = sha256.toLowerCase();
    return this.#asRead.digest('hex') === expected || this.#asWritten?.digest('hex') === expected;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseHead(line: Buffer, file: string): unknown {
  const text = textOf(line);
  const json = parse(text);
  if (json !== undefined) return json;
  if (/^\s*$/.test(text)) throw new InputError(`${file} is empty: nothing to replay`);
  const cut = contentLength(line) === line.length && /^\s*\{\s*"crashtop"/.test(text);
  if (cut) throw new InputError(`${file}:1: cut off inside its header: nothing to replay`);
  throw foreign(file);
}
