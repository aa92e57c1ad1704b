import type { Acknowledgement, AcknowledgementStatus } from '../../diagnosis/acknowledgement/acknowledgement.ts';
import { standingsAt } from '../../diagnosis/acknowledgement/acknowledgement-status.ts';
import type { WorkloadPods } from '../../diagnosis/change.ts';
import { type ChangeFact, type ConfigFacts, changeFact, configFacts } from '../../diagnosis/change-facts.ts';
import { workloadEntryKey } from '../../diagnosis/entry.ts';
import { estimatesOnNode } from '../../diagnosis/estimates.ts';
import { causeAt, containerKey, nextStartAt, troublesAt } from '../../diagnosis/problems.ts';
import { podsOfWorkload, whatChanged } from '../../diagnosis/what-changed.ts';
import type { WorkloadProblem, WorkloadProblemKind } from '../../diagnosis/workload/workload-problem.ts';
import { workloadProblemsAt } from '../../diagnosis/workload/workload-problems.ts';
import type { NextStart } from '../../model/backoff.ts';
import type { Confidence } from '../../model/cause.ts';
import type { EstimatedRun } from '../../model/estimated-runs.ts';
import { signalOf } from '../../model/exit-code.ts';
import { kubectlColumns } from '../../model/kubectl-columns.ts';
import { type Ledger, ranFor, type Stop, unobservedRuns, waitedFor } from '../../model/ledger.ts';
import type { ContainerType } from '../../model/pod.ts';
import type { Trouble, TroubleKind, TroubleState } from '../../model/trouble.ts';
import { countsOf } from '../../timeline/availability.ts';
import type { MissingPermission, SourceInfo } from '../../timeline/envelope.ts';
import { skewOf } from '../../timeline/node-clocks.ts';
import type { ClusterState, ContainerRecord, Gap, PodRecord } from '../../timeline/state.ts';

/**
 * The snapshot, version 1: crashtop's output for programs. Names and meanings are stable; fields
 * may be added.
 */
export interface Snapshot {
  readonly schemaVersion: 1;
  readonly at: string;
  readonly source: {
    readonly kind: string;
    readonly name: string;
    readonly context: string | null;
    readonly serverVersion: string | null;
  };
  readonly counts: Counts;
  readonly gaps: readonly SnapshotGap[];
  readonly hidden: readonly MissingPermission[];
  readonly pods: readonly SnapshotPod[];
  /** The workloads with a problem of their own, sorted by namespace, name and kind. */
  readonly workloads: readonly SnapshotWorkload[];
}

/** Containers by state of trouble, except `pods`; `byKind` splits the looping ones. */
export interface Counts extends Readonly<Record<TroubleState, number>> {
  readonly pods: number;
  readonly byKind: Partial<Record<TroubleKind, number>>;
}

interface SnapshotGap {
  readonly kind: string;
  readonly from: string;
  /** null while it lasts. */
  readonly to: string | null;
  readonly resumed: boolean;
  readonly reason: string;
}

interface SnapshotPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string | null;
  readonly owner: { readonly kind: string; readonly name: string; readonly available: number; readonly desired: number } | null;
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
  readonly age: string;
  readonly deleted?: true;
  readonly containers: readonly SnapshotContainer[];
}

/** A problem that a user knows about and that has not changed since. */
interface SnapshotAcknowledgement {
  readonly by: string;
  readonly since: string;
  /** null: until it changes. */
  readonly until: string | null;
}

interface SnapshotWorkload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** null for Jobs and CronJobs: their pods need not be available all the time. */
  readonly desired: number | null;
  readonly available: number | null;
  readonly problem: {
    readonly kind: WorkloadProblemKind;
    readonly since: string;
    readonly summary: string;
    readonly evidence: readonly string[];
    /** Number of its pods that failed within the window. */
    readonly failedPods: number;
    readonly lastFailureAt: string | null;
    readonly acknowledged: SnapshotAcknowledgement | null;
  };
}

interface SnapshotContainer extends ConfigFacts {
  readonly name: string;
  readonly type: ContainerType;
  readonly restartCount: number;
  readonly trouble: {
    readonly state: TroubleState;
    readonly kind: TroubleKind;
    readonly since: string;
    readonly sinceIsBound: boolean;
  } | null;
  readonly cause: {
    readonly id: string;
    readonly summary: string;
    readonly confidence: Confidence;
    readonly evidence: readonly string[];
  } | null;
  /** What changed before its trouble started, newest first. */
  readonly changed: readonly ChangeFact[];
  readonly acknowledged: SnapshotAcknowledgement | null;
  readonly nextRetry: SnapshotRetry | null;
  readonly runs: readonly SnapshotRun[];
  readonly unobservedRuns: number;
  /** The unobserved runs that can be placed, oldest first. */
  readonly estimatedRuns: readonly SnapshotEstimate[];
}

interface SnapshotEstimate {
  readonly attempt: number;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly startIsTold: boolean;
}

interface SnapshotRetry {
  readonly kind: NextStart['kind'];
  readonly at: string | null;
  readonly expectedAt: string | null;
  readonly lateAfter: string | null;
  readonly delaySeconds: number | null;
  readonly remainingSeconds: number | null;
}

/** One run for programs; times are RFC 3339 or null. */
export interface SnapshotRun {
  readonly attempt: number;
  readonly containerID: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly reason: string;
  readonly message: string;
  /** Why it was stopped on purpose, so its end was no crash. */
  readonly stoppedFor: Stop | null;
  /** True if `finishedAt` is only an upper limit. */
  readonly endIsInferred: boolean;
  readonly ranForSeconds: number | null;
  readonly waitedSeconds: number | null;
}

const STATES: readonly TroubleState[] = ['looping', 'holding', 'stable', 'restarting', 'deleted'];

/** The number of containers in each state of trouble, and of pods. */
export function countTroubles(state: ClusterState, troubles: readonly { readonly trouble: Trouble }[]): Counts {
  const byState = Object.fromEntries(STATES.map((s) => [s, 0])) as Record<TroubleState, number>;
  const byKind: Partial<Record<TroubleKind, number>> = {};
  for (const { trouble } of troubles) {
    byState[trouble.state]++;
    if (trouble.state === 'looping') byKind[trouble.kind] = (byKind[trouble.kind] ?? 0) + 1;
  }
  return { pods: state.names.size, ...byState, byKind };
}

/**
 * What is known at a time (epoch ms).
 * @param state the arrivals up to then, folded.
 * @param gaps those that started by then.
 * @param known the acknowledgements of the cluster.
 */
export function snapshotOf(
  state: ClusterState,
  source: SourceInfo,
  gaps: readonly Gap[],
  now: number,
  known: readonly Acknowledgement[] = [],
): Snapshot {
  const standings = standingsAt(state, now, known);
  const troubles = troublesAt(state, now);
  const byContainer = new Map(troubles.map((t) => [t.container, t.trouble]));
  const troubled = new Set(troubles.map((t) => t.record.pod.uid));
  const ofWorkload = new Map<string, WorkloadPods>();
  const podsOf: PodsOf = (record) => {
    const pods = ofWorkload.get(record.workload.key) ?? podsOfWorkload(state, record);
    ofWorkload.set(record.workload.key, pods);
    return pods;
  };
  const records = [...state.pods.values()].filter((r) => r.goneAt === null || troubled.has(r.pod.uid));
  return {
    schemaVersion: 1,
    at: new Date(now).toISOString(),
    source: { kind: source.kind, name: source.name, context: source.context, serverVersion: source.serverVersion },
    counts: countTroubles(state, troubles),
    gaps: gaps.map(toSnapshotGap),
    hidden: state.hidden,
    pods: records.toSorted(byNamespaceAndName).map((r) => toSnapshotPod(state, source, r, byContainer, podsOf, standings, now)),
    workloads: workloadProblemsAt(state, now)
      .toSorted(byWorkload)
      .map((w) => toSnapshotWorkload(w, standings)),
  };
}

// Cached: looking up a workload's pods again for each container in trouble would dominate the cost.
type PodsOf = (record: PodRecord) => WorkloadPods;

function byWorkload({ workload: a }: WorkloadProblem, { workload: b }: WorkloadProblem): number {
  return compare(a.namespace, b.namespace) || compare(a.name, b.name) || compare(a.kind, b.kind);
}

function toSnapshotWorkload({ workload, impact, ...problem }: WorkloadProblem, standings: Standings): SnapshotWorkload {
  const { kind, namespace, name } = workload;
  return {
    kind,
    namespace,
    name,
    desired: impact?.desired ?? null,
    available: impact?.available ?? null,
    problem: {
      kind: problem.kind,
      since: rfc3339(problem.since) as string,
      summary: problem.summary,
      evidence: problem.evidence,
      failedPods: problem.failedPods,
      lastFailureAt: rfc3339(problem.lastFailureAt),
      acknowledged: toSnapshotAcknowledgement(standings.get(workloadEntryKey(workload))),
    },
  };
}

function byNamespaceAndName(a: PodRecord, b: PodRecord): number {
  return compare(a.pod.namespace, b.pod.namespace) || compare(a.pod.name, b.pod.name) || compare(a.pod.uid, b.pod.uid);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function toSnapshotGap(gap: Gap): SnapshotGap {
  const { kind, from, to, resumed, reason } = gap;
  return { kind, from: new Date(from).toISOString(), to: to === null ? null : new Date(to).toISOString(), resumed, reason };
}

// API times are whole seconds; write them as the API does.
function rfc3339(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace('.000Z', 'Z');
}

function toSnapshotPod(
  state: ClusterState,
  source: SourceInfo,
  record: PodRecord,
  troubles: ReadonlyMap<ContainerRecord, Trouble>,
  podsOf: PodsOf,
  standings: Standings,
  now: number,
): SnapshotPod {
  const { pod, workload } = record;
  const { available, desired } = countsOf(state, workload.key, now);
  return {
    namespace: pod.namespace,
    name: pod.name,
    uid: pod.uid,
    node: pod.spec.nodeName || null,
    owner: workload.kind === 'Pod' ? null : { kind: workload.kind, name: workload.name, available, desired },
    ...kubectlColumns(pod, now, source.serverVersion),
    ...(record.goneAt === null ? {} : { deleted: true }),
    containers: record.containers.map((c) => toSnapshotContainer(state, record, c, troubles.get(c), podsOf, standings, now)),
  };
}

function toSnapshotContainer(
  state: ClusterState,
  record: PodRecord,
  container: ContainerRecord,
  trouble: Trouble | undefined,
  podsOf: PodsOf,
  standings: Standings,
  now: number,
): SnapshotContainer {
  const cause = causeAt(state, record, container, now);
  const changeFacts = { state, record, container: container.name, now, pods: podsOf(record) };
  return {
    name: container.name,
    type: container.type,
    restartCount: container.status?.restartCount ?? 0,
    trouble:
      trouble === undefined
        ? null
        : {
            state: trouble.state,
            kind: trouble.kind,
            since: rfc3339(trouble.since) as string,
            sinceIsBound: trouble.sinceIsBound,
          },
    cause:
      cause === null ? null : { id: cause.id, summary: cause.summary, confidence: cause.confidence, evidence: cause.evidence },
    changed: trouble === undefined ? [] : whatChanged(changeFacts).map(changeFact),
    ...(trouble === undefined ? NO_CONFIGS : configFacts(changeFacts)),
    acknowledged: toSnapshotAcknowledgement(standings.get(containerKey(record, container))),
    nextRetry: toSnapshotRetry(nextStartAt(state, record, container, now), now),
    runs: snapshotRuns(container.ledger, now - skewOf(state, record)),
    unobservedRuns: unobservedRuns(container.ledger, container.status),
    estimatedRuns: estimatesOnNode(state, record, container, skewOf(state, record)).map(toSnapshotEstimate),
  };
}

const NO_CONFIGS: ConfigFacts = { configsHidden: [], configsForNextStart: [] };

function toSnapshotEstimate({ attempt, startedAt, finishedAt, startIsTold }: EstimatedRun): SnapshotEstimate {
  return { attempt, startedAt: rfc3339(startedAt) as string, finishedAt: rfc3339(finishedAt) as string, startIsTold };
}

type Standings = ReturnType<typeof standingsAt>;

function toSnapshotAcknowledgement(standing: AcknowledgementStatus | undefined): SnapshotAcknowledgement | null {
  if (standing?.type !== 'acknowledged') return null;
  const { by, at, until } = standing.of;
  return { by, since: rfc3339(at) as string, until: rfc3339(until) };
}

function toSnapshotRetry(next: NextStart | null, now: number): SnapshotRetry | null {
  if (next === null) return null;
  if (next.at === null)
    return { kind: next.kind, at: null, expectedAt: null, lateAfter: null, delaySeconds: null, remainingSeconds: null };
  return {
    kind: next.kind,
    at: rfc3339(next.at),
    expectedAt: rfc3339(next.expectedAt),
    lateAfter: rfc3339(next.lateAfter),
    delaySeconds: next.delayMs / 1000,
    remainingSeconds: Math.max(0, Math.ceil((next.at - now) / 1000)),
  };
}

/**
 * The known runs of a container for programs, oldest first, in the node's time.
 * @param now on the node's clock.
 */
export function snapshotRuns(ledger: Ledger, now: number): SnapshotRun[] {
  return ledger.map((run, index) => ({
    attempt: run.attempt,
    containerID: run.containerID,
    startedAt: rfc3339(run.startedAt),
    finishedAt: rfc3339(run.finishedAt),
    exitCode: run.exitCode,
    signal: run.exitCode === null ? null : signalOf(run.exitCode),
    reason: run.reason,
    message: run.message,
    stoppedFor: run.stop,
    endIsInferred: run.endIsInferred,
    ranForSeconds: inSeconds(ranFor(run, now)),
    waitedSeconds: inSeconds(waitedFor(ledger, index)),
  }));
}

function inSeconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms) / 1000;
}
