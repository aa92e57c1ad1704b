import { type Ledger, type Run, timeOfRun, unseenBefore } from '../model/ledger.ts';
import { isCrash } from '../model/trouble.ts';
import { TRUNCATION_MS } from '../text/json.ts';
import { containerOnOurClock } from '../timeline/node-clocks.ts';
import { backoffOf, type ContainerRecord, type PodRecord } from '../timeline/state.ts';
import type { Change, ChangeFacts, Onset } from './change.ts';
import { troubleOf } from './problems.ts';

/**
 * What a change breaks shows while its pods start or take their first load. After an hour much else
 * has changed, and the events that would show it are gone.
 */
export const CHANGE_WINDOW_MS = 60 * 60_000;
// If crashes before the first known one were not seen, the loop is older than it looks.
const UNSEEN_WINDOW_MS = 24 * 60 * 60_000;
// How long the first start of a pod may take to fail.
const START_MS = 2 * 60_000;
// If the workload was in trouble this long before a change, the change did not cause it.
const BEFORE_MS = 30 * 60_000;
/**
 * API times are whole seconds, and the API server's clock is not the node's: this much later may
 * still be before.
 */
export const TOLERANCE_MS = 2 * TRUNCATION_MS;

/** The container with that name; undefined if the pod has none. */
export function containerOf(record: PodRecord, name: string): ContainerRecord | undefined {
  return record.containers.find((container) => container.name === name);
}

/** When the container's trouble started in that pod; null without trouble. */
export function onsetOf({ state, container: name, now }: ChangeFacts, record: PodRecord): Onset | null {
  const container = containerOf(record, name);
  const trouble = container === undefined ? null : troubleOf(state, record, container, now);
  if (container === undefined || trouble === null) return null;
  const { ledger } = containerOnOurClock(state, record, container);
  const index = ledger.findIndex((run) => run.finishedAt !== null && run.finishedAt >= trouble.since);
  const before = index < 0 ? (container.status?.restartCount ?? 0) : unseenBefore(ledger, index);
  const unseenRuns = trouble.sinceIsBound ? Math.max(0, before) : 0;
  const at = trouble.since;
  // A pod that never ran has failed since about its creation.
  const isLate = ledger.length === 0 && at - (record.pod.createdAt ?? at) > START_MS;
  const began = trouble.kind === 'crash' || trouble.kind === 'start' ? 'crash' : 'failure';
  const { initialMs } = backoffOf(state, record.pod.spec.nodeName);
  const begunBy = unseenRuns === 0 ? at : Math.min(at, begunByBackOff(ledger, index, initialMs));
  return {
    kind: trouble.kind,
    at,
    unseenRuns,
    isLatest: unseenRuns > 0 || isLate,
    begunBy,
    podMadeAt: record.pod.createdAt,
    began,
  };
}

// The waits before a published delay add up to it, except for the first (client-go
// flowcontrol.Backoff.Next doubles it).
function begunByBackOff(ledger: Ledger, index: number, initialMs: number): number {
  const told = ledger.find((run, i) => i >= index && run.publishedDelay !== null && run.finishedAt !== null);
  if (told === undefined) return Number.POSITIVE_INFINITY;
  return (told.finishedAt as number) - ((told.publishedDelay as number) - initialMs);
}

/** True if a change at that time (epoch ms) came before the onset, and shortly enough. */
export function isBefore(at: number, onset: Onset): boolean {
  const window = onset.isLatest ? UNSEEN_WINDOW_MS : CHANGE_WINDOW_MS;
  return at <= onset.at + TOLERANCE_MS && onset.at - at <= window;
}

/** Describes a change at that time (epoch ms) relative to the onset. */
export function beforeOf(at: number, onset: Onset): Omit<Change, 'kind' | 'source' | 'fields'> {
  const { unseenRuns, isLatest, began } = onset;
  return { at, beforeMs: Math.max(0, onset.at - at), isAtMost: isLatest, unseenRuns, began };
}

/** For a change without a later onset. */
export const TIMELESS = { beforeMs: null, isAtMost: false, unseenRuns: 0, began: 'failure' } as const;

/** The cached result for a key, else the result of `make`. */
export function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

/** The item with the latest time; undefined without items. */
export function newest<T>(items: readonly T[], timeOf: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (best, item) => (best === undefined || timeOf(item) > timeOf(best) ? item : best),
    undefined,
  );
}

/**
 * True if the container failed in one of these pods shortly before then (epoch ms), so the trouble
 * is older.
 */
export function failed({ state, container }: ChangeFacts, pods: readonly PodRecord[], at: number): boolean {
  return pods.some((other) => {
    const own = containerOf(other, container);
    if (own === undefined) return false;
    if (own.failure !== null && own.failure.since < at) return true;
    const { ledger } = containerOnOurClock(state, other, own);
    return ledger.some((run, index) => isCrashBefore(run, at) || loopedBefore(ledger[index - 1], run, at));
  });
}

function isCrashBefore(run: Run, at: number): boolean {
  return run.finishedAt !== null && run.finishedAt < at && run.finishedAt >= at - BEFORE_MS && isCrash(run);
}

// Runs that were dropped were part of a loop, without a break.
function loopedBefore(before: Run | undefined, run: Run, at: number): boolean {
  if (run.forgottenBefore === 0 || before === undefined) return false;
  return (timeOfRun(before) ?? at) < at && (timeOfRun(run) ?? 0) > at - BEFORE_MS;
}
