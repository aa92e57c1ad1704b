import type { Change } from './change.ts';
import { ownersOf, revisionOfPod, revisionsOf } from './owners.ts';
import type { Subject, WorkloadSubject } from './subject.ts';
import { newestRevision, podsOfWorkload, whatChanged } from './what-changed.ts';

/**
 * What the revision of a pod changed. If it was rolled out shortly before the trouble, says how
 * long before. Otherwise, regardless of time, if the pod belongs to the newest revision. null if no
 * earlier revision is known.
 */
export function revisionChangeOf({ state, entry, now }: Subject): Change | null {
  const { record, container } = entry;
  const pods = podsOfWorkload(state, record);
  const changes = whatChanged({ state, record, container: container.name, now, pods });
  const before = changes.find((change) => change.kind === 'revision');
  if (before !== undefined) return before;
  const [controller, above] = ownersOf(state, record);
  const owner = controller?.kind === 'ReplicaSet' ? above : controller;
  const own = revisionOfPod(state, record);
  if (owner === undefined || own === undefined || own.uid !== revisionsOf(state, owner)[0]?.uid) return null;
  return newestRevision(state, owner);
}

/** The newest revision of a workload whose rollout is stuck; null otherwise. */
export function rolloutOf({ state, entry }: WorkloadSubject): Change | null {
  const owner = state.statuses.get(entry.workload.key)?.owner;
  return entry.problem.kind === 'stuck-rollout' && owner !== undefined ? newestRevision(state, owner) : null;
}
