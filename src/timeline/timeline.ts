import type { Envelope } from './envelope.ts';
import { forget } from './forget.ts';
import { reduce } from './reduce.ts';
import { withFewerRuns } from './runs-in-memory.ts';
import { type ClusterState, EMPTY_STATE, type Gap } from './state.ts';

/** What happened in a period of the timeline, for the density strip. */
export interface Bucket {
  readonly arrivals: number;
  readonly crashes: number;
}

// A seek folds the arrivals after a checkpoint: at most 2,048, in 20 ms. Older checkpoints are
// thinned out (docs/decisions/0023-an-immutable-state.md).
const CHECKPOINT_EVERY = 256;
const KEPT_CHECKPOINT_EVERY = 2048;
const RECENT_CHECKPOINTS = 8;

// V8 returns little of what it once had: forget in small pieces.
const MAX_OVERSHOOT = 1.25;

/** The state after `count` arrivals. */
interface Checkpoint {
  readonly count: number;
  readonly state: ClusterState;
}

// When a bounded timeline forgets gone pods, ms: longer than any screen shows them.
const FORGET_GONE_AFTER_MS = 60 * 60_000;

/**
 * All arrivals in order, and the state at any time: state(T) is the fold of the arrivals up to and
 * including T. Can only be appended to. Arrival times never go back: an earlier one is set to the
 * newest. A bounded timeline forgets its oldest arrivals and then begins later; its states keep
 * what they told (the runs), except for runs in the middle of long loops that exceed the bound.
 */
export class Timeline {
  #envelopes: Envelope[] = [];
  /** Ascending; the first is the state before the kept arrivals. */
  #checkpoints: Checkpoint[] = [{ count: 0, state: EMPTY_STATE }];
  #crashes: number[] = [];
  #head: ClusterState = EMPTY_STATE;
  #closedAt = 0;
  #memo: Checkpoint = { count: 0, state: EMPTY_STATE };
  #startedAt: number;
  readonly #keeps: number;
  readonly #keepsRuns: number;
  /** How many arrivals were dropped. */
  #dropped = 0;

  /**
   * @param startedAt epoch ms.
   * @param keeps the minimum number of arrivals kept; the maximum is a quarter more. Without it,
   * all are kept.
   * @param keepsRuns the maximum number of runs before those in the middle of long loops are
   * forgotten (see {@link withFewerRuns}), for bounded arrivals; without it, all are kept.
   */
  constructor(startedAt: number, keeps = Number.POSITIVE_INFINITY, keepsRuns = Number.POSITIVE_INFINITY) {
    this.#startedAt = startedAt;
    this.#keeps = keeps;
    this.#keepsRuns = keepsRuns;
  }

  /** The beginning of the timeline, epoch ms: nothing can be shown before it. */
  get startedAt(): number {
    return this.#startedAt;
  }

  append(envelope: Envelope): void {
    const at = Math.max(envelope.at, this.#envelopes.at(-1)?.at ?? this.startedAt);
    const inOrder = at === envelope.at ? envelope : { ...envelope, at };
    const before = this.#head;
    this.#head = reduce(before, inOrder);
    this.#envelopes.push(inOrder);
    if (this.#head.crashes > before.crashes) this.#crashes.push(at);
    if (this.#envelopes.length % CHECKPOINT_EVERY !== 0) return;
    // Forgetting looks at the whole state, and is not urgent.
    const isDue = (this.#dropped + this.#envelopes.length) % KEPT_CHECKPOINT_EVERY === 0;
    if (isDue && this.#keeps !== Number.POSITIVE_INFINITY)
      this.#head = withFewerRuns(forget(this.#head, at - FORGET_GONE_AFTER_MS), this.#keepsRuns);
    this.#checkpoints.push({ count: this.#envelopes.length, state: this.#head });
    this.#thinOut();
    if (this.#envelopes.length >= MAX_OVERSHOOT * this.#keeps) this.#dropOldest();
  }

  #thinOut(): void {
    const index = this.#checkpoints.length - 1 - RECENT_CHECKPOINTS;
    const checkpoint = this.#checkpoints[index];
    if (checkpoint !== undefined && checkpoint.count % KEPT_CHECKPOINT_EVERY !== 0) this.#checkpoints.splice(index, 1);
  }

  #dropOldest(): void {
    const first = this.#checkpointAt(this.#envelopes.length - this.#keeps);
    const { count, state } = this.#checkpoints[first] as Checkpoint;
    this.#startedAt = (this.#envelopes[count] as Envelope).at;
    this.#envelopes = this.#envelopes.slice(count);
    this.#dropped += count;
    this.#checkpoints = this.#checkpoints.slice(first).map((c) => ({ ...c, count: c.count - count }));
    this.#crashes = this.#crashes.filter((at) => at >= this.#startedAt);
    this.#memo = { count: 0, state };
  }

  // The last checkpoint with no more arrivals than `count`.
  #checkpointAt(count: number): number {
    return upperBound(this.#checkpoints.length, (i) => (this.#checkpoints[i] as Checkpoint).count, count) - 1;
  }

  get length(): number {
    return this.#envelopes.length;
  }

  /** Notes that it was watched until then (epoch ms), although nothing more arrived. */
  close(at: number): void {
    this.#closedAt = at;
  }

  /**
   * Until when it was watched, epoch ms: its newest arrival, or the later close; the start if there
   * is neither.
   */
  get endedAt(): number {
    return Math.max(this.#envelopes.at(-1)?.at ?? this.startedAt, this.#closedAt);
  }

  /**
   * The gaps that began by then (epoch ms). A gap counts from its beginning, although its line
   * comes at its end.
   */
  gapsAt(at: number): readonly Gap[] {
    return this.#head.gaps.filter((gap) => gap.from <= at);
  }

  get head(): ClusterState {
    return this.#head;
  }

  /** The state at a time (epoch ms): the fold of the arrivals up to and including it. */
  stateAt(at: number): ClusterState {
    const count = this.countUpTo(at);
    // Keys before the next frame ask for this frame's time, when more has arrived already.
    if (count === this.#envelopes.length) this.#memo = { count, state: this.#head };
    if (this.#memo.count === count) return this.#memo.state;
    const checkpoint = this.#checkpoints[this.#checkpointAt(count)] as Checkpoint;
    const before = this.#memo.count > checkpoint.count && this.#memo.count < count ? this.#memo : checkpoint;
    let { state } = before;
    for (let i = before.count; i < count; i++) state = reduce(state, this.#envelopes[i] as Envelope);
    this.#memo = { count, state };
    return state;
  }

  /** The number of arrivals up to and including a time (epoch ms). */
  countUpTo(at: number): number {
    return upperBound(this.#envelopes.length, (i) => (this.#envelopes[i] as Envelope).at, at);
  }

  /** The time of the first arrival after `at`; null after the last. */
  nextArrival(at: number): number | null {
    return this.#envelopes[this.countUpTo(at)]?.at ?? null;
  }

  /** The time of the last arrival before `at`; null before the first. */
  previousArrival(at: number): number | null {
    return this.#envelopes[this.countUpTo(at - 1) - 1]?.at ?? null;
  }

  /**
   * Arrival times of newly known crashes, epoch ms, ascending; one for each arrival that reported
   * any.
   */
  get crashes(): readonly number[] {
    return this.#crashes;
  }

  /** The time of the first crash after `at`; null if none. */
  nextCrash(at: number): number | null {
    return this.#crashes[upperBound(this.#crashes.length, (i) => this.#crashes[i] as number, at)] ?? null;
  }

  /** The time of the last crash before `at`; null if none. */
  previousCrash(at: number): number | null {
    return this.#crashes[upperBound(this.#crashes.length, (i) => this.#crashes[i] as number, at - 1) - 1] ?? null;
  }

  /** What happened between two times (epoch ms), in `count` periods of equal length. */
  density(from: number, to: number, count: number): Bucket[] {
    const width = Math.max(1, to - from) / count;
    const buckets = Array.from({ length: count }, () => ({ arrivals: 0, crashes: 0 }));
    const bucketOf = (at: number) =>
      buckets[Math.min(count - 1, Math.floor((at - from) / width))] as Bucket & { arrivals: number; crashes: number };
    for (let i = this.countUpTo(from - 1); i < this.countUpTo(to); i++) bucketOf((this.#envelopes[i] as Envelope).at).arrivals++;
    for (const at of this.#crashes) if (at >= from && at <= to) bucketOf(at).crashes++;
    return buckets;
  }
}

// The number of values, out of `length` ascending ones, that are not above `limit`.
function upperBound(length: number, valueAt: (index: number) => number, limit: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
