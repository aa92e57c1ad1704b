import { TRUNCATION_MS } from '../text/json.ts';
import { type Ledger, newestTimeOf, type Run } from './ledger.ts';
import type { ContainerStatus } from './pod.ts';

/** What arrivals revealed about one node's clock. Never changed in place. */
export interface NodeClock {
  /** The newest few, oldest first, at most one per {@link BURST_MS}. */
  readonly samples: readonly ClockSample[];
  /**
   * Our clock minus the node's, ms, in whole seconds: add it to a time of the node to get ours. 0
   * if the clocks agree, as far as is known. Negative if the node's clock is ahead.
   */
  readonly skewMs: number;
  /**
   * How far `skewMs` may be off, ms: the API truncates times to whole seconds, and a status takes a
   * moment to arrive.
   */
  readonly uncertaintyMs: number;
  /** Is the node's clock ahead by at least this much? A list may report times long past. */
  readonly isLeast: boolean;
}

/**
 * The difference between a time on the node's clock and its arrival here, ms: the skew plus the
 * time in transit.
 */
interface ClockSample {
  readonly at: number;
  readonly lagMs: number;
  /** Was it reported as it happened, or later? */
  readonly isFresh: boolean;
}

export const UNKNOWN_CLOCK: NodeClock = Object.freeze({ samples: [], skewMs: 0, uncertaintyMs: 0, isLeast: false });

// A status normally takes up to 2 s, and its times are truncated to seconds: a smaller difference
// is no skew.
const MIN_SKEW_MS = 3000;
// Arrivals that come together count once: a kubelet that was away reports many containers at once,
// all of them late.
const BURST_MS = 5000;
const SAMPLES_KEPT = 12;
// A lag may be slowness instead of skew, but slowness varies: this many samples this close to the
// lowest show skew.
const AGREEING = 4;
const AGREE_MS = 2000;
const IN_TRANSIT_MS = 2000;

/**
 * The newest time that a status states of a new instance: its kubelet has just created that. An end
 * alone proves nothing, since a kubelet that was away reports it late. Epoch ms on the node's
 * clock; null if there is none.
 */
export function newInstanceAt(before: Ledger, after: Ledger): number | null {
  const newest = after.at(-1);
  if (after === before || newest === undefined || newest.containerID === '') return null;
  return before.some((run) => run.containerID === newest.containerID) ? null : newestTimeOf(newest);
}

/**
 * The clock after one more arrival.
 * @param at when it came, epoch ms on our clock.
 * @param nodeTime a time that it states, epoch ms on the node's clock.
 * @param isFresh does it report what has just happened? If not, it counts only if it is ahead of
 * us.
 */
export function withSample(clock: NodeClock, at: number, nodeTime: number, isFresh: boolean): NodeClock {
  const lagMs = at - nodeTime;
  if (!isFresh && (lagMs > -MIN_SKEW_MS || lagMs >= lowestLag(clock.samples))) return clock;
  const last = clock.samples.at(-1);
  const joins = last !== undefined && at - last.at < BURST_MS;
  if (joins && lagMs >= last.lagMs) return clock;
  const sample = { at: joins ? last.at : at, lagMs, isFresh };
  const samples = sinceClockWasSet([...(joins ? clock.samples.slice(0, -1) : clock.samples), sample].slice(-SAMPLES_KEPT));
  return { samples, ...estimate(samples) };
}

function lowestLag(samples: readonly ClockSample[]): number {
  return Math.min(...samples.map((s) => s.lagMs));
}

// A clock may be set back. Then the lowest of all samples no longer holds, and the newest agree on
// another.
function sinceClockWasSet(samples: readonly ClockSample[]): readonly ClockSample[] {
  const newest = samples.slice(-AGREEING);
  const lags = newest.map((s) => s.lagMs);
  const agree = newest.length === AGREEING && Math.max(...lags) - Math.min(...lags) <= AGREE_MS;
  return agree && Math.min(...lags) > lowestLag(samples) + MIN_SKEW_MS ? newest : samples;
}

function estimate(samples: readonly ClockSample[]): Omit<NodeClock, 'samples'> {
  const least = lowestLag(samples);
  const near = samples.filter((s) => s.isFresh && s.lagMs <= least + AGREE_MS).length;
  // A time in our future proves a clock that is ahead.
  const isBelieved = least <= -MIN_SKEW_MS || (least > MIN_SKEW_MS && near >= AGREEING);
  if (!isBelieved) return { skewMs: 0, uncertaintyMs: 0, isLeast: false };
  return {
    // Delay and truncation only increase it.
    skewMs: Math.floor(least / 1000) * 1000,
    uncertaintyMs: near >= AGREEING ? TRUNCATION_MS : IN_TRANSIT_MS,
    isLeast: near === 0,
  };
}

/** The ledger on our clock; the same one if the clocks agree. */
export function ledgerOnOurClock(ledger: Ledger, skewMs: number): Ledger {
  if (skewMs === 0) return ledger;
  return ledger.map((run) => ({
    ...run,
    startedAt: shifted(run.startedAt, skewMs),
    finishedAt: shifted(run.finishedAt, skewMs),
  }));
}

/** The status on our clock; the same one if the clocks agree. */
export function statusOnOurClock(status: ContainerStatus, skewMs: number): ContainerStatus {
  if (skewMs === 0) return status;
  const { state, last } = status;
  return {
    ...status,
    state:
      state.type === 'running'
        ? { ...state, startedAt: shifted(state.startedAt, skewMs) }
        : state.type === 'terminated'
          ? { ...state, ...endOnOurClock(state, skewMs) }
          : state,
    last: last === null ? null : { ...last, ...endOnOurClock(last, skewMs) },
  };
}

function endOnOurClock({ startedAt, finishedAt }: Pick<Run, 'startedAt' | 'finishedAt'>, skewMs: number) {
  return { startedAt: shifted(startedAt, skewMs), finishedAt: shifted(finishedAt, skewMs) };
}

function shifted(at: number | null, skewMs: number): number | null {
  return at === null ? null : at + skewMs;
}
