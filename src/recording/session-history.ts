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

/**
 * What a history keeps of the logs of ended runs: everything that was read; the error line and the
 * last 20; nothing.
 */
export type KeptLogs = 'all' | 'last' | 'none';

export interface SessionHistoryOptions {
  /** The cluster's directory; created if missing. */
  readonly directory: string;
  /** `startedAt` is the start of the session. */
  readonly header: Omit<RecordingHeader, 'redaction'>;
  /** Which logs to write. */
  readonly logs: KeptLogs;
  readonly clock: Clock;
  /** Of the writing process, so that two sessions of one cluster stay separate. */
  readonly pid: number;
  /**
   * Called once, with one safe line, if the session can no longer be written. The session itself
   * continues.
   */
  readonly onFailure: (message: string) => void;
  /** Defaults to {@link DEFAULT_HISTORY}. */
  readonly limits?: HistoryLimits;
  readonly flushEveryMs?: number;
}

// Redaction alternates with the screen: at most this long at a time, then a pause, ms. A tenth of
// it keeps up with a thousand arrivals a second.
const SLICE_MS = 5;
const PAUSE_MS = 10;
// A line is redacted in one go, so a list must be split to fit a slice.
const ITEMS_PER_PIECE = 100;
// The user waits for the first list, so write it a moment later (an eighth of the time until 1,000
// pods are complete): soon enough that a kill loses less than a second, and before it takes more
// than a few megabytes.
const HEAD_START_MS = 500;
const HEAD_START_OBJECTS = 1_500;
// This many objects take a few megabytes. A slow disk must not delay anything for a noticeable
// time.
const BUSY_WAITING = 200;
const ROOM_WITHIN_MS = 100;
// A disk that is this many arrivals behind is as good as full.
const MAX_WAITING = 100_000;

/**
 * A live session that records itself in the background: {@link take} never waits and never fails.
 * Anything taken a second ago has left the process, so a kill loses no more.
 */
export class SessionHistory {
  readonly #options: SessionHistoryOptions;
  #waiting: RecordingLine[] = [];
  /** Number of objects in the lines that wait or are being written. */
  #waitingObjects = 0;
  #isWaitedFor = false;
  /** Until this resolves, lines only wait. */
  readonly #headStart = Promise.withResolvers<void>();
  #hasBegun = false;
  #writer: RotatingWriter | null = null;
  #draining: Promise<void>;
  #isDraining = true;
  #hasFailed = false;
  readonly #removed = new Set<string>();
  #isEnded = false;

  /** Creates the directory and the file in the background. */
  constructor(options: SessionHistoryOptions) {
    this.#options = options;
    this.#draining = this.#begin();
  }

  /**
   * The files so far, oldest first, without those that the limits removed; empty until the first is
   * created.
   */
  get files(): readonly string[] {
    return (this.#writer?.files ?? []).filter((file) => !this.#removed.has(file));
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Takes an arrival, not redacted, with times in epoch ms. */
  take(line: RecordingLine): void {
    if (this.#hasFailed || this.#isEnded || (line.type === 'log' && this.#options.logs === 'none') || line.type === 'BOOKMARK')
      return;
    if (this.#waiting.length >= MAX_WAITING) {
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
   * Resolves when few lines are waiting, usually at once. Callers with much data should await it,
   * since waiting lines take ten times the memory of written ones. Never waits for long, however
   * slow the disk.
   */
  async room(): Promise<void> {
    if (this.#waitingObjects < (this.#hasBegun ? BUSY_WAITING : HEAD_START_OBJECTS)) return;
    this.#isWaitedFor = true;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, ROOM_WITHIN_MS);
    await Promise.race([this.#draining, late.promise]);
    clearTimeout(timer);
    this.#isWaitedFor = false;
  }

  /** Resolves when everything taken is in the files, or writing has failed. */
  async flush(): Promise<void> {
    this.#headStart.resolve();
    await this.#draining;
    await this.#writer?.flush();
  }

  /** Writes the end line and closes; everything taken before is in the files. Never fails. */
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
    // After the head start, do not wait in the compressor as well.
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
        // A killed session is readable anyway, and quitting must not wait for a disk.
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

  // With more to come, only yield to others; at the end or with a waiting caller, do not pause
  // longer.
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
    this.#options.onFailure(`this session is no longer recorded: ${why}`);
  }
}

const LINES_KEPT = 20;

// Mask before cutting: nothing identifies a private key without its header.
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
  if (line.type !== 'snapshot' || line.items.length <= ITEMS_PER_PIECE) {
    yield line;
    return;
  }
  for (let from = 0; from < line.items.length; from += ITEMS_PER_PIECE) {
    const piece: SnapshotLine = { ...line, items: line.items.slice(from, from + ITEMS_PER_PIECE) };
    yield from + ITEMS_PER_PIECE < line.items.length ? { ...piece, more: true } : piece;
  }
}
