import type { RecordingHeader } from './header.ts';
import { Keyframe } from './keyframe.ts';
import type { RecordingLine } from './line.ts';
import { RecordingWriter, type WriterOptions } from './writer.ts';

export interface RotatingOptions extends Omit<WriterOptions, 'file' | 'onLine'> {
  /** The name of a part, counted from 1. */
  readonly fileOf: (part: number) => string | Promise<string>;
  /** The size (as stored) at which to close a file and continue in the next; null for one file. */
  readonly rotateAt: number | null;
  /** The age at which to do the same, ms; unlimited if not given. */
  readonly rotateAfterMs?: number;
  /** Called when another part has started. */
  readonly onPart?: (file: string) => void;
}

/**
 * Writes a recording with times in epoch ms, as one file or in parts. Each part is complete, with a
 * header, the state known at its start (a keyframe), and an end line.
 */
export class RotatingWriter {
  readonly #header: Omit<RecordingHeader, 'redaction'>;
  readonly #options: RotatingOptions;
  readonly #keyframe: Keyframe | null;
  readonly #files: string[] = [];
  #writer: RecordingWriter;
  #startedAt: number;
  #newest: number;
  #linesBefore = 0;
  #maskedBefore = 0;
  /** Size of the newest part's keyframe, bytes as stored. */
  #keyframeBytes = 0;

  /** Starts the first part. @throws as {@link RecordingWriter.open}. */
  static async open(header: Omit<RecordingHeader, 'redaction'>, options: RotatingOptions): Promise<RotatingWriter> {
    const keyframe = options.rotateAt === null ? null : new Keyframe();
    const { writer, file } = await openPart(header, options, keyframe, 1);
    return new RotatingWriter(header, options, keyframe, writer, file);
  }

  private constructor(
    header: Omit<RecordingHeader, 'redaction'>,
    options: RotatingOptions,
    keyframe: Keyframe | null,
    writer: RecordingWriter,
    file: string,
  ) {
    this.#header = header;
    this.#options = options;
    this.#keyframe = keyframe;
    this.#writer = writer;
    this.#files.push(file);
    this.#startedAt = header.startedAt;
    this.#newest = header.startedAt;
  }

  /** The parts so far, oldest first. */
  get files(): readonly string[] {
    return this.#files;
  }

  /** Where the bytes of the newest part are: in its file, or beside it until complete. */
  get pathOfPart(): string {
    return this.#writer.path;
  }

  /** Lines given to the newest part, including its header. */
  get linesOfPart(): number {
    return this.#writer.lines;
  }

  /** Lines written to all parts, including headers and end lines. */
  get lines(): number {
    return this.#linesBefore + this.#writer.lines;
  }

  /** As {@link RecordingWriter.masked}, over all parts. */
  get masked(): number {
    return this.#maskedBefore + this.#writer.masked;
  }

  /**
   * As {@link RecordingWriter.write}, with `t` (and `from` of a gap) in epoch ms. One call at a
   * time.
   * @throws OutputError or InputError (as a rejection) if writing failed, or the next part cannot
   * be created.
   */
  async write(line: RecordingLine): Promise<void> {
    this.#newest = Math.max(this.#newest, line.t);
    if (this.#isFull()) await this.#rotate();
    await this.#writer.write(relative(line, this.#startedAt));
  }

  /** As {@link RecordingWriter.flush}. */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /**
   * Writes the end line and closes.
   * @param at epoch ms.
   * @throws OutputError (as a rejection) if writing failed.
   */
  end(at: number): Promise<void> {
    return this.#writer.end(at - this.#startedAt);
  }

  #isFull(): boolean {
    const { rotateAt, rotateAfterMs = Number.POSITIVE_INFINITY } = this.#options;
    // A file that is mostly its keyframe would be followed at once by another one.
    const least = Math.max(rotateAt ?? 0, 2 * this.#keyframeBytes);
    return rotateAt !== null && (this.#writer.stored >= least || this.#newest - this.#startedAt >= rotateAfterMs);
  }

  async #rotate(): Promise<void> {
    await this.#writer.end(this.#newest - this.#startedAt);
    this.#linesBefore += this.#writer.lines;
    this.#maskedBefore += this.#writer.masked;
    const header = { ...this.#header, startedAt: this.#newest };
    const { writer, file } = await openPart(header, this.#options, this.#keyframe, this.#files.length + 1);
    this.#writer = writer;
    this.#startedAt = this.#newest;
    this.#files.push(file);
    for (const line of this.#keyframe?.lines(0) ?? []) await writer.write(line);
    await writer.flush();
    this.#keyframeBytes = writer.stored;
    this.#options.onPart?.(file);
  }
}

async function openPart(
  header: Omit<RecordingHeader, 'redaction'>,
  { fileOf, rotateAt: _, rotateAfterMs: __, onPart: ___, ...options }: RotatingOptions,
  keyframe: Keyframe | null,
  part: number,
): Promise<{ writer: RecordingWriter; file: string }> {
  const file = await fileOf(part);
  const onLine = keyframe === null ? {} : { onLine: keyframe.see.bind(keyframe) };
  return { writer: await RecordingWriter.open(header, { ...options, ...onLine, file }), file };
}

/** Live lines use epoch ms; in a file all times count from its start. */
function relative(line: RecordingLine, startedAt: number): RecordingLine {
  const t = Math.max(0, line.t - startedAt);
  return line.type === 'gap' ? { ...line, t, from: Math.max(0, line.from - startedAt) } : { ...line, t };
}
