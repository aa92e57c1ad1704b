import type { Cause } from '../model/cause.ts';
import type { Run } from '../model/ledger.ts';
import { type ClusterState, hiddenIn, type RunLog } from '../timeline/state.ts';
import { type Entry, healthyEntry, type WorkloadEntry } from './entry.ts';
import { causeAt } from './problems.ts';

/** What the detail screen shows: one container at one time (`now`, epoch ms), with its context. */
export interface Subject {
  readonly state: ClusterState;
  readonly entry: Entry;
  readonly now: number;
}

/** A workload listed by itself, at one time (`now`, epoch ms). */
export interface WorkloadSubject {
  readonly state: ClusterState;
  readonly entry: WorkloadEntry;
  readonly now: number;
}

/** The container that best shows what the workload's pods do; null if no pod of it is known. */
export function exampleOf({ state, entry, now }: WorkloadSubject): Subject | null {
  const { example } = entry.problem;
  return example === null ? null : { state, entry: healthyEntry(state, example.record, example.container), now };
}

/**
 * True if this container failed or was lost, in a pod that did not succeed. It may be in no
 * trouble, if nothing restarts it.
 */
export function hasFailed({ container, record }: Entry): boolean {
  const { pod } = record;
  if (pod.phase === 'Succeeded') return false;
  const state = container.status?.state;
  return (pod.phase === 'Failed' && pod.reason !== '') || (state?.type === 'terminated' && state.exitCode !== 0);
}

/**
 * The cause to show for a container: that of its trouble or, without trouble, of its failure; null
 * without either.
 */
export function causeToTell({ state, entry, now }: Subject): Cause | null {
  if (entry.cause !== null || entry.trouble !== null || !hasFailed(entry)) return entry.cause;
  // Take the container from the state: causes are cached by it.
  const container = entry.record.containers.find(({ name }) => name === entry.container.name);
  return container === undefined ? null : causeAt(state, entry.record, container, now);
}

/** The container's ended runs, newest first. */
export function deadRuns({ entry }: Subject): readonly Run[] {
  return entry.container.ledger.filter((run) => run.ended).toReversed();
}

/**
 * The log of one run: the newest that was fetched, else the newest failed attempt; undefined
 * without any.
 */
export function logOf({ state, entry }: Subject, run: Run): RunLog | undefined {
  if (run.containerID === '') return undefined;
  const ofRun = (state.logs.get(entry.record.pod.uid) ?? []).filter(
    (log) => log.container === entry.container.name && log.containerID === run.containerID,
  );
  return ofRun.findLast((log) => log.error === '') ?? ofRun.at(-1);
}

/**
 * Why permissions hide `what` ("logs", "events", ...) of this pod or workload; null if they do not.
 */
export function hiddenBecause({ state, entry }: Subject | WorkloadSubject, what: string): string | null {
  return hiddenIn(state, what, entry.workload.namespace);
}

/** Why a run has no log, in a sentence; null if it has one. */
export function missingLog(subject: Subject, run: Run): string | null {
  const log = logOf(subject, run);
  if (log !== undefined) return log.error === '' ? null : `could not fetch this run's log: ${log.error}`;
  const why = hiddenBecause(subject, 'logs');
  if (why !== null) return `no log: ${why}`;
  if (run.containerID === '') return "no log: this container's ID is unknown, and logs are fetched by ID";
  return 'no log of this run: logs are fetched when a run ends while being watched, and only until the next one ends';
}
