import type { Clock } from '../../../model/clock.ts';
import type { Timers } from '../../../model/timers.ts';
import type { Json } from '../../../text/json.ts';
import type { ApiReader, Query } from '../http/api-reader.ts';
import { ConnectionError, type FailureKind } from '../http/connection-error.ts';
import { describeForbidden } from '../permissions.ts';
import { NO_RETRY_YET, nextRetry } from '../watch/reconnect-backoff.ts';
import { RIGHTS_READ_WITHIN_MS } from '../watch/reflector-failure.ts';

/** One GET to be made. */
export interface RateLimitedRead {
  /** Identifies its object: of reads with the same key, only one waits or is in progress. */
  readonly key: string;
  /** The permission it needs: if one is refused, so are all others with the same. */
  readonly right: string;
  readonly path: string;
  readonly query?: Query;
  /** Read the object's metadata only? */
  readonly metadataOnly?: true;
  /** The lower, the sooner, among reads that are due. */
  readonly rank: () => number;
  /** Is it still worth reading after a failure? */
  readonly isWanted: () => boolean;
  readonly take: (object: Json) => void;
  /** The object does not exist. */
  readonly missing: () => void;
}

export interface RateLimitedReadsOptions {
  readonly api: ApiReader;
  readonly clock: Clock;
  readonly timers: Timers;
  /** In [0, 1). */
  readonly random: () => number;
  /** The server refuses reads with that permission; or grants them again (`why` null). */
  readonly onRight: (right: string, why: string | null) => void;
}

export const MAX_CONCURRENT_READS = 4;
/** Reads allowed in a burst after a quiet time; then so many a second. */
export const READS_BURST = 50;
export const READS_PER_SECOND = 5;
/** Waiting reads; more are dropped. */
const MAX_QUEUED_READS = 5000;
/** Frequent requests do not bring a permission, nor a resource that the server does not serve. */
const FORBIDDEN_RECHECK_MS = 60_000;
/**
 * For a permission granted a moment ago: a server that has just started has not loaded all roles
 * yet.
 */
const FORBIDDEN_GRACE_MS = 5000;

const LASTING: ReadonlySet<FailureKind> = new Set(['rejected', 'unreadable', 'excessive']);

interface Waiting {
  readonly read: RateLimitedRead;
  readonly at: number;
  readonly hasFailed: boolean;
}

/**
 * Makes single reads, a few at a time and never many a second, however many are asked for: details
 * beside the pods may come late, but must not keep a struggling server busy. Failed reads are
 * repeated, all with one shared back-off.
 */
export class RateLimitedReads {
  readonly #options: RateLimitedReadsOptions;
  readonly #cancel = new AbortController();
  readonly #waiting = new Map<string, Waiting>();
  readonly #underWay = new Set<string>();
  /** Refused permissions: when the next read with it may be made, epoch ms. */
  readonly #refused = new Map<string, number>();
  /**
   * Permissions with which a read succeeded, and since when they are refused, epoch ms; null if
   * they are not.
   */
  readonly #granted = new Map<string, number | null>();
  #tokens = READS_BURST;
  #filledAt = 0;
  #delay = NO_RETRY_YET;
  #pausedUntil = 0;
  #timer: { readonly at: number; readonly handle: unknown } | null = null;
  #isHeld = false;

  constructor(options: RateLimitedReadsOptions) {
    this.#options = options;
  }

  /**
   * Schedules a read for that time, epoch ms, or soon after. If it waits already, the earlier time
   * counts.
   */
  ask(read: RateLimitedRead, at: number): void {
    this.#put(read, at, false);
  }

  #put(read: RateLimitedRead, at: number, hasFailed: boolean): void {
    if (this.#cancel.signal.aborted) return;
    const known = this.#waiting.get(read.key);
    if (known === undefined && this.#waiting.size >= MAX_QUEUED_READS) return;
    this.#waiting.set(read.key, { read, at: Math.min(at, known?.at ?? at), hasFailed });
    this.#wakeAt(at);
  }

  /** Reads in progress, or due and not refused. */
  get due(): number {
    const now = this.#options.clock.now();
    const waiting = [...this.#waiting.values()].filter(({ read, at }) => at <= now && this.#mayBegin(read, now));
    return this.#underWay.size + waiting.length;
  }

  /** Until {@link release}, makes no read. */
  hold(): void {
    this.#isHeld = true;
    this.#stopTimer();
  }

  release(): void {
    this.#isHeld = false;
    this.#arrange(this.#options.clock.now());
  }

  stop(): void {
    this.#cancel.abort();
    this.#waiting.clear();
    this.#stopTimer();
  }

  #stopTimer(): void {
    if (this.#timer !== null) this.#options.timers.stop(this.#timer.handle);
    this.#timer = null;
  }

  #wakeAt(at: number): void {
    if (this.#isHeld || this.#cancel.signal.aborted || (this.#timer !== null && this.#timer.at <= at)) return;
    const { timers, clock } = this.#options;
    this.#stopTimer();
    const handle = timers.start(() => this.#run(), Math.max(0, at - clock.now()));
    this.#timer = { at, handle };
  }

  #run(): void {
    this.#stopTimer();
    const now = this.#options.clock.now();
    this.#fill(now);
    if (now >= this.#pausedUntil) {
      const due = [...this.#waiting.values()].filter((w) => w.at <= now && this.#mayBegin(w.read, now));
      due.sort((a, b) => a.read.rank() - b.read.rank() || a.at - b.at);
      for (const { read, hasFailed } of due) {
        if (this.#underWay.size >= MAX_CONCURRENT_READS || this.#tokens < 1) break;
        if (hasFailed && !read.isWanted()) this.#waiting.delete(read.key);
        else if (this.#mayBegin(read, now)) this.#begin(read, now);
      }
    }
    this.#arrange(now);
  }

  #mayBegin({ key, right }: RateLimitedRead, now: number): boolean {
    return !this.#underWay.has(key) && (this.#refused.get(right) ?? 0) <= now;
  }

  // Reads in progress call again when they end.
  #arrange(now: number): void {
    if (this.#underWay.size >= MAX_CONCURRENT_READS) return;
    let next = Number.POSITIVE_INFINITY;
    for (const { read, at } of this.#waiting.values())
      if (!this.#underWay.has(read.key)) next = Math.min(next, Math.max(at, this.#refused.get(read.right) ?? 0));
    if (next === Number.POSITIVE_INFINITY) return;
    const tokenAt = this.#tokens >= 1 ? now : now + ((1 - this.#tokens) * 1000) / READS_PER_SECOND;
    this.#wakeAt(Math.max(next, this.#pausedUntil, Math.ceil(tokenAt)));
  }

  #fill(now: number): void {
    // A clock that is put back, or forward by hours, gives no more than a burst.
    const passed = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(READS_BURST, this.#tokens + (passed * READS_PER_SECOND) / 1000);
    this.#filledAt = now;
  }

  #begin(read: RateLimitedRead, now: number): void {
    const { key, right } = read;
    this.#tokens--;
    this.#waiting.delete(key);
    this.#underWay.add(key);
    // This read tests whether the permission was granted: the others wait for its answer.
    const wasRefused = this.#refused.has(right);
    if (wasRefused) this.#refused.set(right, now + FORBIDDEN_RECHECK_MS);
    void this.#make(read, wasRefused).finally(() => {
      this.#underWay.delete(key);
      if (!this.#cancel.signal.aborted) this.#run();
    });
  }

  async #make(read: RateLimitedRead, wasRefused: boolean): Promise<void> {
    const { signal } = this.#cancel;
    let object: Json;
    try {
      const { api } = this.#options;
      object = read.metadataOnly
        ? await api.getMetadata(read.path, { signal })
        : await api.get(read.path, read.query, { signal });
    } catch (error) {
      if (!signal.aborted) this.#fail(read, wasRefused, error);
      return;
    }
    if (signal.aborted) return;
    this.#answered(read.right, wasRefused);
    read.take(object);
  }

  #answered(right: string, wasRefused: boolean): void {
    this.#delay = NO_RETRY_YET;
    this.#granted.set(right, null);
    if (!wasRefused) return;
    this.#refused.delete(right);
    this.#options.onRight(right, null);
  }

  #fail(read: RateLimitedRead, wasRefused: boolean, error: unknown): void {
    const failure = error instanceof ConnectionError ? error : null;
    const now = this.#options.clock.now();
    if (failure?.kind === 'not-found') {
      this.#answered(read.right, wasRefused);
      read.missing();
    } else if (failure?.kind === 'forbidden') {
      const isDoubtful = this.#isDoubtful(read.right, now);
      const again = now + (isDoubtful ? FORBIDDEN_GRACE_MS : FORBIDDEN_RECHECK_MS);
      this.#refused.set(read.right, again);
      if (!isDoubtful) this.#options.onRight(read.right, describeForbidden(failure.detail));
      this.#put(read, again, true);
    } else if (failure !== null && LASTING.has(failure.kind)) this.#put(read, now + FORBIDDEN_RECHECK_MS, true);
    else {
      this.#pause(now, failure?.retryAfterMs ?? 0);
      this.#put(read, this.#pausedUntil, true);
    }
  }

  #isDoubtful(right: string, now: number): boolean {
    const since = this.#granted.get(right);
    if (since === undefined) return false;
    if (since === null) this.#granted.set(right, now);
    return now - (since ?? now) < RIGHTS_READ_WITHIN_MS;
  }

  // The other reads in progress fail for the same reason.
  #pause(now: number, atLeast: number): void {
    if (now >= this.#pausedUntil) {
      const { waitMs, delay } = nextRetry(this.#delay, now, this.#options.random());
      this.#delay = delay;
      this.#pausedUntil = now + waitMs;
    }
    this.#pausedUntil = Math.max(this.#pausedUntil, now + atLeast);
  }
}
