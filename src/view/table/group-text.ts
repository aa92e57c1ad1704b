import { signatureOf } from '../../diagnosis/crash-signature.ts';
import { type Entry, isWorkloadEntry, type TableEntry } from '../../diagnosis/entry.ts';
import { widthOf } from '../../text/cells.ts';
import { counted } from '../../text/duration.ts';
import { span } from '../lines/fit-line.ts';
import type { Line } from '../lines/line.ts';
import { type Group, isOfOneWorkload } from './table.ts';

/** The containers of a group: a workload listed by itself has none. */
export function containersOf(group: Group): readonly Entry[] {
  return group.entries.filter((e): e is Entry => !isWorkloadEntry(e));
}

function countOf<T>(entries: readonly TableEntry[], of: (entry: TableEntry) => T): number {
  return new Set(entries.map(of)).size;
}

function podsOf(group: Group): number {
  return new Set(containersOf(group).map((e) => e.record.pod.uid)).size;
}

const workloadOf = ({ workload }: TableEntry) => workload.key;
const namespaceOf = ({ workload }: TableEntry) => workload.namespace;

/**
 * The size of a group, after its name: " (6 pods, 3 namespaces)"; shorter if that does not fit.
 * @param room the remaining cells beside the name.
 */
export function sizeText(group: Group, room: number): string {
  const variants = sizeVariants(group);
  return variants.find((v) => widthOf(v) <= room) ?? (variants.at(-1) as string);
}

function sizeVariants(group: Group): readonly string[] {
  const { of, entries } = group;
  const pods = podsOf(group);
  if (of.type === 'node trouble') return [`  (${counted(entries.length, 'container')})`, ` (${entries.length})`];
  if (pods === 0) return [`  (${counted(entries.length, 'workload')})`, ` (${entries.length})`];
  if (isOfOneWorkload(entries)) {
    // Do not cut the name: fall back to the number alone.
    return pods === 1
      ? [`  (${counted(entries.length, 'container')})`, ` (${entries.length})`]
      : [`  (${counted(pods, 'pod')})`, ` (${pods})`];
  }
  if (of.type !== 'cause') return [`  (${counted(pods, 'pod')})`, ` (${pods})`];
  const [workloads, namespaces] = [countOf(entries, workloadOf), countOf(entries, namespaceOf)];
  const spread =
    namespaces === 1
      ? [`, ${counted(workloads, 'workload')}`, `, ${workloads} wl`]
      : [`, ${counted(namespaces, 'namespace')}`, `, ${namespaces} ns`];
  return [...spread.map((s) => `  (${counted(pods, 'pod')}${s})`), `  (${counted(pods, 'pod')})`, ` (${pods})`];
}

/**
 * How many of the containers that a node incident ended are running again: "28 of 30 run again".
 */
export function runAgainText(group: Group): string {
  const containers = containersOf(group);
  const running = containers.filter((e) => e.container.status?.state.type === 'running').length;
  return running === containers.length ? `all ${running} run again` : `${running} of ${containers.length} run again`;
}

const DOT = span(' · ', 'dim');

/** The footer while a group of several workloads is selected; empty for other groups. */
export function groupLines(group: Group): readonly Line[] {
  const { of, entries } = group;
  const workloads = countOf(entries, workloadOf);
  if (of.type === 'node trouble') {
    const { node, summary, evidence } = of.trouble;
    const held = `${counted(entries.length, 'container')} of ${counted(workloads, 'workload')}, ${runAgainText(group)}`;
    return [
      [span(` node ${node}`, 'strong'), DOT, span(held)],
      [span(' why: ', 'dim'), span(summary), DOT, span('evidence: ', 'dim'), span(evidence)],
      [span(' containers that crash again get a row of their own', 'dim')],
    ];
  }
  if (workloads === 1) return [];
  const names = [...new Set(entries.map(({ workload }) => `${workload.namespace}/${workload.name}`))].join(', ');
  const problems = countOf(entries, (e) => signatureOf(e).key);
  const what = of.type === 'cause' ? [span(` ${of.name}`, 'strong')] : [span(` ${of.type} ${nameOf(group)}`, 'strong')];
  const several = problems === 1 ? [] : [DOT, span(counted(problems, 'problem'))];
  return [[...what, ...several, DOT, span(`${counted(workloads, 'workload')}: ${names}`)]];
}

function nameOf({ of }: Group): string {
  return of.type === 'node' || of.type === 'namespace' ? of.name : '';
}

/** The number of workloads with each problem that workloads can share, by signature key. */
export type Shared = ReadonlyMap<string, number>;

/** Counts the problems that several workloads share. @param problems everything in trouble. */
export function sharedProblems(problems: readonly TableEntry[]): Shared {
  const workloads = new Map<string, Set<string>>();
  for (const problem of problems) {
    const { key, isShared } = signatureOf(problem);
    if (!isShared) continue;
    const known = workloads.get(key);
    if (known === undefined) workloads.set(key, new Set([problem.workload.key]));
    else known.add(problem.workload.key);
  }
  return new Map(Array.from(workloads, ([key, { size }]) => [key, size] as const).filter(([, size]) => size > 1));
}

/**
 * "same problem in 3 workloads: v groups by cause" if others share the entry's problem; '' if none
 * do, or if unknown. Out-of-memory kills of two workloads are two problems, although the cause is
 * the same.
 */
export function sameProblemText(entry: TableEntry, shared: Shared): string {
  const count = shared.get(signatureOf(entry).key);
  return count === undefined ? '' : `same problem in ${counted(count, 'workload')}: v groups by cause`;
}
