import type { Acknowledgement, AcknowledgementStatus } from '../../diagnosis/acknowledgement/acknowledgement.ts';
import { standingsAt } from '../../diagnosis/acknowledgement/acknowledgement-status.ts';
import { isLessOf } from '../../diagnosis/acknowledgement/reported-cause.ts';
import { type Entry, healthyEntry, isWorkloadEntry, type TableEntry, workloadEntryKey } from '../../diagnosis/entry.ts';
import { problemListAt } from '../../diagnosis/problem-list.ts';
import { containerKey } from '../../diagnosis/problems.ts';
import type { WorkloadProblem } from '../../diagnosis/workload/workload-problem.ts';
import type { ClusterState } from '../../timeline/state.ts';
import type { CheckResult, Finding } from './examination.ts';

/** A finding that would fail a check, and its acknowledgement. */
interface AcknowledgedOf<T> {
  readonly found: T;
  readonly of: Acknowledgement;
}

/** The acknowledged part of a check, which does not fail it. */
export interface Acknowledged {
  readonly findings: readonly AcknowledgedOf<Finding>[];
  readonly workloads: readonly AcknowledgedOf<WorkloadProblem>[];
  /** Was acknowledged but fails anyway: it has changed, or the time has passed. */
  readonly ended: ReadonlyMap<Finding | WorkloadProblem, AcknowledgementStatus>;
}

const NOTHING_ACKNOWLEDGED: Acknowledged = Object.freeze({ findings: [], workloads: [], ended: new Map() });

/**
 * Separates failures from what is acknowledged at the end of the window.
 * @param state the state then.
 */
export function withoutAcknowledged(
  result: CheckResult,
  state: ClusterState,
  known: readonly Acknowledgement[],
): { readonly result: CheckResult; readonly acknowledged: Acknowledged } {
  if (known.length === 0) return { result, acknowledged: NOTHING_ACKNOWLEDGED };
  const listed = problemListAt(state, result.to);
  const keys = new Set(listed.map((e) => e.key));
  const over = result.failures.map((f) => overEntry(state, f)).filter((e) => !keys.has(e.key));
  const entries = [...listed, ...over];
  const standings = standingsAt(state, result.to, known, entries);
  const findings: AcknowledgedOf<Finding>[] = [];
  const workloads: AcknowledgedOf<WorkloadProblem>[] = [];
  const ended = new Map<Finding | WorkloadProblem, AcknowledgementStatus>();
  const isOpen = <T extends Finding | WorkloadProblem>(
    found: T,
    standing: AcknowledgementStatus | undefined,
    into: AcknowledgedOf<T>[],
  ) => {
    if (standing?.type === 'acknowledged') into.push({ found, of: standing.of });
    else if (standing !== undefined) ended.set(found, standing);
    return standing?.type !== 'acknowledged';
  };
  const failures = result.failures.filter((f) => isOpen(f, standingOfFinding(f, standings), findings));
  const open = result.workloads.filter((w) => isOpen(w, standingOfWorkload(w, entries, standings), workloads));
  return { result: { ...result, failures, workloads: open }, acknowledged: { findings, workloads, ended } };
}

// A problem that is over by the end is listed nowhere, but has failed the check.
function overEntry(state: ClusterState, { record, container, cause, kind, since, sinceIsBound }: Finding): Entry {
  return { ...healthyEntry(state, record, container), cause, trouble: { state: 'restarting', kind, since, sinceIsBound } };
}

// All its crashes in the window must match the acknowledged cause: the last one alone would hide
// the others.
function standingOfFinding(
  { record, container, causes }: Finding,
  standings: ReadonlyMap<string, AcknowledgementStatus>,
): AcknowledgementStatus | undefined {
  const standing = standings.get(containerKey(record, container));
  if (standing?.type !== 'acknowledged') return standing;
  const { cause, seen } = standing.of;
  return causes.every((id) => id === cause || seen.causes.includes(id) || isLessOf(cause, id)) ? standing : undefined;
}

// If containers show the workload's problem, all of them must be acknowledged together with it.
function standingOfWorkload(
  { workload, kind }: WorkloadProblem,
  entries: readonly TableEntry[],
  standings: ReadonlyMap<string, AcknowledgementStatus>,
): AcknowledgementStatus | undefined {
  const own = standings.get(workloadEntryKey(workload));
  if (own !== undefined) return own;
  const telling = entries.filter((e) => !isWorkloadEntry(e) && e.workload.key === workload.key && e.ofWorkload?.kind === kind);
  const each = telling.map((e) => standings.get(e.key));
  return each.every((s) => s?.type === 'acknowledged' && s.of.seen.besides === kind) ? each[0] : undefined;
}
