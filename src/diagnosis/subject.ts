import type { Cause } from '../model/cause.ts';
import type { Run } from '../model/ledger.ts';
import { type ClusterState, hiddenIn, type RunLog } from '../timeline/state.ts';
import { type Entry, healthyEntry, type WorkloadEntry } from './entry.ts';
import { causeAt } from './problems.ts';

/** What the drill-down shows: one container at one time (`now`, epoch ms), and all that is known around it. */
export interface Subject {
  readonly state: ClusterState;
  readonly entry: Entry;
  readonly now: number;
}

/** A workload that is listed for itself, at one time (`now`, epoch ms). */
export interface WorkloadSubject {
  readonly state: ClusterState;
  readonly entry: WorkloadEntry;
  readonly now: number;
}

/** The container that shows best what the workload's pods do; null where no pod of it is known. */
export function exampleOf({ state, entry, now }: WorkloadSubject): Subject | null {
  const { example } = entry.problem;
  return example === null ? null : { state, entry: healthyEntry(state, example.record, example.container), now };
}

/** Has this container failed, or was it lost, in a pod that is not done well? It need be in no trouble: nothing starts it again. */
export function hasFailed({ container, record }: Entry): boolean {
  const { pod } = record;
  if (pod.phase === 'Succeeded') return false;
  const state = container.status?.state;
  return (pod.phase === 'Failed' && pod.reason !== '') || (state?.type === 'terminated' && state.exitCode !== 0);
}

/** The cause to tell of a container: that of its trouble or, where it is in none, of what it failed of; null where nothing did. */
export function causeToTell({ state, entry, now }: Subject): Cause | null {
  if (entry.cause !== null || entry.trouble !== null || !hasFailed(entry)) return entry.cause;
  // As the state has it: causes are kept by container.
  const container = entry.record.containers.find(({ name }) => name === entry.container.name);
  return container === undefined ? null : causeAt(state, entry.record, container, now);
}

/** The runs of the container that are over, newest first. */
export function deadRuns({ entry }: Subject): readonly Run[] {
  return entry.container.ledger.filter((run) => run.ended).toReversed();
}

/** The log of one run: the newest that was had, else the newest attempt to get it; undefined where nobody tried. */
export function logOf({ state, entry }: Subject, run: Run): RunLog | undefined {
  if (run.containerID === '') return undefined;
  const ofRun = (state.logs.get(entry.record.pod.uid) ?? []).filter(
    (log) => log.container === entry.container.name && log.containerID === run.containerID,
  );
  return ofRun.findLast((log) => log.error === '') ?? ofRun.at(-1);
}

/** Why rights hide `what` ("logs", "events", ...) of this pod or workload; null where they do not. */
export function hiddenBecause({ state, entry }: Subject | WorkloadSubject, what: string): string | null {
  return hiddenIn(state, what, entry.workload.namespace);
}

/** Why there is no log of a run, in a sentence; null where there is one. */
export function missingLog(subject: Subject, run: Run): string | null {
  const log = logOf(subject, run);
  if (log !== undefined) return log.error === '' ? null : `the log of this run was not had: ${log.error}`;
  const why = hiddenBecause(subject, 'logs');
  if (why !== null) return `no log: ${why}`;
  if (run.containerID === '') return 'no log: no arrival stated the ID of this container, and a log is fetched by it';
  return 'no log of this run is known: it is fetched when a run is seen to end, and only until the next one ends';
}
