import { isWorkloadEntry, type TableEntry, troubledSince } from '../../diagnosis/entry.ts';
import { problemListAt } from '../../diagnosis/problem-list.ts';
import { troubleOf } from '../../diagnosis/problems.ts';
import type { Impact } from '../../model/impact.ts';
import { type ClusterState, neverFailed, type PodRecord } from '../../timeline/state.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import { isSinceBound } from '../../wording/since.ts';

/** The worst impact on a workload; null if unknown. */
export type WorstImpact = Pick<Impact, 'level' | 'lowest' | 'desired'> | null;

/** An entry that was listed at some time, as of its last time in trouble. Times in epoch ms. */
export interface Sighting {
  readonly entry: TableEntry;
  readonly since: number;
  /** True if it started earlier than that, unseen. */
  readonly sinceIsBound: boolean;
  readonly lastAt: number;
  readonly impact: WorstImpact;
}

// How often to check the whole list. Ended entries stay on it for ten minutes; shorter ones show up
// in an arrival.
const LOOKS = 400;
const FINEST_MS = 5000;
const LONGEST_MS = 5 * 60_000;
// Without arrivals only time changes the list, ever more slowly. So each check may come later than
// the one before, by this fraction of the time since the last arrival. A year without arrivals
// takes a few hundred checks.
const LATER_BY = 1 / 64;

/**
 * Everything listed at any time between two times (epoch ms). Checks the list at intervals, plus at
 * each arrival with which an unlisted container gets into trouble or out of it.
 */
export function sightingsBetween(timeline: Timeline, from: number, to: number): readonly Sighting[] {
  const seen = new Map<string, Sighting>();
  const step = Math.min(LONGEST_MS, Math.max(FINEST_MS, Math.ceil((to - from) / LOOKS)));
  let state = timeline.stateAt(from);
  look(seen, state, from);
  let lookedAt = from;
  let arrivedAt = from;
  for (let at = from; at < to; ) {
    const arrival = timeline.nextArrival(at) ?? to;
    const dueAt = lookedAt + Math.max(step, Math.floor((lookedAt - arrivedAt) * LATER_BY));
    at = Math.min(arrival, dueAt, to);
    if (at === arrival) arrivedAt = at;
    const before = state;
    state = timeline.stateAt(at);
    const changed = changedSuspects(before, state);
    if (isUnlisted(seen, before, changed, at - 1)) look(seen, before, at - 1);
    const isDue = at >= dueAt || at >= to || (state.owners !== before.owners && at >= lookedAt + FINEST_MS);
    if (!isDue && !isUnlisted(seen, state, changed, at)) continue;
    look(seen, state, at);
    lookedAt = at;
  }
  return [...seen.values()];
}

function look(seen: Map<string, Sighting>, state: ClusterState, at: number): void {
  for (const entry of problemListAt(state, at)) {
    const before = seen.get(entry.key);
    // A pod that is gone no longer says why it failed.
    const isAfterglow = !isWorkloadEntry(entry) && entry.trouble?.state === 'deleted' && before !== undefined;
    if (!isAfterglow) seen.set(entry.key, withSight(before, entry, at));
  }
}

function withSight(before: Sighting | undefined, entry: TableEntry, at: number): Sighting {
  const own = troubledSince(entry) ?? at;
  // Keep the earlier start, unless this check knows an even earlier one.
  const isKept = before !== undefined && before.since <= own;
  const [since, sinceIsBound] = isKept ? [before.since, before.sinceIsBound] : [own, isSinceBound(entry)];
  return { entry, since, sinceIsBound, lastAt: at, impact: worseOf(before?.impact ?? null, entry.impact) };
}

/** The UIDs of unhealthy candidates that changed. */
function changedSuspects(before: ClusterState, after: ClusterState): readonly string[] {
  if (before.unhealthyCandidates === after.unhealthyCandidates) return [];
  const isOther = (record: PodRecord, uid: string) => before.unhealthyCandidates.get(uid) !== record;
  const changed = [...after.unhealthyCandidates.filter(isOther).keys()];
  return [...changed, ...before.unhealthyCandidates.filter((_, uid) => !after.unhealthyCandidates.has(uid)).keys()];
}

// True if a container of these pods is in trouble that was never listed.
function isUnlisted(seen: ReadonlyMap<string, Sighting>, state: ClusterState, uids: readonly string[], now: number): boolean {
  return uids.some((uid) => {
    const record = state.unhealthyCandidates.get(uid);
    return record?.containers.some(
      (c) => !seen.has(`${uid}/${c.name}`) && !neverFailed(c) && troubleOf(state, record, c, now) !== null,
    );
  });
}

const LEVELS = ['down', 'degraded', 'available'] as const;

/** The worse of two impacts; if one is unknown, the other. */
export function worseOf(a: WorstImpact, b: WorstImpact): WorstImpact {
  if (a === null || b === null) return a ?? b;
  const levels = LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level);
  return levels < 0 || (levels === 0 && b.lowest < a.lowest) ? b : a;
}

/** The more severe, the lower. */
export function rankOf(impact: WorstImpact): number {
  return impact === null ? LEVELS.length : LEVELS.indexOf(impact.level);
}
