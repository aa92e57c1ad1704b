import { namedIn } from '../model/named.ts';
import type { ContainerRecord, PodRecord } from './state.ts';
import { isMirror } from './workload.ts';

/**
 * The earlier mirror that this one replaced, if both report a common run. The API server may delete
 * and recreate a mirror while the static pod's containers keep running.
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
