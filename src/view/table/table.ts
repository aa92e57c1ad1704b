import { isWorkloadEntry, type TableEntry, troubledSince } from '../../diagnosis/entry.ts';
import type { NodeTrouble } from '../../diagnosis/node-trouble.ts';
import { type Grouping, type GroupOf, placeOf } from './grouping.ts';

/** The sections of the main table, worst first. */
export const SECTIONS = [
  'down',
  'degraded',
  'available',
  'holding',
  'stable',
  'restarting',
  'deleted',
  'quiet',
  'acknowledged',
] as const;
export type Section = (typeof SECTIONS)[number];

/** The sort keys of `s` and a letter. */
export type SortKey = 'impact' | 'name' | 'restarts' | 'next start' | 'onset';

/**
 * Entries grouped into one row, or into a row with these below it. By workload: its containers with
 * the same cause and state of trouble; a workload listed by itself is a group of its own.
 */
export interface Group {
  readonly key: string;
  readonly of: GroupOf;
  readonly section: Section;
  /** In display order. */
  readonly entries: readonly [TableEntry, ...TableEntry[]];
}

/** One line of the table. Sections cannot be selected; an open group has its entries below it. */
export type Row =
  | { readonly type: 'section'; readonly key: string; readonly section: Section; readonly note?: string }
  | { readonly type: 'group'; readonly key: string; readonly group: Group; readonly isOpen: boolean }
  | {
      readonly type: 'entry';
      readonly key: string;
      readonly entry: TableEntry;
      readonly group: Group;
      readonly isMember: boolean;
    };

/** The order to keep for a while, so that rows do not jump while being read. */
export interface Order {
  /** When it was decided, epoch ms on the local clock. */
  readonly decidedAt: number;
  readonly sort: SortKey;
  /** Positions of groups and entries, by key. */
  readonly places: ReadonlyMap<string, number>;
  /** The section of each group until the next order. */
  readonly sections: ReadonlyMap<string, Section>;
  /** True if groups are open by default. */
  readonly opensGroups: boolean;
}

export interface Table {
  readonly rows: readonly Row[];
  readonly groups: readonly Group[];
  readonly order: Order;
  /** The group of each entry, by the entry's key. */
  readonly groupOf: ReadonlyMap<string, string>;
}

/** The minimum time between changes of the order, in ms. */
const ORDER_HOLDS_MS = 5000;

export interface TableRequest {
  readonly entries: readonly TableEntry[];
  readonly sort: SortKey;
  /** Groups that the user opened (true) or folded (false), by key. */
  readonly folds: ReadonlyMap<string, boolean>;
  /** Defaults to workload. */
  readonly grouping?: Grouping;
  /** Their containers are listed below them, regardless of the grouping. */
  readonly nodeTroubles?: readonly NodeTrouble[];
  /** The number of visible rows: groups are open while everything fits. */
  readonly height: number;
  /** Trouble that started after this (epoch ms) is new. */
  readonly newSince: number;
  /** Epoch ms on the local clock, not the cursor's: the order must stay calm for the reader. */
  readonly wallNow: number;
  /** null computes a new order. */
  readonly before: Order | null;
}

/**
 * The section of an entry by itself: its workload's impact while it loops, else its state of
 * trouble.
 */
export function sectionOf(entry: TableEntry): Section {
  if (isWorkloadEntry(entry)) return entry.problem.level;
  if (entry.trouble === null) return 'quiet';
  if (entry.trouble.state !== 'looping') return entry.trouble.state;
  return entry.impact?.level ?? 'available';
}

// A container that its node restarted and that is not up yet counts like a loop until it is.
function sectionUnderNode(entry: TableEntry): Section {
  const section = sectionOf(entry);
  if (section !== 'restarting' || isWorkloadEntry(entry) || entry.impact === null) return section;
  const { available, desired } = entry.impact;
  const isUp = entry.container.status?.state.type === 'running' || available >= desired;
  return isUp ? section : available === 0 ? 'down' : 'degraded';
}

/** When the group's oldest trouble started, epoch ms. */
export function onsetOf(group: Group): number {
  return Math.min(...group.entries.map((e) => troubledSince(e) ?? Number.POSITIVE_INFINITY));
}

function worseOf(a: Section, b: Section): Section {
  return SECTIONS.indexOf(a) <= SECTIONS.indexOf(b) ? a : b;
}

/**
 * The rows of the table. With a recent order, known entries keep their places. New entries, and
 * those that became as bad as possible, move to their proper place at once.
 */
export function tableOf(request: TableRequest): Table {
  const { before, wallNow, sort } = request;
  const isHeld =
    before !== null && before.sort === sort && wallNow - before.decidedAt < ORDER_HOLDS_MS && wallNow >= before.decidedAt;
  const held = isHeld ? before : null;
  const groups = inOrder(grouped(request, held), request, held);
  const opensGroups = held?.opensGroups ?? countOpenRows(groups, sort) <= request.height;
  const rows = rowsOf(groups, sort, (group) => request.folds.get(group.key) ?? (opensGroups && opensByItself(group)));
  const groupOf = new Map(groups.flatMap((g) => g.entries.map((e) => [e.key, g.key] as const)));
  return { rows, groups, groupOf, order: held ?? orderOf(groups, request, opensGroups) };
}

function grouped({ entries, grouping = 'workload', nodeTroubles = [] }: TableRequest, held: Order | null): Group[] {
  const byKey = new Map<string, { of: GroupOf; section: Section; entries: [TableEntry, ...TableEntry[]] }>();
  for (const entry of entries) {
    const trouble = nodeTroubles.find((t) => t.members.has(entry.key));
    const { key, of } =
      trouble === undefined ? placeOf(entry, grouping) : { key: trouble.key, of: { type: 'node trouble', trouble } as const };
    const known = byKey.get(key);
    const section = trouble === undefined ? sectionOf(entry) : sectionUnderNode(entry);
    if (known === undefined) byKey.set(key, { of, section, entries: [entry] });
    else {
      known.entries.push(entry);
      known.section = worseOf(known.section, section);
    }
  }
  return Array.from(byKey, ([key, group]) => ({
    key,
    of: group.of,
    section: group.section === WORST ? WORST : (held?.sections.get(key) ?? group.section),
    entries: entriesInOrder(group.entries, held),
  }));
}

const WORST: Section = SECTIONS[0];

// Entries that stay in their section keep their order; all others go where a fresh sort would put
// them.
function inOrder(groups: readonly Group[], request: TableRequest, held: Order | null): Group[] {
  const isHeld = (g: Group) => held?.sections.get(g.key) === g.section;
  const placeOfHeld = (g: Group) => held?.places.get(g.key) ?? 0;
  const ordered = groups.filter(isHeld).sort((a, b) => compareSections(a, b, request) || placeOfHeld(a) - placeOfHeld(b));
  const others = groups.filter((g) => !isHeld(g)).sort((a, b) => compareGroups(a, b, request));
  return merged(ordered, others, (a, b) => compareGroups(a, b, request));
}

// Keeps the order of `known`; inserts each of the sorted `others` before the first item that it
// precedes.
function merged<T>(known: readonly T[], others: readonly T[], compare: (a: T, b: T) => number): T[] {
  const all: T[] = [];
  let next = 0;
  for (const item of known) {
    for (; next < others.length && compare(others[next] as T, item) < 0; next++) all.push(others[next] as T);
    all.push(item);
  }
  return [...all, ...others.slice(next)];
}

function entriesInOrder(entries: TableEntry[], held: Order | null): [TableEntry, ...TableEntry[]] {
  const placeOfHeld = (e: TableEntry) => held?.places.get(e.key) ?? 0;
  const isHeld = (e: TableEntry) => held?.places.has(e.key) === true;
  const known = entries.filter(isHeld).sort((a, b) => placeOfHeld(a) - placeOfHeld(b));
  const others = entries.filter((e) => !isHeld(e)).sort(compareEntries);
  return merged(known, others, compareEntries) as [TableEntry, ...TableEntry[]];
}

// A node incident is one line until the user opens it.
function opensByItself({ of }: Group): boolean {
  return of.type !== 'node trouble';
}

// Members of one group: worst first, then newest trouble, then name, so that ties are
// deterministic.
function compareEntries(a: TableEntry, b: TableEntry): number {
  const bySection = SECTIONS.indexOf(sectionOf(a)) - SECTIONS.indexOf(sectionOf(b));
  return bySection || (troubledSince(b) ?? 0) - (troubledSince(a) ?? 0) || compareNames(a, b);
}

function compareNames(a: TableEntry, b: TableEntry): number {
  const [first, second] = [namesOf(a), namesOf(b)];
  return (
    compareText(first.namespace, second.namespace) ||
    compareText(first.name, second.name) ||
    compareText(first.container, second.container) ||
    compareText(a.key, b.key)
  );
}

/** The names in a row: a container's pod, or a workload. */
export function namesOf(entry: TableEntry): { namespace: string; name: string; container: string } {
  if (isWorkloadEntry(entry)) return { namespace: entry.workload.namespace, name: entry.workload.name, container: '' };
  return { namespace: entry.record.pod.namespace, name: entry.record.pod.name, container: entry.container.name };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareSections(a: Group, b: Group, { sort }: TableRequest): number {
  return sort === 'impact' ? SECTIONS.indexOf(a.section) - SECTIONS.indexOf(b.section) : 0;
}

function compareGroups(a: Group, b: Group, request: TableRequest): number {
  return compareSections(a, b, request) || compareBySort(a, b, request) || compareNames(a.entries[0], b.entries[0]);
}

function compareBySort(a: Group, b: Group, request: TableRequest): number {
  switch (request.sort) {
    case 'impact':
      return (
        Number(onsetOf(b) > request.newSince) - Number(onsetOf(a) > request.newSince) || compareNumbers(onsetOf(b), onsetOf(a))
      );
    case 'onset':
      return compareNumbers(onsetOf(b), onsetOf(a));
    case 'restarts':
      return restartsOf(b) - restartsOf(a);
    case 'next start':
      return compareNumbers(nextStartOf(a), nextStartOf(b));
    case 'name':
      return compareText(nameOfGroup(a), nameOfGroup(b));
  }
}

// Infinity minus Infinity is NaN.
function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function nameOfGroup({ of, entries }: Group): string {
  if (of.type === 'node trouble') return of.trouble.node;
  const { namespace, name } = entries[0].workload;
  return of.type === 'workload' || isOfOneWorkload(entries) ? `${namespace}/${name}` : of.name;
}

/** True if all belong to one workload. */
export function isOfOneWorkload(entries: readonly TableEntry[]): boolean {
  return entries.every((e) => e.workload.key === entries[0]?.workload.key);
}

/**
 * The restarts of all containers of the group; for a workload, the number of its pods that failed
 * and were replaced.
 */
export function restartsOf(group: Group): number {
  const count = (e: TableEntry) => (isWorkloadEntry(e) ? e.problem.failedPods : (e.container.status?.restartCount ?? 0));
  return group.entries.reduce((sum, e) => sum + count(e), 0);
}

function nextStartOf(group: Group): number {
  return Math.min(...group.entries.map((e) => (isWorkloadEntry(e) ? null : e.nextStart?.at) ?? Number.POSITIVE_INFINITY));
}

function countOpenRows(groups: readonly Group[], sort: SortKey): number {
  return rowsOf(groups, sort, () => true).length;
}

function rowsOf(groups: readonly Group[], sort: SortKey, opens: (group: Group) => boolean): Row[] {
  const rows: Row[] = [];
  let section: Section | null = null;
  for (const group of groups) {
    if (sort === 'impact' && group.section !== section) {
      section = group.section;
      rows.push({ type: 'section', key: `section:${section}`, section });
    }
    const [first, ...others] = group.entries;
    if (others.length === 0 && group.of.type !== 'node trouble') {
      rows.push({ type: 'entry', key: first.key, entry: first, group, isMember: false });
      continue;
    }
    const isOpen = opens(group);
    rows.push({ type: 'group', key: group.key, group, isOpen });
    if (isOpen) for (const entry of group.entries) rows.push({ type: 'entry', key: entry.key, entry, group, isMember: true });
  }
  return rows;
}

function orderOf(groups: readonly Group[], request: TableRequest, opensGroups: boolean): Order {
  const places = new Map<string, number>();
  const sections = new Map<string, Section>();
  for (const group of groups) {
    sections.set(group.key, group.section);
    places.set(group.key, places.size);
    for (const entry of group.entries) places.set(entry.key, places.size);
  }
  return { decidedAt: request.wallNow, sort: request.sort, places, sections, opensGroups };
}

/**
 * The number of workloads in each section, for the header. Those that only a node incident
 * restarted count as one: they are listed below its row.
 */
export function countWorkloads(
  entries: readonly TableEntry[],
  nodeTroubles: readonly NodeTrouble[] = [],
): ReadonlyMap<Section, number> {
  const bySection = new Map<Section, Set<string>>();
  for (const entry of entries) {
    const ofNode = nodeTroubles.find((t) => t.members.has(entry.key));
    const section = ofNode === undefined ? sectionOf(entry) : sectionUnderNode(entry);
    const key = ofNode !== undefined && section === 'restarting' ? ofNode.key : entry.workload.key;
    bySection.set(section, (bySection.get(section) ?? new Set()).add(key));
  }
  return new Map(Array.from(bySection, ([section, keys]) => [section, keys.size] as const));
}
