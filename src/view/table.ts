import { isWorkloadEntry, type TableEntry, troubledSince } from './entry.ts';

/** The sections of the main table, from the worst on. */
export const SECTIONS = ['down', 'degraded', 'available', 'holding', 'stable', 'restarting', 'deleted', 'quiet'] as const;
export type Section = (typeof SECTIONS)[number];

/** What `s` and a letter sort by. */
export type SortKey = 'impact' | 'name' | 'restarts' | 'next start' | 'onset';

/**
 * Containers of one workload with the same cause and in the same state of trouble: one row, or a row with these under it. A
 * workload that is listed for itself is one of its own.
 */
export interface Group {
  readonly key: string;
  readonly section: Section;
  /** In the order in which they stand. */
  readonly entries: readonly [TableEntry, ...TableEntry[]];
}

/** One line of the table. Sections cannot be selected; a group has its entries below it while it is open. */
export type Row =
  | { readonly is: 'section'; readonly key: string; readonly section: Section }
  | { readonly is: 'group'; readonly key: string; readonly group: Group; readonly isOpen: boolean }
  | { readonly is: 'entry'; readonly key: string; readonly entry: TableEntry; readonly group: Group; readonly isMember: boolean };

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
export const ORDER_HOLDS_MS = 5000;

export interface TableRequest {
  readonly entries: readonly TableEntry[];
  readonly sort: SortKey;
  /** Groups that somebody opened (true) or folded (false), by key. */
  readonly folds: ReadonlyMap<string, boolean>;
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

function groupKeyOf(entry: TableEntry): string {
  // Another key than the entry's: both have a place of their own.
  if (isWorkloadEntry(entry)) return `${entry.workload.key}#workload`;
  // Not the section: a workload that goes from degraded to down keeps its row, and so its selection.
  return `${entry.workload.key}#${entry.trouble?.state ?? 'quiet'}#${entry.cause?.id ?? entry.trouble?.kind ?? ''}`;
}

/** When the oldest trouble of the group began, epoch ms. */
export function onsetOf(group: Group): number {
  return Math.min(...group.entries.map((e) => troubledSince(e) ?? Number.POSITIVE_INFINITY));
}

function worseOf(a: Section, b: Section): Section {
  return SECTIONS.indexOf(a) <= SECTIONS.indexOf(b) ? a : b;
}

/** The rows of the table. Where an order is given and not too old, what it knows keeps its place and the new stands behind. */
export function tableOf(request: TableRequest): Table {
  const { before, wallNow, sort } = request;
  const isHeld =
    before !== null && before.sort === sort && wallNow - before.decidedAt < ORDER_HOLDS_MS && wallNow >= before.decidedAt;
  const held = isHeld ? before : null;
  const groups = grouped(request.entries, held).sort((a, b) => compareGroups(a, b, request, held));
  const opensGroups = held?.opensGroups ?? countOpenRows(groups, sort) <= request.height;
  const rows = rowsOf(groups, sort, (group) => request.folds.get(group.key) ?? opensGroups);
  const groupOf = new Map(groups.flatMap((g) => g.entries.map((e) => [e.key, g.key] as const)));
  return { rows, groups, groupOf, order: held ?? orderOf(groups, request, opensGroups) };
}

function grouped(entries: readonly TableEntry[], held: Order | null): Group[] {
  const byKey = new Map<string, { section: Section; entries: [TableEntry, ...TableEntry[]] }>();
  for (const entry of entries) {
    const key = groupKeyOf(entry);
    const known = byKey.get(key);
    const section = held?.sections.get(key) ?? sectionOf(entry);
    if (known === undefined) byKey.set(key, { section, entries: [entry] });
    else {
      known.entries.push(entry);
      known.section = worseOf(known.section, section);
    }
  }
  const place = (entry: TableEntry) => held?.places.get(entry.key) ?? Number.MAX_SAFE_INTEGER;
  return Array.from(byKey, ([key, group]) => ({
    key,
    section: group.section,
    entries: group.entries.sort((a, b) => place(a) - place(b) || compareEntries(a, b)),
  }));
}

// Members of one group: the newest trouble first, then by name, so that a tie is no matter of chance.
function compareEntries(a: TableEntry, b: TableEntry): number {
  return (troubledSince(b) ?? 0) - (troubledSince(a) ?? 0) || compareNames(a, b);
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

function compareGroups(a: Group, b: Group, request: TableRequest, held: Order | null): number {
  const byImpact = request.sort === 'impact';
  const bySection = byImpact ? SECTIONS.indexOf(a.section) - SECTIONS.indexOf(b.section) : 0;
  if (bySection !== 0) return bySection;
  const [placeA, placeB] = [held?.places.get(a.key), held?.places.get(b.key)];
  if (placeA !== undefined && placeB !== undefined) return placeA - placeB;
  if (placeA !== undefined || placeB !== undefined) return placeA !== undefined ? -1 : 1;
  return compareBySort(a, b, request) || compareNames(a.entries[0], b.entries[0]);
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
      return compareText(workloadName(a), workloadName(b));
  }
}

// Infinity minus Infinity is no number.
function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function workloadName(group: Group): string {
  const { namespace, name } = group.entries[0].workload;
  return `${namespace}/${name}`;
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
      rows.push({ is: 'section', key: `section:${section}`, section });
    }
    const [first, ...others] = group.entries;
    if (others.length === 0) {
      rows.push({ is: 'entry', key: first.key, entry: first, group, isMember: false });
      continue;
    }
    const isOpen = opens(group);
    rows.push({ is: 'group', key: group.key, group, isOpen });
    if (isOpen) for (const entry of group.entries) rows.push({ is: 'entry', key: entry.key, entry, group, isMember: true });
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

/** How many workloads stand in each section: what the header counts. */
export function countWorkloads(entries: readonly TableEntry[]): ReadonlyMap<Section, number> {
  const bySection = new Map<Section, Set<string>>();
  for (const entry of entries) {
    const section = sectionOf(entry);
    const known = bySection.get(section) ?? new Set();
    bySection.set(section, known.add(entry.workload.key));
  }
  return new Map(Array.from(bySection, ([section, keys]) => [section, keys.size] as const));
}
