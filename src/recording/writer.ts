import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { pipeline, type Writable } from 'node:stream';
import { constants, createGzip, type Gzip } from 'node:zlib';
import { fromHeader, type RecordingHeader } from './header.ts';
import type { RecordingLine } from './line.ts';
import { createFile, type NewFile, writeError } from './new-file.ts';
import type { OutputError } from './output-error.ts';
import { countMasked } from './redaction/masking/span.ts';
import { redactLine } from './redaction/standard.ts';
import type { StrictRedaction } from './redaction/strict.ts';

export interface WriterOptions {
  /** A path, gzipped if it ends in `.gz`; `-` for {@link stdout}. */
  readonly file: string;
  /** The stream for `-`; it is not closed. */
  readonly stdout?: Writable;
  /** Replace an existing file (of a symbolic link, the link itself), once this one is complete. */
  readonly overwrite?: boolean;
  /** The file gets its name only when complete; after a failure it does not exist. */
  readonly whole?: boolean;
  /**
   * Called once, immediately, when writing fails; after that `write` and `end` reject with the same
   * error.
   */
  readonly onFailure?: (error: OutputError) => void;
  /**
   * Also replaces names and drops free text; shared by all parts of a recording. Without it:
   * redaction `standard`.
   */
  readonly strict?: StrictRedaction | undefined;
  /** Called with each written line, redacted by `standard`, and the JSON of each of its objects. */
  readonly onLine?: (line: RecordingLine, texts: readonly string[]) => void;
  /** false: do not wait on close until the disk has the bytes. */
  readonly sync?: boolean;
  /**
   * How long a line may stay in the compressor, ms, so the most that a kill loses. Defaults to half
   * a second.
   */
  readonly flushEveryMs?: number;
}

// The compressor passes data to another thread, which costs ten times as much as a line: batch this
// many bytes.
const BATCH_BYTES = 16 * 1024;

/** The output: bytes go in; `finish` resolves when the last has left the process. */
interface Sink {
  readonly stream: Writable;
  /** Lines wait until they reach this many bytes, or a flush. */
  readonly batchBytes: number;
  /** Flushes the compressor, then calls back. */
  readonly flush: (done?: () => void) => void;
  readonly finish: () => Promise<void>;
  /** Bytes that reached the file, compressed. */
  readonly stored: () => number;
  /** Where the bytes are: the file's own name, or another until complete. */
  readonly path: string;
  /** Removes what was written, if requested. */
  readonly discard: () => Promise<void>;
}

/**
 * Writes a recording and redacts it: takes raw lines, and nothing reaches the file without
 * redaction `standard`, and `strict` if requested. Passes on whole lines, so a file whose writer
 * was killed is readable up to its last complete line.
 */
export class RecordingWriter {
  readonly #sink: Sink;
  readonly #options: WriterOptions;
  readonly #hash = createHash('sha256');
  #lines = 0;
  #masked = 0;
  #bytes = 0;
  #t = 0;
  #ended = false;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #failure: OutputError | null = null;
  #flushTimer: NodeJS.Timeout | null = null;
  #drain: Promise<void> | null = null;

  /**
   * Creates the file (new-file.ts; mode 0600, since it holds a session) and writes the header.
   * @throws InputError if the name cannot be used (the file exists, its directory does not, it is a
   * directory).
   * @throws OutputError if permissions or the disk do not allow it.
   */
  static async open(header: Omit<RecordingHeader, 'redaction'>, options: WriterOptions): Promise<RecordingWriter> {
    const writer = new RecordingWriter(await sinkOf(options), options);
    const { strict } = options;
    const source = strict === undefined ? header.source : strict.source(header.source);
    await writer.#put(fromHeader({ ...header, source, redaction: strict === undefined ? 'standard' : 'strict' }));
    return writer;
  }

  private constructor(sink: Sink, options: WriterOptions) {
    this.#sink = sink;
    this.#options = options;
    sink.stream.on('error', this.#onError);
  }

  /** Where its bytes are: in the file itself, or beside it until complete. */
  get path(): string {
    return this.#sink.path;
  }

  /** Lines written, including the header. */
  get lines(): number {
    return this.#lines;
  }

  /** Number of masked secrets in what was written. */
  get masked(): number {
    return this.#masked;
  }

  /** Bytes written, before compression. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes that reached the file, after compression, without what the compressor still holds. */
  get stored(): number {
    return this.#sink.stored();
  }

  /**
   * Redacts and writes one line; nothing for kinds that are not kept. Rounds `t`, and raises it to
   * that of the line before if it would go back. Resolves when the line is accepted; does nothing
   * after `end`.
   * @throws OutputError (as a rejection) once writing has failed.
   */
  async write(line: RecordingLine): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    const redacted = this.#ended ? null : redactLine(line);
    if (redacted === null) return;
    const texts = textsOf(redacted);
    this.#options.onLine?.(redacted, texts);
    const { strict } = this.#options;
    const kept = strict === undefined ? redacted : strict.line(redacted);
    if (kept === null) return;
    const t = this.#nextTime(line.t);
    await this.#putText(kept === redacted ? lineText({ ...redacted, t }, texts) : JSON.stringify({ ...kept, t }));
  }

  /** Resolves when all lines so far have left the process, or writing has failed. */
  async flush(): Promise<void> {
    if (this.#failure !== null || this.#ended) return;
    this.#handOn();
    await new Promise<void>((resolve) => this.#sink.flush(resolve));
  }

  /**
   * Writes the end line and closes.
   * @param t milliseconds since startedAt.
   * @throws OutputError (as a rejection) if writing failed, now or before.
   */
  async end(t: number): Promise<void> {
    if (this.#ended) return;
    this.#handOn();
    const end = { t: this.#nextTime(t), type: 'end', lines: this.#lines, sha256: this.#hash.copy().digest('hex') };
    const accepted = this.#put(end);
    this.#ended = true;
    try {
      await accepted;
      this.#handOn();
      await this.#sink.finish();
    } catch (error) {
      throw this.#fail(error);
    } finally {
      this.#stopTimer();
      this.#sink.stream.off('error', this.#onError);
    }
  }

  #nextTime(t: number): number {
    this.#t = Math.max(this.#t, Math.round(t));
    return this.#t;
  }

  #put(line: object): Promise<void> {
    return this.#putText(JSON.stringify(line));
  }

  async #putText(json: string): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    this.#masked += countMasked(json);
    const line = Buffer.from(`${json}\n`);
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    this.#lines++;
    this.#bytes += line.length;
    this.#flushTimer ??= setTimeout(this.#flush, this.#options.flushEveryMs ?? 500).unref();
    if (this.#waitingBytes >= this.#sink.batchBytes && !this.#handOn()) await this.#drained();
  }

  // @returns whether the stream takes more at once.
  #handOn(): boolean {
    if (this.#waiting.length === 0) return true;
    const bytes = this.#waiting.length === 1 ? (this.#waiting[0] as Buffer) : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#hash.update(bytes);
    return this.#sink.stream.write(bytes);
  }

  // One listener for all waiting writes, however many lines a burst brings.
  #drained(): Promise<void> {
    this.#drain ??= once(this.#sink.stream, 'drain')
      .then(
        () => {},
        (error: unknown) => {
          throw this.#fail(error);
        },
      )
      .finally(() => {
        this.#drain = null;
      });
    return this.#drain;
  }

  readonly #flush = (): void => {
    this.#flushTimer = null;
    if (this.#failure !== null) return;
    this.#handOn();
    this.#sink.flush();
  };

  readonly #onError = (error: Error): void => {
    this.#fail(error);
  };

  #stopTimer(): void {
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    this.#flushTimer = null;
  }

  #fail(error: unknown): OutputError {
    if (this.#failure === null) {
      this.#failure = writeError(error, nameOf(this.#sink.path), leftOf(this.#options, this.#sink));
      this.#stopTimer();
      if (this.#options.whole) void this.#sink.discard();
      this.#options.onFailure?.(this.#failure);
    }
    return this.#failure;
  }
}

function textsOf(line: RecordingLine): readonly string[] {
  if (line.type === 'snapshot') return line.items.map((item) => JSON.stringify(item));
  return 'object' in line ? [JSON.stringify(line.object)] : [];
}

// Objects are most of a line, so convert them to JSON only once.
function lineText(line: RecordingLine, texts: readonly string[]): string {
  if (line.type === 'snapshot') {
    const { items: _, ...others } = line;
    return `${JSON.stringify(others).slice(0, -1)},"items":[${texts.join(',')}]}`;
  }
  if (!('object' in line)) return JSON.stringify(line);
  const { object: _, ...others } = line;
  return `${JSON.stringify(others).slice(0, -1)},"object":${texts[0]}}`;
}

function nameOf(file: string): string {
  return file === '-' ? 'standard output' : file;
}

async function sinkOf(options: WriterOptions): Promise<Sink> {
  if (options.file !== '-') return fileSink(await createFile(fileOptions(options)), options.file);
  if (options.stdout === undefined) throw new TypeError('a recording on standard output needs the stream');
  return standardOutput(options.stdout);
}

function fileOptions({ file, overwrite = false, whole = false, sync = true }: WriterOptions) {
  return { file, overwrite, sync, readers: 'owner', named: whole ? 'when-whole' : 'at-once' } as const;
}

// The state after a failure.
function leftOf({ file, whole }: WriterOptions, { path }: Sink): string {
  if (whole) return 'nothing was written';
  const before = 'what was written so far can be replayed';
  return path === file ? before : `${before}, and ${file} is unchanged`;
}

function standardOutput(stream: Writable): Sink {
  return {
    stream,
    path: '-',
    discard: async () => {},
    batchBytes: 0,
    stored: () => 0,
    flush: (done) => done?.(),
    // An empty write calls back once everything before it has been taken.
    finish: () => new Promise((resolve, reject) => stream.write('', (error) => (error == null ? resolve() : reject(error)))),
  };
}

function fileSink(made: NewFile, name: string): Sink {
  const file = made.stream;
  const gzip: Gzip | null = name.endsWith('.gz') ? createGzip() : null;
  const stream = gzip ?? file;
  const written = new Promise<void>((resolve, reject) => {
    const done = (error?: Error | null) => (error == null ? resolve() : reject(error));
    if (gzip === null) file.once('close', () => done(file.errored));
    else pipeline(gzip, file, done);
  });
  // Awaited in finish(); until then a failure shows in the stream's own error event.
  written.catch(() => {});
  const finish = () => {
    stream.end();
    return written.then(made.commit);
  };
  const flush = (done?: () => void) => {
    // The compressor's output comes before this in the file's queue.
    const written = done === undefined ? undefined : () => file.write('', done);
    if (gzip !== null) gzip.flush(constants.Z_SYNC_FLUSH, written);
    else written?.();
  };
  const batchBytes = gzip === null ? 0 : BATCH_BYTES;
  return { stream, path: made.path, discard: made.discard, batchBytes, flush, finish, stored: () => file.bytesWritten };
}
