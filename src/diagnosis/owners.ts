import type { Pod } from '../model/pod.ts';
import type { Owner } from '../model/resources.ts';
import type { ClusterState, PodRecord } from '../timeline/state.ts';

/** The objects that own a pod, as far as they are known: its controller, and what is above that. */
export function ownersOf(state: ClusterState, { pod }: PodRecord): readonly Owner[] {
  const owner = state.owners.get(pod.controller?.uid ?? '');
  if (owner === undefined) return [];
  const above = state.owners.get(owner.controller?.uid ?? '');
  return above === undefined ? [owner] : [owner, above];
}

/**
 * The revisions that are known of a workload, the newest first: the ReplicaSets of a Deployment, the ControllerRevisions of a
 * StatefulSet or DaemonSet.
 */
export function revisionsOf(state: ClusterState, { uid }: Pick<Owner, 'uid'>): readonly Owner[] {
  return [...state.owners.values()]
    .filter(({ kind, controller }) => (kind === 'ReplicaSet' || kind === 'ControllerRevision') && controller?.uid === uid)
    .sort((a, b) => Number(b.revision) - Number(a.revision));
}

/** The revision that a pod was made of; undefined where it is not known. */
export function revisionOfPod(state: ClusterState, { pod }: PodRecord): Owner | undefined {
  const { controller } = pod;
  if (controller === null) return undefined;
  const owner = state.owners.get(controller.uid);
  if (owner?.kind === 'ReplicaSet') return owner;
  if (controller.kind !== 'StatefulSet' && controller.kind !== 'DaemonSet') return undefined;
  return revisionsOf(state, controller).find((revision) => isMadeOf(pod, revision));
}

/**
 * Was the pod made of that revision? In `controller-revision-hash`, a StatefulSet writes the whole name of a ControllerRevision,
 * a DaemonSet only its last part.
 */
export function isMadeOf({ controller, templateHash }: Pod, { kind, uid, name, controller: above }: Owner): boolean {
  if (controller === null || kind === 'ReplicaSet') return controller?.uid === uid;
  return controller.uid === above?.uid && (name === templateHash || name === `${controller.name}-${templateHash}`);
}
