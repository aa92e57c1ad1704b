import type { Clock } from '../model/clock.ts';
import { createFile, type FileStream, writeError } from '../recording/new-file.ts';
import { maskText } from '../recording/redaction/mask.ts';
import { safeLine } from '../text/safe-text.ts';

export interface DebugLogOptions {
  readonly clock: Clock;
  /** Called once where the log ends before the session does: says why, on one line. */
  readonly onEnd: (why: string) => void;
  /** What the file may hold at most. */
  readonly bytes?: number;
}

// A quiet session writes some 5 MB a day.
const MAX_BYTES = 64_000_000;

// Who waits for the disk holds that much in memory at most.
const MAX_PENDING_BYTES = 1_000_000;

const MAX_LINE_LENGTH = 500;

/**
 * What crashtop itself does, a line each, in a file to look into while the screen is open. The file is for its owner alone, is never
 * one that was there before, and ends at a bound. Nothing in it is a secret: callers give no query, header or body to it, and what
 * looks like a secret in the rest is masked. Nobody waits for it, and what fails ends the log, not the session.
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

  /** @throws InputError or OutputError where the file cannot be made, as `createFile` does. */
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

  /** Why it ended before the session did, one safe line; null where it did not. */
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
    this.#line('log', 'ends here: it is as long as it may be');
    this.#stream.end();
    this.#end(`${this.#file} is as long as it may be: the debug log ends here`);
  }

  /** Resolves when all of it is in the file, or cannot be. */
  async close(): Promise<void> {
    this.#isOver = true;
    if (this.#stream.closed) return;
    const closed = new Promise((resolve) => this.#stream.once('close', resolve));
    this.#stream.end();
    await closed;
  }

  #line(topic: string, text: string): void {
    // Masked before it is cut: half a secret is not known for one.
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
