import { isWorkloadEntry, type TableEntry, troubledSince } from '../../diagnosis/entry.ts';
import type { NodeTrouble } from '../../diagnosis/node-trouble.ts';
import { type Grouping, type GroupOf, placeOf } from './grouping.ts';

/** The sections of the main table, from the worst on. */
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

/** What `s` and a letter sort by. */
export type SortKey = 'impact' | 'name' | 'restarts' | 'next start' | 'onset';

/**
 * Entries that stand together: one row, or a row with these under it. By workload: its containers with the same cause and in
 * the same state of trouble; a workload that is listed for itself is one of its own.
 */
export interface Group {
  readonly key: string;
  readonly of: GroupOf;
  readonly section: Section;
  /** In the order in which they stand. */
  readonly entries: readonly [TableEntry, ...TableEntry[]];
}

/** One line of the table. Sections cannot be selected; a group has its entries below it while it is open. */
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

/** The order that stays for a while, so that rows do not jump under somebody's eyes. */
export interface Order {
  /** When it was decided, epoch ms on the machine's clock. */
  readonly decidedAt: number;
  readonly sort: SortKey;
  /** Places of groups and of entries, by key. */
  readonly places: ReadonlyMap<string, number>;
  /** The section in which each group stands until the next order. */
  readonly sections: ReadonlyMap<string, Section>;
  /** Are groups open that nobody folded or unfolded? */
  readonly opensGroups: boolean;
}

export interface Table {
  readonly rows: readonly Row[];
  readonly groups: readonly Group[];
  readonly order: Order;
  /** The group of each entry, by the entry's key. */
  readonly groupOf: ReadonlyMap<string, string>;
}

/** The order changes at most this often, in ms. */
const ORDER_HOLDS_MS = 5000;

export interface TableRequest {
  readonly entries: readonly TableEntry[];
  readonly sort: SortKey;
  /** Groups that somebody opened (true) or folded (false), by key. */
  readonly folds: ReadonlyMap<string, boolean>;
  /** By workload, unless told otherwise. */
  readonly grouping?: Grouping;
  /** Their containers stand under them, however rows are grouped. */
  readonly nodeTroubles?: readonly NodeTrouble[];
  /** How many rows can be seen at once: while all fit, groups are open. */
  readonly height: number;
  /** Trouble that began after this (epoch ms) is new. */
  readonly newSince: number;
  /** Epoch ms on the machine's clock, not the cursor's: it is a person's eyes that need the calm. */
  readonly wallNow: number;
  /** null decides the order anew. */
  readonly before: Order | null;
}

/** Where an entry stands by itself: its workload's impact while it loops, else the state of its trouble. */
export function sectionOf(entry: TableEntry): Section {
  if (isWorkloadEntry(entry)) return entry.problem.level;
  if (entry.trouble === null) return 'quiet';
  if (entry.trouble.state !== 'looping') return entry.trouble.state;
  return entry.impact?.level ?? 'available';
}

// What its node restarted and is not up again hurts as a loop does, for as long as that lasts.
function sectionUnderNode(entry: TableEntry): Section {
  const section = sectionOf(entry);
  if (section !== 'restarting' || isWorkloadEntry(entry) || entry.impact === null) return section;
  const { available, desired } = entry.impact;
  const isUp = entry.container.status?.state.type === 'running' || available >= desired;
  return isUp ? section : available === 0 ? 'down' : 'degraded';
}

/** When the oldest trouble of the group began, epoch ms. */
export function onsetOf(group: Group): number {
  return Math.min(...group.entries.map((e) => troubledSince(e) ?? Number.POSITIVE_INFINITY));
}

function worseOf(a: Section, b: Section): Section {
  return SECTIONS.indexOf(a) <= SECTIONS.indexOf(b) ? a : b;
}

/**
 * The rows of the table. Where an order is given and not too old, what it knows keeps its place. What is new, and what has got as
 * bad as can be, stands at once where it belongs: it must not wait for the next order.
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

// What stands in the section in which it stood keeps its order; all else stands where it would stand, were all sorted anew.
function inOrder(groups: readonly Group[], request: TableRequest, held: Order | null): Group[] {
  const isHeld = (g: Group) => held?.sections.get(g.key) === g.section;
  const placeOfHeld = (g: Group) => held?.places.get(g.key) ?? 0;
  const ordered = groups.filter(isHeld).sort((a, b) => compareSections(a, b, request) || placeOfHeld(a) - placeOfHeld(b));
  const others = groups.filter((g) => !isHeld(g)).sort((a, b) => compareGroups(a, b, request));
  return merged(ordered, others, (a, b) => compareGroups(a, b, request));
}

// The order of `known` stays; each of `others`, which are sorted, stands before the first that it would stand before.
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

// A node's trouble is one line until somebody wants to know more.
function opensByItself({ of }: Group): boolean {
  return of.type !== 'node trouble';
}

// Members of one group: the worst first, then the newest trouble, then by name, so that a tie is no matter of chance.
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

/** What a row is named: a container's pod, or a workload. */
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

// Infinity minus Infinity is no number.
function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function nameOfGroup({ of, entries }: Group): string {
  if (of.type === 'node trouble') return of.trouble.node;
  const { namespace, name } = entries[0].workload;
  return of.type === 'workload' || isOfOneWorkload(entries) ? `${namespace}/${name}` : of.name;
}

/** Do all of them belong to one workload? */
export function isOfOneWorkload(entries: readonly TableEntry[]): boolean {
  return entries.every((e) => e.workload.key === entries[0]?.workload.key);
}

/** The restarts of all containers of the group; of a workload, how many of its pods failed and were replaced. */
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
 * How many workloads stand in each section: what the header counts. Those that only a node's trouble restarted count as one: it
 * is its row that they stand under.
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
