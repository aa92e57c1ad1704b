import { TRUNCATION_MS } from '../text/json.ts';
import { type Ledger, newestTimeOf, type Run } from './ledger.ts';
import type { ContainerStatus } from './pod.ts';

/** What the arrivals have told of one node's clock. Never changed in place. */
export interface NodeClock {
  /** The newest few, oldest first, at most one of each {@link SPELL_MS}. */
  readonly samples: readonly ClockSample[];
  /**
   * Our clock minus the node's, ms, in whole seconds: a time on our clock is the node's plus this. 0 where the two agree as far as
   * can be told. Below 0 the node's clock is ahead.
   */
  readonly skewMs: number;
  /** How far `skewMs` may be off, ms: the API cuts times off at whole seconds, and a status is under way for a moment. */
  readonly uncertaintyMs: number;
  /** Is the node's clock ahead by this much at the least? What a list tells may have happened long ago. */
  readonly isLeast: boolean;
}

/** How long after a time on the node's clock it came to us, ms: the skew, and the time that it was under way. */
interface ClockSample {
  readonly at: number;
  readonly lagMs: number;
  /** Was it told as it happened, or only some time after? */
  readonly isFresh: boolean;
}

export const UNKNOWN_CLOCK: NodeClock = Object.freeze({ samples: [], skewMs: 0, uncertaintyMs: 0, isLeast: false });

// A status is under way for up to 2 s as a rule, and its times are cut off at the second: less than this is no skew.
const MATTERS_MS = 3000;
// What arrives together says the same thing once: a kubelet that was away tells of many containers at once, and all of it late.
const SPELL_MS = 5000;
const SAMPLES_KEPT = 12;
// A lag may be slowness as well as skew. Slowness varies: so many samples as near to the least as this are none.
const AGREEING = 4;
const AGREE_MS = 2000;
const UNDER_WAY_MS = 2000;

/**
 * The newest time that a status tells of an instance which nobody knew before: the kubelet made that one itself, a moment ago. An
 * end alone proves nothing: a kubelet that was away tells of it when it is back. Epoch ms on the node's clock; null where there is none.
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
 * @param isFresh does it tell of what has just happened? If not, it says something only where it lies ahead of us.
 */
export function withSample(clock: NodeClock, at: number, nodeTime: number, isFresh: boolean): NodeClock {
  const lagMs = at - nodeTime;
  if (!isFresh && (lagMs > -MATTERS_MS || lagMs >= leastOf(clock.samples))) return clock;
  const last = clock.samples.at(-1);
  const joins = last !== undefined && at - last.at < SPELL_MS;
  if (joins && lagMs >= last.lagMs) return clock;
  const sample = { at: joins ? last.at : at, lagMs, isFresh };
  const samples = sinceItWasSet([...(joins ? clock.samples.slice(0, -1) : clock.samples), sample].slice(-SAMPLES_KEPT));
  return { samples, ...estimate(samples) };
}

function leastOf(samples: readonly ClockSample[]): number {
  return Math.min(...samples.map((s) => s.lagMs));
}

// A clock may be set back. Then the least of all samples is no longer true, and the newest agree on something else.
function sinceItWasSet(samples: readonly ClockSample[]): readonly ClockSample[] {
  const newest = samples.slice(-AGREEING);
  const lags = newest.map((s) => s.lagMs);
  const agree = newest.length === AGREEING && Math.max(...lags) - Math.min(...lags) <= AGREE_MS;
  return agree && Math.min(...lags) > leastOf(samples) + MATTERS_MS ? newest : samples;
}

function estimate(samples: readonly ClockSample[]): Omit<NodeClock, 'samples'> {
  const least = leastOf(samples);
  const near = samples.filter((s) => s.isFresh && s.lagMs <= least + AGREE_MS).length;
  // A time that lies ahead of us can come from nothing but a clock that is ahead.
  const isBelieved = least <= -MATTERS_MS || (least > MATTERS_MS && near >= AGREEING);
  if (!isBelieved) return { skewMs: 0, uncertaintyMs: 0, isLeast: false };
  return {
    // Delay and truncation only add to it.
    skewMs: Math.floor(least / 1000) * 1000,
    uncertaintyMs: near >= AGREEING ? TRUNCATION_MS : UNDER_WAY_MS,
    isLeast: near === 0,
  };
}

/** The ledger on our clock: the same one where the clocks agree. */
export function ledgerOnOurClock(ledger: Ledger, skewMs: number): Ledger {
  if (skewMs === 0) return ledger;
  return ledger.map((run) => ({
    ...run,
    startedAt: shifted(run.startedAt, skewMs),
    finishedAt: shifted(run.finishedAt, skewMs),
  }));
}

/** The status on our clock: the same one where the clocks agree. */
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
