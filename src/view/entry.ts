import type { NextStart } from '../model/backoff.ts';
import type { Cause } from '../model/cause.ts';
import type { Impact } from '../model/impact.ts';
import { unobservedRuns } from '../model/run.ts';
import type { Trouble } from '../model/trouble.ts';
import type { ClusterState, ContainerRecord, PodRecord, Workload } from '../timeline/cluster-state.ts';

/** One container that the table lists. Every problem is an entry; with `a` the quiet ones are listed too, without trouble. */
export interface Entry {
  /** `<pod UID>/<container>`: what a selection holds on to. */
  readonly key: string;
  readonly record: PodRecord;
  readonly container: ContainerRecord;
  readonly workload: Workload;
  readonly trouble: Trouble | null;
  readonly cause: Cause | null;
  readonly nextStart: NextStart | null;
  readonly impact: Impact | null;
  readonly unobserved: number;
}

/** The containers that exist and are in no trouble; those of `problems` are left out. */
export function quietEntries(state: ClusterState, problems: readonly Entry[]): readonly Entry[] {
  const troubled = new Set(problems.map((p) => p.key));
  const quiet: Entry[] = [];
  for (const record of state.pods.values()) {
    if (record.goneAt !== null) continue;
    for (const container of record.containers) {
      const entry = quietEntry(record, container);
      if (!troubled.has(entry.key)) quiet.push(entry);
    }
  }
  return quiet;
}

/** The entry of that key: a problem, or a container that is in no trouble (any more); undefined where its pod is not known. */
export function entryOf(state: ClusterState, problems: readonly Entry[], key: string): Entry | undefined {
  const problem = problems.find((p) => p.key === key);
  if (problem !== undefined) return problem;
  const slash = key.indexOf('/');
  const record = state.pods.get(key.slice(0, slash));
  const container = record?.containers.find((c) => c.name === key.slice(slash + 1));
  return record === undefined || container === undefined ? undefined : quietEntry(record, container);
}

function quietEntry(record: PodRecord, container: ContainerRecord): Entry {
  return {
    key: `${record.pod.uid}/${container.name}`,
    record,
    container,
    workload: record.workload,
    trouble: null,
    cause: null,
    nextStart: null,
    impact: null,
    unobserved: unobservedRuns(container.ledger, container.status),
  };
}
