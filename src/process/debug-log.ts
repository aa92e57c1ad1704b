import type { Clock } from '../model/clock.ts';
import { createFile, type FileStream, writeError } from '../recording/new-file.ts';
import { maskText } from '../recording/redaction/mask.ts';
import { safeLine } from '../text/safe-text.ts';

export interface DebugLogOptions {
  readonly clock: Clock;
  /** Called once, with one line, if the log ends before the session does. */
  readonly onEnd: (why: string) => void;
  /** The maximum size of the file. */
  readonly bytes?: number;
}

// A quiet session writes about 5 MB a day.
const MAX_BYTES = 64_000_000;

// The maximum held in memory while waiting for the disk.
const MAX_PENDING_BYTES = 1_000_000;

const MAX_LINE_LENGTH = 500;

/**
 * A log of crashtop's own actions, one per line, in a file to read while the screen is open. The
 * file is readable by its owner only, is always new, and has a size limit. It contains no secrets:
 * callers pass no query, header or body, and anything that looks like a secret in the rest is
 * masked. Nothing waits for it, and a failure ends the log, not the session.
 */
export class DebugLog {
  readonly #file: string;
  readonly #stream: FileStream;
  readonly #options: DebugLogOptions;
  readonly #limit: number;
  #bytes = 0;
  #dropped = 0;
  #isOver = false;
  #endedBecause: string | null = null;

  /** @throws InputError or OutputError if the file cannot be created, as `createFile` does. */
  static async open(file: string, options: DebugLogOptions): Promise<DebugLog> {
    const { stream } = await createFile({ file, readers: 'owner', named: 'at-once', sync: false });
    return new DebugLog(file, stream, options);
  }

  private constructor(file: string, stream: FileStream, options: DebugLogOptions) {
    this.#file = file;
    this.#stream = stream;
    this.#options = options;
    this.#limit = options.bytes ?? MAX_BYTES;
    stream.on('error', (error) => this.#end(writeError(error, file, 'the debug log ends here').message));
  }

  /** Why it ended before the session did, one safe line; null if it did not. */
  get endedBecause(): string | null {
    return this.#endedBecause;
  }

  /** @param topic what the line is about, one word. */
  write(topic: string, text: string): void {
    if (this.#isOver) return;
    if (this.#stream.writableLength > MAX_PENDING_BYTES) {
      this.#dropped++;
      return;
    }
    if (this.#dropped > 0) this.#line('log', `${this.#dropped} lines are missing: the disk is slow`);
    this.#dropped = 0;
    this.#line(topic, text);
    if (this.#bytes < this.#limit) return;
    this.#line('log', 'ends here: the size limit is reached');
    this.#stream.end();
    this.#end(`${this.#file} has reached its size limit: the debug log ends here`);
  }

  /** Resolves when everything is in the file, or writing has failed. */
  async close(): Promise<void> {
    this.#isOver = true;
    if (this.#stream.closed) return;
    const closed = new Promise((resolve) => this.#stream.once('close', resolve));
    this.#stream.end();
    await closed;
  }

  #line(topic: string, text: string): void {
    // Mask before cutting: half a secret is not recognised.
    const words = safeLine(maskText(text).slice(0, MAX_LINE_LENGTH));
    const line = `${new Date(this.#options.clock.now()).toISOString()} ${topic} ${words}\n`;
    this.#bytes += Buffer.byteLength(line);
    this.#stream.write(line);
  }

  #end(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#endedBecause = safeLine(why);
    this.#options.onEnd(this.#endedBecause);
  }
}
