import { isWorkloadEntry, type TableEntry, troubledSince } from '../../diagnosis/entry.ts';
import { problemListAt } from '../../diagnosis/problem-list.ts';
import { troubleOf } from '../../diagnosis/problems.ts';
import type { Impact } from '../../model/impact.ts';
import { type ClusterState, neverFailed, type PodRecord } from '../../timeline/state.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import { isSinceBound } from '../../wording/since.ts';

/** The worst that a workload had of its pods; null where nobody knows. */
export type WorstImpact = Pick<Impact, 'level' | 'lowest' | 'desired'> | null;

/** What was listed at some time: as it was when it was last in trouble. Times in epoch ms. */
export interface Sighting {
  readonly entry: TableEntry;
  readonly since: number;
  /** Did it begin earlier than that, unseen? */
  readonly sinceIsBound: boolean;
  readonly lastAt: number;
  readonly impact: WorstImpact;
}

// How often the whole list is looked at. What ended stays on it for ten minutes; what comes and goes faster shows in an arrival.
const LOOKS = 400;
const FINEST_MS = 5000;
const LONGEST_MS = 5 * 60_000;
// While nothing arrives only time changes the list, ever more slowly: each look may come later than the one before, by this part of
// the time since something arrived. A year without arrivals takes a few hundred looks.
const LATER_BY = 1 / 64;

/**
 * All that was listed at any time between two times (epoch ms): the list is looked at again and again, and besides at each
 * arrival with which a container that was not listed yet gets into trouble, or gets out of it.
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
    // A pod that is gone says no more why it failed.
    const isAfterglow = !isWorkloadEntry(entry) && entry.trouble?.state === 'deleted' && before !== undefined;
    if (!isAfterglow) seen.set(entry.key, withSight(before, entry, at));
  }
}

function withSight(before: Sighting | undefined, entry: TableEntry, at: number): Sighting {
  const own = troubledSince(entry) ?? at;
  // What came before is kept, unless this look knows of something earlier.
  const isKept = before !== undefined && before.since <= own;
  const [since, sinceIsBound] = isKept ? [before.since, before.sinceIsBound] : [own, isSinceBound(entry)];
  return { entry, since, sinceIsBound, lastAt: at, impact: worseOf(before?.impact ?? null, entry.impact) };
}

/** The UIDs of the unhealthy candidates that are not as they were. */
function changedSuspects(before: ClusterState, after: ClusterState): readonly string[] {
  if (before.unhealthyCandidates === after.unhealthyCandidates) return [];
  const isOther = (record: PodRecord, uid: string) => before.unhealthyCandidates.get(uid) !== record;
  const changed = [...after.unhealthyCandidates.filter(isOther).keys()];
  return [...changed, ...before.unhealthyCandidates.filter((_, uid) => !after.unhealthyCandidates.has(uid)).keys()];
}

// Is a container of these pods in trouble that was never seen to be?
function isUnlisted(seen: ReadonlyMap<string, Sighting>, state: ClusterState, uids: readonly string[], now: number): boolean {
  return uids.some((uid) => {
    const record = state.unhealthyCandidates.get(uid);
    return record?.containers.some(
      (c) => !seen.has(`${uid}/${c.name}`) && !neverFailed(c) && troubleOf(state, record, c, now) !== null,
    );
  });
}

const LEVELS = ['down', 'degraded', 'available'] as const;

/** The worse of two impacts; the other one where one is not known. */
export function worseOf(a: WorstImpact, b: WorstImpact): WorstImpact {
  if (a === null || b === null) return a ?? b;
  const levels = LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level);
  return levels < 0 || (levels === 0 && b.lowest < a.lowest) ? b : a;
}

/** The graver, the lower. */
export function rankOf(impact: WorstImpact): number {
  return impact === null ? LEVELS.length : LEVELS.indexOf(impact.level);
}
