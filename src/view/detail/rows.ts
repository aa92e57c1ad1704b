import { containerName, type Entry, isWorkloadEntry, type TableEntry } from '../../diagnosis/entry.ts';
import { containerKey } from '../../diagnosis/problems.ts';
import type { ContainerRecord, PodRecord } from '../../timeline/state.ts';
import type { EntryLink, Line } from '../lines/line.ts';

/** A container that a row opens. */
export type Target = Pick<EntryLink, 'opens' | 'name'>;

/**
 * Makes the line a row that opens a container; unchanged if it leads nowhere (null).
 * @param list its list: the same container may be in several lists of a pane.
 */
export function asRow(line: Line, list: string, target: Target | null): Line {
  if (target === null) return line;
  const link: EntryLink = { type: 'entry', id: `${list} ${target.opens}`, ...target };
  return line.map((s) => ({ ...s, link }));
}

/**
 * The most informative container of a pod: its first unhealthy one, else the one of that name, else
 * its first.
 */
export function targetInPod(problems: readonly TableEntry[], record: PodRecord, name: string): Target | null {
  const { containers } = record;
  const troubled = new Set(problems.filter(isInTrouble).map((p) => p.key));
  const isTroubled = (c: ContainerRecord) => troubled.has(containerKey(record, c));
  const found = containers.find(isTroubled) ?? containers.find((c) => c.name === name) ?? containers[0];
  return found === undefined ? null : { opens: containerKey(record, found), name: containerName(record, found) };
}

/** An entry as a target. */
export function targetOf({ key, record, container }: Entry): Target {
  return { opens: key, name: containerName(record, container) };
}

/** Is it an unhealthy container whose pod exists? */
export function isInTrouble(entry: TableEntry): entry is Entry {
  return !isWorkloadEntry(entry) && entry.trouble !== null && entry.trouble.state !== 'deleted';
}
