import type { Owner } from '../model/resources.ts';
import type { ClusterState, PodRecord } from '../timeline/cluster-state.ts';

/** The objects that own a pod, as far as they are known: its controller, and what is above that. */
export function ownersOf(state: ClusterState, { pod }: PodRecord): readonly Owner[] {
  const owner = state.owners.get(pod.controller?.uid ?? '');
  if (owner === undefined) return [];
  const above = state.owners.get(owner.controller?.uid ?? '');
  return above === undefined ? [owner] : [owner, above];
}

/** The ReplicaSets that are known of a Deployment, its newest revision first. */
export function revisionsOf(state: ClusterState, deployment: Owner): readonly Owner[] {
  return [...state.owners.values()]
    .filter((owner) => owner.kind === 'ReplicaSet' && owner.controller?.uid === deployment.uid)
    .sort((a, b) => Number(b.revision) - Number(a.revision));
}
