import type { NextStart } from '../model/backoff.ts';
import type { Cause } from '../model/cause.ts';
import type { Impact } from '../model/impact.ts';
import { unobservedRuns } from '../model/ledger.ts';
import type { Trouble } from '../model/trouble.ts';
import { containerOnOurClock } from '../timeline/node-clocks.ts';
import type { ClusterState, ContainerRecord, PodRecord, Workload } from '../timeline/state.ts';
import type { AcknowledgementStatus } from './acknowledgement/acknowledgement.ts';
import { containerKey } from './problems.ts';
import type { WorkloadProblem } from './workload/workload-problem.ts';

/** One container that the table lists. Every problem is an entry; with `a` the quiet ones are listed too, without trouble. */
export interface Entry {
  /** {@link containerKey} */
  readonly key: string;
  readonly record: PodRecord;
  /** Its times are on our clock, even where its node's goes wrong. */
  readonly container: ContainerRecord;
  readonly workload: Workload;
  readonly trouble: Trouble | null;
  readonly cause: Cause | null;
  readonly nextStart: NextStart | null;
  readonly impact: Impact | null;
  readonly unobserved: number;
  /** What is wrong with its workload besides; null where nothing is. */
  readonly ofWorkload: WorkloadProblem | null;
  /** How it stands to an acknowledgement; not there where nobody acknowledged it. */
  readonly acknowledgement?: AcknowledgementStatus;
}

/** A workload that the table lists for itself: what is wrong with it, no container of it tells. */
export interface WorkloadEntry {
  /** {@link workloadEntryKey} */
  readonly key: string;
  readonly workload: Workload;
  readonly impact: Impact | null;
  readonly problem: WorkloadProblem;
  /** As an {@link KubeconfigEntry}'s. */
  readonly acknowledgement?: AcknowledgementStatus;
}

/** What one row of the table can show. */
export type TableEntry = Entry | WorkloadEntry;

/** Is it a workload, not a container? */
export function isWorkloadEntry(entry: TableEntry): entry is WorkloadEntry {
  return 'problem' in entry;
}

/** When its trouble began, epoch ms; null without trouble. */
export function troubledSince(entry: TableEntry): number | null {
  return isWorkloadEntry(entry) ? entry.problem.since : (entry.trouble?.since ?? null);
}

/** When it last became something to look at, epoch ms: its trouble began, or an acknowledgement of it ended with a change. */
export function newSinceOf(entry: TableEntry): number {
  return Math.max(troubledSince(entry) ?? 0, entry.acknowledgement?.of.reopened?.at ?? 0);
}

/** The containers that exist and are in no trouble; those of `problems` are left out. */
export function healthyEntries(state: ClusterState, problems: readonly TableEntry[]): readonly Entry[] {
  const troubled = new Set(problems.map((p) => p.key));
  const quiet: Entry[] = [];
  for (const record of state.pods.values()) {
    if (record.goneAt !== null) continue;
    for (const container of record.containers) {
      if (!troubled.has(containerKey(record, container))) quiet.push(healthyEntry(state, record, container));
    }
  }
  return quiet;
}

/**
 * The entry of that key: a problem, or a container that is in no trouble (any more); undefined where its pod is not known, or
 * the workload has no problem of its own (any more).
 */
export function entryOf<E extends TableEntry>(state: ClusterState, problems: readonly E[], key: string): E | Entry | undefined {
  const problem = problems.find((p) => p.key === key);
  if (problem !== undefined) return problem;
  const slash = key.indexOf('/');
  const record = state.pods.get(key.slice(0, slash));
  const container = record?.containers.find((c) => c.name === key.slice(slash + 1));
  return record === undefined || container === undefined ? undefined : healthyEntry(state, record, container);
}

/** What a selection of a workload that is listed for itself holds on to: `workload:<workload key>`. */
export function workloadEntryKey({ key }: Workload): string {
  return `workload:${key}`;
}

/** As a person reads it: `shop/api-1 [api]`. */
export function containerName({ pod }: PodRecord, { name }: Pick<ContainerRecord, 'name'>): string {
  return `${pod.namespace}/${pod.name} [${name}]`;
}

/** A container as an entry without trouble. */
export function healthyEntry(state: ClusterState, record: PodRecord, container: ContainerRecord): Entry {
  return {
    key: containerKey(record, container),
    record,
    container: containerOnOurClock(state, record, container),
    workload: record.workload,
    trouble: null,
    cause: null,
    nextStart: null,
    impact: null,
    unobserved: unobservedRuns(container.ledger, container.status),
    ofWorkload: null,
  };
}

/** Does somebody know of it, so that it is folded away? */
export function isAcknowledged({ acknowledgement }: TableEntry): boolean {
  return acknowledgement?.type === 'acknowledged';
}
