import type { Map as ImmutableMap } from 'immutable';
import type { Pod } from '../model/pod.ts';
import type { Owner } from '../model/resources.ts';

/**
 * The workload at the top of a pod's owners (through ReplicaSet and Job), or the pod itself if it
 * has none. Static pods with the same manifest name are one workload, on however many nodes they
 * run.
 */
export interface Workload {
  /** `Deployment`, `StatefulSet`, ..., `StaticPod`, or `Pod` for a pod without a controller. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Unique: `Deployment/shop/web`. */
  readonly key: string;
}

function workload(kind: string, namespace: string, name: string): Workload {
  return { kind, namespace, name, key: `${kind}/${namespace}/${name}` };
}

// A CronJob names its Jobs after the minute they were due: eight digits of minutes since the epoch
// (cronjob utils.go).
const CRON_JOB_NAME = /^(.+)-\d{8}$/;

/**
 * A pod's workload: by its known owners, else by the names that controllers give (a Deployment's
 * ReplicaSet ends in the pod template hash, a CronJob's Job in its minute).
 */
export function workloadOf(pod: Pod, owners: ImmutableMap<string, Owner>): Workload {
  const { controller, namespace, templateHash } = pod;
  if (controller === null) return workload('Pod', namespace, pod.name);
  if (isMirror(pod)) return workload('StaticPod', namespace, manifestName(pod));
  const above = owners.get(controller.uid)?.controller;
  if (above != null) return workload(above.kind, namespace, above.name);
  if (controller.kind === 'ReplicaSet' && templateHash !== '' && controller.name.endsWith(`-${templateHash}`)) {
    return workload('Deployment', namespace, controller.name.slice(0, -templateHash.length - 1));
  }
  const cronJob = controller.kind === 'Job' ? CRON_JOB_NAME.exec(controller.name)?.[1] : undefined;
  if (cronJob !== undefined && !owners.has(controller.uid)) return workload('CronJob', namespace, cronJob);
  return workload(controller.kind, namespace, controller.name);
}

/** The workload that an owner belongs to: the object above it, or itself if there is none. */
export function workloadOfOwner(owner: Owner, owners: ImmutableMap<string, Owner>): Workload {
  const { controller, namespace } = owner;
  if (controller === null) return workload(owner.kind, namespace, owner.name);
  const above = owners.get(controller.uid)?.controller;
  return above == null ? workload(controller.kind, namespace, controller.name) : workload(above.kind, namespace, above.name);
}

/**
 * Is it the mirror of a static pod, which a kubelet runs from a manifest on its node? Only a mirror
 * has a Node as its controller.
 */
export function isMirror({ controller }: Pod): boolean {
  return controller?.kind === 'Node';
}

/**
 * The name of a static pod's manifest: the mirror's name without the node's
 * (kubelet/config/common.go, generatePodName).
 */
export function manifestName({ name, spec }: Pod): string {
  const suffix = `-${spec.nodeName.toLowerCase()}`;
  return name.endsWith(suffix) && name.length > suffix.length ? name.slice(0, -suffix.length) : name;
}
