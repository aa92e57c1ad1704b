import type { Pod } from '../model/pod.ts';
import type { Owner } from '../model/resources.ts';
import type { ClusterState, PodRecord } from '../timeline/state.ts';

/** The known owners of a pod: its controller, and the controller's owner. */
export function ownersOf(state: ClusterState, { pod }: PodRecord): readonly Owner[] {
  const owner = state.owners.get(pod.controller?.uid ?? '');
  if (owner === undefined) return [];
  const above = state.owners.get(owner.controller?.uid ?? '');
  return above === undefined ? [owner] : [owner, above];
}

/**
 * The known revisions of a workload, newest first: a Deployment's ReplicaSets, or the
 * ControllerRevisions of a StatefulSet or DaemonSet.
 */
export function revisionsOf(state: ClusterState, { uid }: Pick<Owner, 'uid'>): readonly Owner[] {
  return [...state.owners.values()]
    .filter(({ kind, controller }) => (kind === 'ReplicaSet' || kind === 'ControllerRevision') && controller?.uid === uid)
    .sort((a, b) => Number(b.revision) - Number(a.revision));
}

/** The revision that a pod was created from; undefined if unknown. */
export function revisionOfPod(state: ClusterState, { pod }: PodRecord): Owner | undefined {
  const { controller } = pod;
  if (controller === null) return undefined;
  const owner = state.owners.get(controller.uid);
  if (owner?.kind === 'ReplicaSet') return owner;
  if (controller.kind !== 'StatefulSet' && controller.kind !== 'DaemonSet') return undefined;
  return revisionsOf(state, controller).find((revision) => isMadeOf(pod, revision));
}

/**
 * True if the pod was created from that revision. In `controller-revision-hash`, a StatefulSet
 * writes the full name of a ControllerRevision, a DaemonSet only its last part.
 */
export function isMadeOf({ controller, templateHash }: Pod, { kind, uid, name, controller: above }: Owner): boolean {
  if (controller === null || kind === 'ReplicaSet') return controller?.uid === uid;
  return controller.uid === above?.uid && (name === templateHash || name === `${controller.name}-${templateHash}`);
}
