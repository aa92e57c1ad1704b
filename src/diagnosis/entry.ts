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

/**
 * One container in the table. Every problem is an entry; `a` also lists healthy containers, without
 * trouble.
 */
export interface Entry {
  /** {@link containerKey} */
  readonly key: string;
  readonly record: PodRecord;
  /** Its times are on our clock, even if its node's clock is wrong. */
  readonly container: ContainerRecord;
  readonly workload: Workload;
  readonly trouble: Trouble | null;
  readonly cause: Cause | null;
  readonly nextStart: NextStart | null;
  readonly impact: Impact | null;
  readonly unobserved: number;
  /** What else is wrong with its workload; null for nothing. */
  readonly ofWorkload: WorkloadProblem | null;
  /** Its acknowledgement status; absent if it was never acknowledged. */
  readonly acknowledgement?: AcknowledgementStatus;
}

/** A workload listed by itself: none of its containers shows what is wrong. */
export interface WorkloadEntry {
  /** {@link workloadEntryKey} */
  readonly key: string;
  readonly workload: Workload;
  readonly impact: Impact | null;
  readonly problem: WorkloadProblem;
  /** As in {@link Entry}. */
  readonly acknowledgement?: AcknowledgementStatus;
}

/** Anything that a table row can show. */
export type TableEntry = Entry | WorkloadEntry;

/** True for a workload, false for a container. */
export function isWorkloadEntry(entry: TableEntry): entry is WorkloadEntry {
  return 'problem' in entry;
}

/** When its trouble started, epoch ms; null without trouble. */
export function troubledSince(entry: TableEntry): number | null {
  return isWorkloadEntry(entry) ? entry.problem.since : (entry.trouble?.since ?? null);
}

/** When it last became news, epoch ms: its trouble started, or its acknowledgement was reopened. */
export function newSinceOf(entry: TableEntry): number {
  return Math.max(troubledSince(entry) ?? 0, entry.acknowledgement?.of.reopened?.at ?? 0);
}

/** The existing containers that are in no trouble, without those of `problems`. */
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
 * The entry with that key: a problem, or a container without trouble. Undefined if its pod is
 * unknown, or the workload has no problem of its own (any more).
 */
export function entryOf<E extends TableEntry>(state: ClusterState, problems: readonly E[], key: string): E | Entry | undefined {
  const problem = problems.find((p) => p.key === key);
  if (problem !== undefined) return problem;
  const slash = key.indexOf('/');
  const record = state.pods.get(key.slice(0, slash));
  const container = record?.containers.find((c) => c.name === key.slice(slash + 1));
  return record === undefined || container === undefined ? undefined : healthyEntry(state, record, container);
}

/** The selection key of a workload listed by itself: `workload:<workload key>`. */
export function workloadEntryKey({ key }: Workload): string {
  return `workload:${key}`;
}

/** Its name on the screen: `shop/api-1 [api]`. */
export function containerName({ pod }: PodRecord, { name }: Pick<ContainerRecord, 'name'>): string {
  return `${pod.namespace}/${pod.name} [${name}]`;
}

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

/** True if it is acknowledged, and so folded away. */
export function isAcknowledged({ acknowledgement }: TableEntry): boolean {
  return acknowledgement?.type === 'acknowledged';
}
