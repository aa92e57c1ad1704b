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
  /** A path, gzipped where it ends in `.gz`; `-` for {@link stdout}. */
  readonly file: string;
  /** Where `-` writes to; it is not closed. */
  readonly stdout?: Writable;
  /** Replace a file (or a symbolic link, not what it points to) that is there, once this one is whole. */
  readonly overwrite?: boolean;
  /** The file has its name only when it is whole, and is not there at all where writing fails. */
  readonly whole?: boolean;
  /** Called once, at once, when writing fails; after that `write` and `end` reject with the same error. */
  readonly onFailure?: (error: OutputError) => void;
  /** Hides names and free text as well; one for all parts of a recording. Without it: redaction `standard`. */
  readonly strict?: StrictRedaction | undefined;
  /** Called with each line that is written, under redaction `standard`, and the JSON of each of its objects. */
  readonly onLine?: (line: RecordingLine, texts: readonly string[]) => void;
  /** false: closing does not wait until the disk itself has the bytes. */
  readonly sync?: boolean;
  /** How long a line may stay in the compressor, ms; what a kill loses at most. Half a second if not given. */
  readonly flushEveryMs?: number;
}

// A compressor takes a line to another thread, which costs ten times as much as the line: so many bytes go together.
const BATCH_BYTES = 16 * 1024;

/** What is written on: bytes go in, `finish` resolves when the last has left the process. */
interface Sink {
  readonly stream: Writable;
  /** Lines wait until there are so many bytes of them, or a flush. */
  readonly batchBytes: number;
  /** Sends on what a compressor holds back, and calls back when it did. */
  readonly flush: (done?: () => void) => void;
  readonly finish: () => Promise<void>;
  /** Bytes that reached the file, compressed. */
  readonly stored: () => number;
  /** Where they are: the file's own name, or another until it is whole. */
  readonly path: string;
  /** Removes what was written, where that is asked for. */
  readonly discard: () => Promise<void>;
}

/**
 * Writes a recording, redacted by itself: it takes raw lines, and nothing reaches the file but through redaction
 * `standard`, and `strict` where it is asked for. Every line is handed on whole, so that a file whose writer was killed reads to its last complete line.
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
   * Makes the file (new-file.ts; it holds a session: 0600) and writes the header.
   * @throws InputError where the name cannot be used (the file exists, its directory does not, it is a directory).
   * @throws OutputError where rights or the disk do not allow it.
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

  /** Where its bytes are: in the file itself, or beside it until it is whole. */
  get path(): string {
    return this.#sink.path;
  }

  /** Lines written, the header among them. */
  get lines(): number {
    return this.#lines;
  }

  /** At how many places of what was written a secret was masked. */
  get masked(): number {
    return this.#masked;
  }

  /** Bytes written, before compression. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes that reached the file, after compression; what a compressor still holds is not among them. */
  get stored(): number {
    return this.#sink.stored();
  }

  /**
   * Redacts and writes one line; of kinds that are not kept, nothing. `t` is rounded, and raised to the line's before where
   * it would go back. Resolves when the line is accepted; after `end` it does nothing.
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
   * Writes the end line and closes. @param t milliseconds since startedAt.
   * @throws OutputError (as a rejection) where writing failed, now or before.
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

  // @returns whether more is taken at once.
  #handOn(): boolean {
    if (this.#waiting.length === 0) return true;
    const bytes = this.#waiting.length === 1 ? (this.#waiting[0] as Buffer) : Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#hash.update(bytes);
    return this.#sink.stream.write(bytes);
  }

  // One listener for all that wait, however many lines a burst brings.
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

// Objects are most of a line, and turned to JSON only once.
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

// What a failure leaves.
function leftOf({ file, whole }: WriterOptions, { path }: Sink): string {
  if (whole) return 'nothing was written';
  const before = 'what was written before can be replayed';
  return path === file ? before : `${before}, and ${file} is as it was`;
}

function standardOutput(stream: Writable): Sink {
  return {
    stream,
    path: '-',
    discard: async () => {},
    batchBytes: 0,
    stored: () => 0,
    flush: (done) => done?.(),
    // An empty write is called back when everything before it has been taken.
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
  // It is waited for in finish(); until then a failure is known from the stream's own error event.
  written.catch(() => {});
  const finish = () => {
    stream.end();
    return written.then(made.commit);
  };
  const flush = (done?: () => void) => {
    // What comes out of the compressor stands before this in the file's queue.
    const written = done === undefined ? undefined : () => file.write('', done);
    if (gzip !== null) gzip.flush(constants.Z_SYNC_FLUSH, written);
    else written?.();
  };
  const batchBytes = gzip === null ? 0 : BATCH_BYTES;
  return { stream, path: made.path, discard: made.discard, batchBytes, flush, finish, stored: () => file.bytesWritten };
}
