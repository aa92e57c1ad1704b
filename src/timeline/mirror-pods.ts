import { namedIn } from '../model/named.ts';
import type { ContainerRecord, PodRecord } from './state.ts';
import { isMirror } from './workload.ts';

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
