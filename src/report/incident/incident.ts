import type { Change } from '../../diagnosis/change.ts';
import { type Entry, healthyEntry, isWorkloadEntry, type TableEntry, type WorkloadEntry } from '../../diagnosis/entry.ts';
import { errorLineOf, type LogLine, logLines } from '../../diagnosis/log-lines.ts';
import { problemListAt } from '../../diagnosis/problem-list.ts';
import { rolloutOf } from '../../diagnosis/revision-change.ts';
import { deadRuns, logOf, missingLog, type Subject } from '../../diagnosis/subject.ts';
import { eventsOf } from '../../diagnosis/workload/not-created.ts';
import type { WorkloadProblem } from '../../diagnosis/workload/workload-problem.ts';
import type { Confidence } from '../../model/cause.ts';
import { LIST } from '../../model/causes/index.ts';
import { unobservedRuns } from '../../model/ledger.ts';
import type { MissingPermission, SourceInfo } from '../../timeline/envelope.ts';
import { containerOnOurClock } from '../../timeline/node-clocks.ts';
import type { ClusterState, Gap, Marker } from '../../timeline/state.ts';
import type { Bucket, Timeline } from '../../timeline/timeline.ts';
import { type MergedEvents, mergedEvents } from '../../view/detail/events-tab.ts';
import { inTableOrder } from '../../view/table/in-table-order.ts';
import { changesOf } from '../../wording/changes.ts';
import { nextStartSentence } from '../../wording/next-start.ts';
import { whyText } from '../../wording/why.ts';
import { rankOf, type Sighting, sightingsBetween, type WorstImpact, worseOf } from './sightings.ts';

/**
 * What happened between two times, the basis of every report format. Times in epoch ms; strings are
 * safe.
 */
export interface Incident {
  readonly source: SourceInfo;
  readonly from: number;
  readonly to: number;
  /** Pods that existed at the end. */
  readonly pods: number;
  /** Number of crashes that became known in between. */
  readonly crashes: number;
  /** Activity over time, in equal parts. */
  readonly density: readonly Bucket[];
  readonly markers: readonly Marker[];
  readonly gaps: readonly Gap[];
  readonly hidden: readonly MissingPermission[];
  /** Everything that was in trouble at any time in between, worst first. */
  readonly problems: readonly IncidentProblem[];
}

/** Containers of one workload with the same cause, or a workload that failed as a whole. */
export interface IncidentProblem {
  /** `problem-1`. */
  readonly id: string;
  /** `shop/gateway`. */
  readonly name: string;
  readonly kind: string;
  /** '' for a workload as a whole. */
  readonly container: string;
  readonly why: string;
  /** The general name of its cause; '' without one. */
  readonly title: string;
  readonly causeId: string;
  readonly confidence: Confidence | null;
  readonly evidence: readonly string[];
  /** Suggested commands. */
  readonly next: readonly string[];
  /** The worst impact on its workload; null if unknown. */
  readonly impact: WorstImpact;
  readonly since: number;
  /** True if it started earlier than that, unseen. */
  readonly sinceIsBound: boolean;
  /** When it was last in trouble. */
  readonly lastAt: number;
  /** Its state at the end: `looping`, `holding`, ..., or `over`. */
  readonly stateAtEnd: string;
  /** The next start, in a sentence; '' if it is over, or for a workload. */
  readonly nextStart: string;
  /** What changed before it started, newest first. */
  readonly changes: readonly Change[];
  /** Its first pod as of the last time in trouble; null for a workload. */
  readonly lastSeen: Subject | null;
  /** The pod that shows most comes first. */
  readonly pods: readonly IncidentPod[];
  /** The output of the first pod before its run ended. */
  readonly log: IncidentLog;
  /** From all its pods, newest first. */
  readonly events: readonly MergedEvents[];
}

export interface IncidentPod {
  /** Its container's times are on our clock. */
  readonly entry: Entry;
  readonly state: string;
  readonly unobserved: number;
}

export interface IncidentLog {
  /** Why there is no log; '' if there is one. */
  readonly missing: string;
  readonly lines: readonly LogLine[];
  /** The index of the line that best explains the end; -1 if there is none. */
  readonly telling: number;
  /** Number of earlier lines that are omitted. */
  readonly omitted: number;
}

const BUCKETS = 120;
const LOG_LINES = 30;
const EVENTS_SHOWN = 25;

/** The incident between two times of a timeline. */
export function incidentOf(timeline: Timeline, source: SourceInfo, from: number, to: number): Incident {
  const end = timeline.stateAt(to);
  const groups = groupsOf(sightingsBetween(timeline, from, to));
  const problems = groups.map((group) => problemOf(timeline, group, to));
  return {
    source,
    from,
    to,
    pods: end.names.size,
    crashes: end.crashes - timeline.stateAt(from - 1).crashes,
    density: timeline.density(from, to, BUCKETS),
    markers: end.markers.filter((m) => m.at >= from && m.at <= to),
    gaps: timeline.gapsAt(to).filter((g) => (g.to ?? to) >= from),
    hidden: end.hidden,
    problems: inScreenOrder(groups, problems, inTableOrder(problemListAt(end, to), to)),
  };
}

function groupsOf(seen: readonly Sighting[]): readonly (readonly [Sighting, ...Sighting[]])[] {
  const groups = new Map<string, [Sighting, ...Sighting[]]>();
  for (const one of seen) {
    const key = groupKeyOf(one.entry);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

function groupKeyOf(entry: TableEntry): string {
  if (isWorkloadEntry(entry)) return entry.key;
  return `${entry.workload.key}#${entry.container.name}#${entry.cause?.id ?? entry.trouble?.kind ?? ''}`;
}

function problemOf(timeline: Timeline, group: readonly [Sighting, ...Sighting[]], to: number): IncidentProblem {
  const { workload } = group[0].entry;
  const since = Math.min(...group.map((s) => s.since));
  const common = {
    id: '',
    name: `${workload.namespace}/${workload.name}`,
    kind: workload.kind,
    impact: group.map((s) => s.impact).reduce(worseOf),
    since,
    sinceIsBound: group.some((s) => s.since === since && s.sinceIsBound),
    lastAt: Math.max(...group.map((s) => s.lastAt)),
  };
  const entries = group.map((s) => s.entry).filter((e) => !isWorkloadEntry(e));
  return entries.length > 0
    ? { ...common, ...containerProblem(timeline, group, to) }
    : { ...common, ...workloadProblem(timeline, group[0].entry as WorkloadEntry, common.lastAt, to) };
}

type OwnFields = Omit<IncidentProblem, 'id' | 'name' | 'kind' | 'impact' | 'since' | 'sinceIsBound' | 'lastAt'>;

function containerProblem(timeline: Timeline, group: readonly Sighting[], to: number): OwnFields {
  const end = timeline.stateAt(to);
  const pods = group
    .flatMap(({ entry, lastAt }) => (isWorkloadEntry(entry) ? [] : [podAtEnd(timeline, entry, lastAt, to)]))
    .sort((a, b) => b.entry.container.ledger.length - a.entry.container.ledger.length || (podName(a) < podName(b) ? -1 : 1));
  const [first] = pods as [IncidentPod, ...IncidentPod[]];
  const { entry } = first;
  const subject: Subject = { state: end, entry, now: to };
  const lastSeen = asLastSeen(timeline, group, entry);
  const { cause } = entry;
  const looping = pods.some((p) => p.state === 'looping');
  const events = pods.flatMap((p) => end.events.get(p.entry.record.pod.uid) ?? []);
  return {
    container: entry.container.name,
    why: whyText(entry),
    title: LIST.find(({ id }) => id === cause?.id)?.title ?? '',
    causeId: cause?.id ?? '',
    confidence: cause?.confidence ?? null,
    evidence: [...(cause?.evidence ?? []), ...workloadEvidence(group)],
    next: cause?.next ?? [],
    stateAtEnd: STATES.find((state) => pods.some((p) => p.state === state)) ?? 'over',
    nextStart: looping ? nextStartSentence(subject) : '',
    changes: lastSeen === null ? [] : changesOf(lastSeen),
    lastSeen,
    pods,
    log: logOfSubject(subject),
    events: mergedEvents(events).slice(0, EVENTS_SHOWN),
  };
}

// Later, the workload may have another revision, and less may be known about its pod.
function asLastSeen(timeline: Timeline, group: readonly Sighting[], { key }: Entry): Subject | null {
  const sighting = group.find(({ entry }) => entry.key === key);
  if (sighting === undefined || isWorkloadEntry(sighting.entry)) return null;
  return { state: timeline.stateAt(sighting.lastAt), entry: sighting.entry, now: sighting.lastAt };
}

// What else was wrong with the workload when it was last seen.
function workloadEvidence(group: readonly Sighting[]): readonly string[] {
  const told = group.flatMap(({ entry, lastAt }) =>
    isWorkloadEntry(entry) || entry.ofWorkload === null ? [] : [{ problem: entry.ofWorkload, lastAt }],
  );
  const newest = told.toSorted((a, b) => a.lastAt - b.lastAt).at(-1)?.problem;
  if (newest === undefined) return [];
  return [`${newest.workload.kind} ${newest.workload.name}: ${newest.summary}`, ...newest.evidence];
}

// Worst first.
const STATES = ['looping', 'restarting', 'holding', 'stable', 'over', 'gone', 'deleted'];

// The runs known at the end, even if trouble was over before.
function podAtEnd(timeline: Timeline, entry: Entry, lastAt: number, to: number): IncidentPod {
  const end = timeline.stateAt(to);
  const record = end.pods.get(entry.record.pod.uid) ?? entry.record;
  const container = record.containers.find((c) => c.name === entry.container.name) ?? entry.container;
  const isOver = lastAt < to;
  const ended = record.goneAt === null ? 'over' : 'gone';
  return {
    entry: { ...entry, record, container: containerOnOurClock(end, record, container) },
    state: isOver || entry.trouble === null ? ended : entry.trouble.state,
    unobserved: unobservedRuns(container.ledger, container.status),
  };
}

function podName({ entry }: IncidentPod): string {
  return entry.record.pod.name;
}

function logOfSubject(subject: Subject): IncidentLog {
  const dead = deadRuns(subject);
  // The newest run whose log is known; the log of the very last run may have come too late.
  const run = dead.find((r) => logOf(subject, r)?.error === '') ?? dead[0];
  if (run === undefined) return { missing: 'no run has ended', lines: [], telling: -1, omitted: 0 };
  const missing = missingLog(subject, run);
  if (missing !== null) return { missing, lines: [], telling: -1, omitted: 0 };
  const all = logLines(logOf(subject, run)?.text ?? '');
  const lines = all.slice(-LOG_LINES);
  const none = all.length === 0 ? 'the run printed nothing' : '';
  return { missing: none, lines, telling: errorLineOf(lines), omitted: all.length - lines.length };
}

function workloadProblem(timeline: Timeline, entry: WorkloadEntry, lastAt: number, to: number): OwnFields {
  const end = timeline.stateAt(to);
  const { problem } = entry;
  const owner = end.statuses.get(entry.workload.key)?.owner;
  const rollout = rolloutOf({ state: timeline.stateAt(lastAt), entry, now: lastAt });
  return {
    container: '',
    why: problem.summary,
    title: TITLES[problem.kind],
    causeId: problem.kind,
    confidence: null,
    evidence: problem.evidence,
    next: problem.next,
    stateAtEnd: lastAt < to ? 'over' : problem.level,
    nextStart: '',
    changes: rollout === null ? [] : [rollout],
    lastSeen: null,
    pods: [],
    log: logOfExample(end, problem.example, to),
    events: owner === undefined ? [] : mergedEvents(eventsOf(end, owner)).slice(0, EVENTS_SHOWN),
  };
}

// For a workload, the log of its example pod.
function logOfExample(end: ClusterState, example: WorkloadProblem['example'], to: number): IncidentLog {
  if (example === null) return { missing: 'a workload as a whole has no log', lines: [], telling: -1, omitted: 0 };
  return logOfSubject({ state: end, entry: healthyEntry(end, example.record, example.container), now: to });
}

const TITLES = {
  'not-created': 'Its pods cannot be created',
  'stuck-rollout': 'Its rollout makes no progress',
  'failing-jobs': 'Its Jobs fail',
  'failing-pods': 'Its pods fail for good and are replaced',
} as const;

type SeenTogether = readonly [Sighting, ...Sighting[]];

// Problems that are on the screen at the end keep its order; earlier ones follow.
function inScreenOrder(
  groups: readonly SeenTogether[],
  problems: readonly IncidentProblem[],
  screen: readonly TableEntry[],
): IncidentProblem[] {
  const places = new Map(screen.map(({ key }, place) => [key, place]));
  const placed = problems.map((problem, i) => {
    const keys = (groups[i] as SeenTogether).map(({ entry }) => entry.key);
    return { problem, place: Math.min(...keys.map((key) => places.get(key) ?? screen.length)) };
  });
  const sorted = placed.sort((a, b) => a.place - b.place || worstFirst(a.problem, b.problem));
  return sorted.map(({ problem }, index) => ({ ...problem, id: `problem-${index + 1}` }));
}

// Ongoing ones first, then by impact, then by age.
function worstFirst(a: IncidentProblem, b: IncidentProblem): number {
  const over = Number(isOver(a)) - Number(isOver(b));
  return over || rankOf(a.impact) - rankOf(b.impact) || a.since - b.since || (a.name < b.name ? -1 : 1);
}

/** True if it was over at the end: none of its containers loops any more. */
export function isOver({ stateAtEnd }: IncidentProblem): boolean {
  return ['over', 'gone', 'holding', 'stable', 'deleted'].includes(stateAtEnd);
}
