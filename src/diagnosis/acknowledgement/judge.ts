import type { Impact } from '../../model/impact.ts';
import { ranFor, waitedFor } from '../../model/ledger.ts';
import { LOOP_WINDOW_MS } from '../../model/trouble.ts';
import { counted } from '../../text/duration.ts';
import type { ClusterState } from '../../timeline/state.ts';
import { type Entry, isAcknowledged, isWorkloadEntry, type TableEntry } from '../entry.ts';
import type { Acknowledgement, AcknowledgementStatus, ReportedCause, Seen } from './acknowledgement.ts';
import { containerCauseId, EVIDENCE, isSameCause, refineCause, reportedCauseOf } from './reported-cause.ts';

/** An update of a cluster's acknowledgements: removes some, then adds some. */
export interface AcknowledgementChange {
  readonly remove: readonly Acknowledgement[];
  readonly add: readonly Acknowledgement[];
}

/**
 * Changes seen but not yet settled, and since when (epoch ms), by acknowledgement and kind of
 * change.
 */
export type Unsettled = ReadonlyMap<string, number>;

/** The result of {@link judge}. */
export interface Judgement {
  /** By entry key. An entry that is missing here was never acknowledged. */
  readonly standings: ReadonlyMap<string, AcknowledgementStatus>;
  readonly change: AcknowledgementChange;
  readonly unsettled: Unsettled;
}

/**
 * How long a change must last (ms) to reopen: after start-up, lists, events and logs arrive one
 * after another.
 */
export const SETTLES_AFTER_MS = 15_000;

/** Identifies one problem of one container of one workload, whichever pods have it. */
export function idOf({ workload, container, cause }: Pick<Acknowledgement, 'workload' | 'container' | 'cause'>): string {
  return `${workload} ${container} ${cause}`;
}

/** True if it is in force at `now` (epoch ms). */
export function isActive({ until, reopened }: Acknowledgement, now: number): boolean {
  return reopened === null && (until === null || now < until);
}

function placeOf(entry: TableEntry): string {
  return isWorkloadEntry(entry) ? `${entry.workload.key} ` : `${entry.workload.key} ${entry.container.name}`;
}

function causeIdOf(entry: TableEntry): string {
  return isWorkloadEntry(entry) ? entry.problem.kind : containerCauseId(entry);
}

function isTroubled(entry: TableEntry): boolean {
  return isWorkloadEntry(entry) || entry.trouble !== null;
}

/** All entries that share a problem with `chosen`: acknowledging those covers all of these. */
export function withSameProblem(chosen: readonly TableEntry[], entries: readonly TableEntry[]): readonly TableEntry[] {
  const problemOf = (entry: TableEntry) => `${placeOf(entry)} ${causeIdOf(entry)}`;
  const problems = new Set(chosen.filter(isTroubled).map(problemOf));
  return entries.filter((entry) => isTroubled(entry) && problems.has(problemOf(entry)));
}

/**
 * Acknowledges the problems of `chosen`. Removes reopened and expired acknowledgements of the same
 * containers.
 * @param entries all that are listed.
 */
export function acknowledge(
  chosen: readonly TableEntry[],
  entries: readonly TableEntry[],
  known: readonly Acknowledgement[],
  state: ClusterState,
  { by, at, until }: Pick<Acknowledgement, 'by' | 'at' | 'until'>,
): AcknowledgementChange {
  const add = Map.groupBy(withSameProblem(chosen, entries), (entry) => `${placeOf(entry)} ${causeIdOf(entry)}`)
    .values()
    .map((members): Acknowledgement => {
      const [first] = members as [TableEntry];
      const here = entries.filter((e) => isTroubled(e) && placeOf(e) === placeOf(first));
      return {
        workload: first.workload.key,
        container: isWorkloadEntry(first) ? '' : first.container.name,
        cause: causeIdOf(first),
        ...{ by, at, until, reopened: null },
        seen: seenOf(members, here, state, at),
      };
    })
    .toArray();
  const places = new Set(add.map((a) => `${a.workload} ${a.container}`));
  const remove = known.filter((a) => places.has(`${a.workload} ${a.container}`) && !isActive(a, at));
  return { remove, add };
}

function seenOf(members: readonly TableEntry[], here: readonly TableEntry[], state: ClusterState, now: number): Seen {
  return {
    impact: worstOf(members.map((e) => e.impact?.level ?? null)),
    crashes: Math.round(members.reduce((sum, e) => sum + Math.max(crashesOf(e, now), expectedCrashes(e, now)), 0)),
    revisions: [...new Set(members.map((e) => revisionOf(e, state)).filter((r) => r !== ''))].sort(),
    causes: [...new Set(here.map(causeIdOf))].sort(),
    besides: besidesOf(members),
    ...evidenceOf(members, state, (each) => EVIDENCE.filter((e) => each.every((c) => c.without.includes(e)))),
  };
}

function evidenceOf(
  members: readonly TableEntry[],
  state: ClusterState,
  without: (each: readonly ReportedCause[]) => Seen['without'],
): Pick<Seen, 'without' | 'runs'> {
  const each = members.flatMap((e) => (isWorkloadEntry(e) ? [] : [reportedCauseOf(e, state)]));
  return { without: without(each), runs: each.flatMap((c) => c.runs).sort() };
}

const LEVELS: readonly Impact['level'][] = ['available', 'degraded', 'down'];

function worstOf(levels: readonly (Impact['level'] | null)[]): Impact['level'] | null {
  return LEVELS.findLast((level) => levels.includes(level)) ?? null;
}

function besidesOf(members: readonly TableEntry[]): string {
  for (const entry of members) if (!isWorkloadEntry(entry) && entry.ofWorkload !== null) return entry.ofWorkload.kind;
  return '';
}

function revisionOf(entry: TableEntry, state: ClusterState): string {
  if (isWorkloadEntry(entry)) return state.statuses.get(entry.workload.key)?.owner.revision ?? '';
  const { pod } = entry.record;
  if (pod.templateHash !== '') return pod.templateHash;
  return pod.spec.containers.find((c) => c.name === entry.container.name)?.image ?? '';
}

// Only crashes seen in the last 30 minutes.
function crashesOf(entry: TableEntry, now: number): number {
  if (isWorkloadEntry(entry)) return entry.problem.failedPods;
  return entry.container.ledger.filter((r) => r.ended && r.finishedAt !== null && r.finishedAt > now - LOOP_WINDOW_MS).length;
}

// A session that has just started knows one crash of a loop that crashes six times in 30 minutes.
// Extrapolate from the current length of a run and its back-off.
function expectedCrashes(entry: TableEntry, now: number): number {
  if (isWorkloadEntry(entry)) return 0;
  const cycle = cycleOf(entry, now);
  return cycle === null ? 0 : LOOP_WINDOW_MS / cycle;
}

// The kubelet's maximum back-off, unless configured otherwise (MaxContainerBackOff).
const LONGEST_BACKOFF_MS = 5 * 60_000;

/** Current length of a run plus the wait after it, in ms; null if no ended run is known. */
function cycleOf({ container, nextStart }: Entry, now: number): number | null {
  const { ledger } = container;
  const index = ledger.findLastIndex((r) => r.ended);
  const run = ledger[index];
  if (run === undefined) return null;
  const waited = nextStart?.delayMs ?? waitedFor(ledger, index + 1) ?? LONGEST_BACKOFF_MS;
  return Math.max(1000, (ranFor(run, now) ?? 0) + waited);
}

function toldBy({ cause, seen: { without, runs } }: Acknowledgement): ReportedCause {
  return { cause, without, runs };
}

function matches(a: Acknowledgement, entry: TableEntry, { state, now }: Pick<JudgeFacts, 'state' | 'now'>): boolean {
  if (isWorkloadEntry(entry)) return causeIdOf(entry) === a.cause;
  return isSameCause(toldBy(a), entry, state, now);
}

/** The other inputs of {@link judge}. */
export interface JudgeFacts {
  readonly state: ClusterState;
  /** Epoch ms. */
  readonly now: number;
  /** {@link Judgement.unsettled} of the previous call. */
  readonly unsettled: Unsettled;
  /**
   * How long a change must last, in ms: {@link SETTLES_AFTER_MS}; 0 if everything is known;
   * Infinity in the past, where nothing reopens.
   */
  readonly settlesAfterMs: number;
}

/**
 * The status of each entry at `now`, and what reopens. An acknowledged problem reopens with a cause
 * that was not there, another revision, less of the workload available, another problem of the
 * workload, or twice the crashes. Until a change has lasted long enough, nothing changes.
 */
export function judge(entries: readonly TableEntry[], known: readonly Acknowledgement[], facts: JudgeFacts): Judgement {
  const standings = new Map<string, AcknowledgementStatus>();
  const unsettled = new Map<string, number>();
  const remove: Acknowledgement[] = [];
  const add: Acknowledgement[] = [];
  const byPlace = Map.groupBy(known, (a) => `${a.workload} ${a.container}`);
  const entriesAt = Map.groupBy(
    entries.filter((e) => isTroubled(e) && byPlace.has(placeOf(e))),
    placeOf,
  );
  for (const [place, here] of entriesAt) {
    const judged = (byPlace.get(place) ?? []).map((a) => {
      const next = isActive(a, facts.now) ? judgeOne(a, here, byPlace.get(place) ?? [], facts, unsettled) : a;
      if (next === a) return a;
      if (idOf(next) !== idOf(a)) remove.push(a);
      add.push(next);
      return next;
    });
    for (const entry of here) {
      const standing = statusOf(entry, judged, facts);
      if (standing !== null) standings.set(entry.key, standing);
    }
  }
  return { standings, change: { remove, add }, unsettled };
}

function judgeOne(
  a: Acknowledgement,
  here: readonly TableEntry[],
  known: readonly Acknowledgement[],
  facts: JudgeFacts,
  unsettled: Map<string, number>,
): Acknowledgement {
  const { state, now, unsettled: before, settlesAfterMs } = facts;
  const members = here.filter((e) => matches(a, e, facts));
  const others = here.filter((e) => !known.some((k) => isActive(k, now) && matches(k, e, facts)));
  const change = changeOf(a, members, others, state, now);
  if (change === null) return refined(a, members, state);
  const key = `${idOf(a)} ${a.at} ${change.what}`;
  const since = before.get(key) ?? now;
  if (now - since < settlesAfterMs) {
    unsettled.set(key, since);
    return a;
  }
  return { ...a, reopened: { at: now, why: change.why } };
}

// New evidence arrived: keep the refined cause from now on.
function refined(a: Acknowledgement, members: readonly TableEntry[], state: ClusterState): Acknowledgement {
  const [cause = a.cause, another] = new Set(members.map(causeIdOf));
  if (another !== undefined) return a;
  const { without, runs } = evidenceOf(members, state, (each) =>
    EVIDENCE.filter((e) => each.length === 0 || each.some((c) => c.without.includes(e))),
  );
  const told = toldBy(a);
  if (refineCause(told, { cause, without, runs }) === told) return a;
  return { ...a, cause, seen: { ...a.seen, without, runs, causes: [...new Set([...a.seen.causes, cause])].sort() } };
}

type Change = { readonly what: 'cause' | 'revision' | 'impact' | 'besides' | 'rate'; readonly why: string };

// Fewer additional crashes are no trend.
const MORE_CRASHES = 3;

function changeOf(
  { cause, seen }: Acknowledgement,
  members: readonly TableEntry[],
  others: readonly TableEntry[],
  state: ClusterState,
  now: number,
): Change | null {
  const other = others.map(causeIdOf).find((id) => !seen.causes.includes(id));
  if (other !== undefined) return { what: 'cause', why: `cause changed from ${cause} to ${other}` };
  if (members.length === 0) return null;
  const revision = members.map((e) => revisionOf(e, state)).find((r) => r !== '' && !seen.revisions.includes(r));
  // None means that the owner was unknown when it was acknowledged.
  if (revision !== undefined && seen.revisions.length > 0)
    return { what: 'revision', why: `revision changed from ${seen.revisions.join(', ')} to ${revision}` };
  const impact = worstOf(members.map((e) => e.impact?.level ?? null));
  if (impact !== null && seen.impact !== null && LEVELS.indexOf(impact) > LEVELS.indexOf(seen.impact))
    return { what: 'impact', why: `impact changed from ${seen.impact} to ${impact}` };
  const besides = besidesOf(members);
  if (besides !== '' && besides !== seen.besides) return { what: 'besides', why: `its workload has another problem: ${besides}` };
  const crashes = members.reduce((sum, e) => sum + crashesOf(e, now), 0);
  if (crashes >= 2 * seen.crashes && crashes >= seen.crashes + MORE_CRASHES)
    return { what: 'rate', why: `${counted(crashes, 'crash', 'crashes')} in 30 minutes, up from ${seen.crashes}` };
  return null;
}

// If one problem of a container reopened, show all its problems. Until a change has settled, a new
// problem of the container stays hidden with the acknowledged one.
function statusOf(entry: TableEntry, judged: readonly Acknowledgement[], facts: JudgeFacts): AcknowledgementStatus | null {
  const { now, settlesAfterMs } = facts;
  const active = judged.filter((a) => isActive(a, now));
  const own = active.find((a) => matches(a, entry, facts));
  if (own !== undefined) return { type: 'acknowledged', of: own };
  const reopened = judged.findLast((a) => a.reopened !== null);
  if (reopened !== undefined) return { type: 'reopened', of: reopened };
  const unsettled = active.find((a) => !a.seen.causes.includes(causeIdOf(entry)));
  if (unsettled !== undefined && settlesAfterMs < Number.POSITIVE_INFINITY) return { type: 'acknowledged', of: unsettled };
  const over = judged.find((a) => !isActive(a, now) && matches(a, entry, facts));
  return over === undefined ? null : { type: 'expired', of: over };
}

/** One day: older problems are known, or accepted. */
const OLD_MS = 24 * 60 * 60_000;

/**
 * True if it has been in trouble for more than a day. If its first crashes were not seen, estimate
 * from the restart count times the current cycle, limited by the age of its pod.
 */
export function isOld(entry: TableEntry, now: number): boolean {
  if (isWorkloadEntry(entry)) return now - entry.problem.since > OLD_MS;
  const { trouble, record, container } = entry;
  if (trouble === null) return false;
  if (now - trouble.since > OLD_MS) return true;
  const { createdAt } = record.pod;
  if (createdAt === null || now - createdAt <= OLD_MS) return false;
  // It never ran: its pod has waited for it from the start.
  if (container.ledger.length === 0 && (container.status?.restartCount ?? 0) === 0) return true;
  const cycle = cycleOf(entry, now);
  return trouble.sinceIsBound && cycle !== null && (container.status?.restartCount ?? 0) * cycle > OLD_MS;
}

/** Unacknowledged entries that are more than a day old at `now` (epoch ms). */
export function oldProblems(entries: readonly TableEntry[], now: number): readonly TableEntry[] {
  return entries.filter((e) => !isAcknowledged(e) && isOld(e, now));
}
