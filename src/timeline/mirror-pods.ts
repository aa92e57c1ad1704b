import { namedIn } from '../model/named.ts';
import type { Pod } from '../model/pod.ts';
import type { ContainerRecord, PodRecord } from './state.ts';

/** Is it the mirror of a static pod, which a kubelet runs from a manifest on its node? Only that has a node for its controller. */
export function isMirror({ controller }: Pod): boolean {
  return controller?.kind === 'Node';
}

/** The name of a static pod's manifest: its mirror's without the node's (kubelet/config/common.go, generatePodName). */
export function manifestName({ name, spec }: Pod): string {
  const suffix = `-${spec.nodeName.toLowerCase()}`;
  return name.endsWith(suffix) && name.length > suffix.length ? name.slice(0, -suffix.length) : name;
}

/**
 * The mirror that this one took the place of, if it still tells of a run of that: a mirror may be deleted and made again, and the
 * containers of the static pod run on.
 * @param others the pods of its workload.
 */
export function mirrorBefore(record: PodRecord, others: readonly PodRecord[]): PodRecord | undefined {
  if (!isMirror(record.pod)) return undefined;
  return others.find(
    (other) =>
      other.pod.uid !== record.pod.uid &&
      other.pod.name === record.pod.name &&
      record.containers.some((container) => sharesRun(container, other)),
  );
}

function sharesRun({ name, ledger }: ContainerRecord, other: PodRecord): boolean {
  const known = namedIn(other.containers, name)?.ledger;
  return known?.some(({ containerID }) => containerID !== '' && ledger.some((run) => run.containerID === containerID)) ?? false;
}
