import { join } from 'node:path';
import type { Clock } from '../model/clock.ts';
import { errorLineIndex } from '../model/evidence/error-line.ts';
import { safeLine } from '../text/safe-text.ts';
import type { RecordingHeader } from './header.ts';
import type { LogLine, RecordingLine, SnapshotLine } from './line.ts';
import { maskText } from './redaction/mask.ts';
import { RotatingWriter } from './rotating-writer.ts';
import {
  DEFAULT_HISTORY,
  type HistoryLimits,
  makePrivateDirectory,
  partLimits,
  pruneSessions,
  sessionFileName,
} from './session-files.ts';

/** What a history has of the logs of dead runs: all that was read; the telling line and the last 20; nothing. */
export type KeptLogs = 'all' | 'last' | 'none';

export interface SessionHistoryOptions {
  /** The cluster's directory; it is made where it is not there. */
  readonly directory: string;
  /** `startedAt` is when the session began. */
  readonly header: Omit<RecordingHeader, 'redaction'>;
  /** What is written of logs. */
  readonly logs: KeptLogs;
  readonly clock: Clock;
  /** Of the process that writes: two of one cluster keep apart. */
  readonly pid: number;
  /** Called once where the session can no longer be written; one safe line. The session itself goes on. */
  readonly onFailure: (message: string) => void;
  /** {@link DEFAULT_HISTORY} if not given. */
  readonly limits?: HistoryLimits;
  readonly flushEveryMs?: number;
}

// Redaction takes turns with the screen: at most so long at once, then a pause, ms. A tenth of it keeps up with a thousand
// arrivals a second.
const SLICE_MS = 5;
const PAUSE_MS = 10;
// A line of a list is redacted at once: it must fit a slice.
const ITEMS_AT_ONCE = 100;
// A person waits for the first list: what it brings is written a moment later (an eighth of the time until 1,000 pods are complete), so soon
// that a kill loses no second of it, and before it takes more than some megabytes.
const HEAD_START_MS = 500;
const HEAD_START_OBJECTS = 1_500;
// So many objects take some megabytes; and a disk holds nobody up for longer than a person would notice.
const MUCH_WAITING = 200;
const ROOM_WITHIN_MS = 100;
// A disk that takes nothing for so many arrivals is as good as full.
const MOST_WAITING = 100_000;

/**
 * A live session that writes itself, beside whatever else is done: {@link take} never waits and never fails. What was taken a second
 * ago has left the process, so that a kill loses no more.
 */
export class SessionHistory {
  readonly #options: SessionHistoryOptions;
  #waiting: RecordingLine[] = [];
  /** How many objects are in the lines that wait or are being written. */
  #waitingObjects = 0;
  #isWaitedFor = false;
  /** What was taken waits until then. */
  readonly #headStart = Promise.withResolvers<void>();
  #hasBegun = false;
  #writer: RotatingWriter | null = null;
  #draining: Promise<void>;
  #isDraining = true;
  #hasFailed = false;
  readonly #removed = new Set<string>();
  #isEnded = false;

  /** Makes directory and file in the background. */
  constructor(options: SessionHistoryOptions) {
    this.#options = options;
    this.#draining = this.#begin();
  }

  /** The files so far, oldest first, without those that the limits removed; none before the first was made. */
  get files(): readonly string[] {
    return (this.#writer?.files ?? []).filter((file) => !this.#removed.has(file));
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Takes an arrival, not redacted, its times epoch ms. */
  take(line: RecordingLine): void {
    if (this.#hasFailed || this.#isEnded || (line.type === 'log' && this.#options.logs === 'none') || line.type === 'BOOKMARK')
      return;
    if (this.#waiting.length >= MOST_WAITING) {
      this.#fail(new Error('the disk is too slow'));
      return;
    }
    this.#waiting.push(line);
    this.#waitingObjects += objectsIn(line);
    this.#boundHeadStart();
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#draining = this.#drain();
  }

  /**
   * Resolves when little waits to be written, at once mostly: whoever has much to give should wait for it, since what waits is
   * ten times as large as what is written of it. Never waits for long, whatever the disk does.
   */
  async room(): Promise<void> {
    if (this.#waitingObjects < (this.#hasBegun ? MUCH_WAITING : HEAD_START_OBJECTS)) return;
    this.#isWaitedFor = true;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, ROOM_WITHIN_MS);
    await Promise.race([this.#draining, late.promise]);
    clearTimeout(timer);
    this.#isWaitedFor = false;
  }

  /** Resolves when all that was taken is in the files, or writing has failed. */
  async flush(): Promise<void> {
    this.#headStart.resolve();
    await this.#draining;
    await this.#writer?.flush();
  }

  /** Writes the end line and closes; what was taken before is in the files. Does not fail. */
  async end(): Promise<void> {
    this.#isEnded = true;
    this.#headStart.resolve();
    await this.#draining;
    if (!this.#hasFailed) await this.#writer?.end(this.#options.clock.now()).catch((error: unknown) => this.#fail(error));
  }

  #boundHeadStart(): void {
    if (this.#hasBegun) return;
    if (this.#waiting.length === 1) setTimeout(this.#headStart.resolve, HEAD_START_MS).unref();
    if (this.#waitingObjects >= HEAD_START_OBJECTS) this.#headStart.resolve();
  }

  async #begin(): Promise<void> {
    await this.#open();
    await this.#headStart.promise;
    this.#hasBegun = true;
    await this.#drain();
    // What waited for the head start has no time left to wait in the compressor.
    void this.#writer?.flush();
  }

  async #open(): Promise<void> {
    const { directory, header, clock, pid, limits = DEFAULT_HISTORY, flushEveryMs = 500 } = this.#options;
    const part = partLimits(limits);
    try {
      await makePrivateDirectory(directory);
      await pruneSessions(directory, [], clock.now(), limits);
      this.#writer = await RotatingWriter.open(header, {
        fileOf: (part) => join(directory, sessionFileName(header.startedAt, pid, part)),
        rotateAt: part.bytes,
        rotateAfterMs: part.ms,
        flushEveryMs,
        // What a kill leaves can be read, and whoever quits does not wait for a disk.
        sync: false,
        onFailure: (error) => this.#fail(error),
        onPart: (file) => void this.#prune(file, limits),
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  // A file that cannot be removed now may be at the next part.
  async #prune(current: string, limits: HistoryLimits): Promise<void> {
    const { directory, clock } = this.#options;
    const removed = await pruneSessions(directory, [current], clock.now(), limits).catch(() => []);
    for (const file of removed) this.#removed.add(file);
  }

  async #drain(): Promise<void> {
    const { clock } = this.#options;
    try {
      let begun = clock.now();
      while (this.#waiting.length > 0 && this.#writer !== null) {
        const lines = this.#waiting;
        this.#waiting = [];
        for (const line of lines) {
          const kept = line.type === 'log' && this.#options.logs === 'last' ? lastLines(line) : line;
          for (const piece of inPieces(kept)) {
            if (this.#hasFailed) return;
            await this.#writer.write(piece);
            if (clock.now() - begun < SLICE_MS) continue;
            await this.#pause();
            begun = clock.now();
          }
          this.#waitingObjects -= objectsIn(line);
        }
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isDraining = false;
    }
  }

  // Where more is to come, others only get their turn; at the end, whoever waits no longer than so long.
  async #pause(): Promise<void> {
    if (this.#isEnded || this.#isWaitedFor || this.#waiting.length > 0) await new Promise(setImmediate);
    else await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }

  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#waiting = [];
    this.#waitingObjects = 0;
    const why = safeLine(error instanceof Error ? error.message : String(error));
    this.#options.onFailure(`this session is no longer kept as history: ${why}`);
  }
}

const LINES_KEPT = 20;

// Masked before it is cut: of a private key that lost its head nothing tells what it is.
function lastLines(log: LogLine): LogLine {
  const text = maskText(log.text ?? '').replace(/\r?\n$/, '');
  const lines = text.split('\n');
  if (lines.length <= LINES_KEPT) return { ...log, text };
  const last = lines.slice(-LINES_KEPT);
  const telling = lines[errorLineIndex(lines)];
  const kept = telling === undefined || last.includes(telling) ? last : [telling, ...last];
  return { ...log, text: kept.join('\n'), truncated: true };
}

function objectsIn(line: RecordingLine): number {
  return line.type === 'snapshot' ? line.items.length : 1;
}

function* inPieces(line: RecordingLine): Generator<RecordingLine> {
  if (line.type !== 'snapshot' || line.items.length <= ITEMS_AT_ONCE) {
    yield line;
    return;
  }
  for (let from = 0; from < line.items.length; from += ITEMS_AT_ONCE) {
    const piece: SnapshotLine = { ...line, items: line.items.slice(from, from + ITEMS_AT_ONCE) };
    yield from + ITEMS_AT_ONCE < line.items.length ? { ...piece, more: true } : piece;
  }
}
