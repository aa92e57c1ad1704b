import type { Impact } from '../model/impact.ts';
import { type Ledger, ranFor } from '../model/run.ts';
import type { ClusterState } from '../timeline/cluster-state.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import { type Columns, GAP } from './columns.ts';
import { type Countdown, countdownLine, countdownOf } from './countdown-bar.ts';
import { counted, duration } from './duration.ts';
import { type Entry, isWorkloadEntry, type WorkloadEntry } from './entry.ts';
import { fitLine, inTone, span } from './fit-line.ts';
import { historyCells, historyLine } from './history-strip.ts';
import { kubeletVersion } from './kubelet-version.ts';
import { cutEnd, cutMiddle, type Line, padEnd, type Tone, widthOf } from './line.ts';
import { type Group, onsetOf, type Row, restartsOf, type Section, sectionOf } from './table.ts';
import { whyText } from './why-text.ts';

/** What the cells of a row are made from. Times in epoch ms. */
export interface TableFacts {
  readonly state: ClusterState;
  readonly source: SourceInfo;
  readonly now: number;
  /** Behind this nothing was seen; null where all was. */
  readonly seenUntil: number | null;
  /** Trouble that began after this is marked as new; null marks none. */
  readonly newSince: number | null;
}

/** Stands before what is new, in the table and in the header's count. */
export const NEW_MARK = '+';

const SPACE = span(' '.repeat(GAP));

/**
 * The names of the columns, in exactly the width of a row.
 * @param section that of the first row in sight, where its own heading is out of sight: it stands in for the first name.
 */
export function headingLine(columns: Columns, section: Section | null): Line {
  const width = columns.marks + columns.name;
  const first =
    section === null
      ? span(padEnd(`${' '.repeat(columns.marks)}WORKLOAD / POD`, width), 'dim')
      : span(padEnd(` ${section.toUpperCase()} …`, width), SECTION_TONES[section]);
  const cells: [string, number][] = [
    ['AVAIL', columns.avail],
    ['WHY', columns.why],
    ['RESTARTS', columns.restarts],
    ['RAN', columns.ran],
    ['NEXT START', columns.nextStart],
    ['LAST 30 MIN', columns.history],
  ];
  const shown = cells.filter(([, cellCount]) => cellCount > 0);
  return [first, span(shown.map(([name, cellCount]) => SPACE.text + padEnd(name, cellCount)).join(''), 'dim')];
}

const SECTION_TONES: Readonly<Record<Section, Tone>> = {
  down: 'bad',
  degraded: 'warn',
  available: 'strong',
  holding: 'good',
  stable: 'good',
  restarting: 'strong',
  deleted: 'dim',
  quiet: 'dim',
};

const SECTION_NOTES: Readonly<Record<Section, string>> = {
  down: 'no pod of the workload available, now or within the last five minutes',
  degraded: 'fewer pods available than there should be, now or within the last five minutes',
  available: 'every pod of the workload is available, and yet one loops',
  holding: 'it looped; this run has outlived those',
  stable: 'ten minutes without a crash',
  restarting: 'no loop, but it keeps restarting',
  deleted: 'gone within the last ten minutes',
  quiet: 'no trouble',
};

/** One row in exactly `columns.width` cells. A selected row has its mark, and one tone throughout. */
export function rowLine(row: Row, isSelected: boolean, facts: TableFacts, columns: Columns): Line {
  if (row.is === 'section') return sectionLine(row.section, columns.width);
  const cells = row.is === 'group' ? groupCells(row.group, row.isOpen, facts, columns) : rowCells(row, facts, columns);
  const line = joinCells(cells, columns);
  if (isSelected) return inTone([span('>'), ...line.slice(1)], 'selected');
  const section = row.is === 'group' ? row.group.section : sectionOf(row.entry);
  return section === 'deleted' ? inTone(line, 'dim') : line;
}

function sectionLine(section: Section, width: number): Line {
  return fitLine([span(` ${section.toUpperCase()}`, SECTION_TONES[section]), span(`  ${SECTION_NOTES[section]}`, 'dim')], width);
}

interface Cells {
  readonly fold: string;
  readonly isNew: boolean;
  readonly name: Line;
  readonly avail: Line;
  readonly why: Line;
  readonly restarts: Line;
  readonly ran: Line;
  readonly nextStart: Line;
  readonly history: Line;
}

// The mark of the selection is a cell of its own, so that it can be replaced.
function joinCells(cells: Cells, columns: Columns): Line {
  const line = [span(' '), span(cells.fold), span(cells.isNew ? NEW_MARK : ' ', 'accent'), ...fitLine(cells.name, columns.name)];
  const rest: [Line, number][] = [
    [cells.avail, columns.avail],
    [cells.why, columns.why],
    [cells.restarts, columns.restarts],
    [cells.ran, columns.ran],
    [cells.nextStart, columns.nextStart],
    [cells.history, columns.history],
  ];
  for (const [cell, width] of rest) if (width > 0) line.push(SPACE, ...fitLine(cell, width));
  return line;
}

function rowCells(row: Row & { is: 'entry' }, facts: TableFacts, columns: Columns): Cells {
  const { entry, isMember } = row;
  return isWorkloadEntry(entry) ? workloadCells(entry, facts, columns) : entryCells(entry, isMember, facts, columns);
}

// No container of it tells what is wrong: it has no run, and no start to come that anybody could count down to.
function workloadCells(entry: WorkloadEntry, facts: TableFacts, columns: Columns): Cells {
  const { problem, impact } = entry;
  const { failedPods, lastFailureAt } = problem;
  const age = lastFailureAt === null ? '' : ` (${duration(facts.now - lastFailureAt)} ago)`;
  return {
    fold: ' ',
    isNew: isNew(problem.since, facts),
    name: workloadName(entry, columns.name),
    avail: impact === null ? [span('-', 'dim')] : availOf(impact, columns.avail),
    why: [span(problem.summary)],
    restarts: failedPods === 0 ? [] : restartsText(failedPods, age, columns.restarts),
    ran: [span('-', 'dim')],
    nextStart: [span('-', 'dim')],
    history: [],
  };
}

// What it is gives way first: the strip below tells it as well.
function workloadName({ workload }: WorkloadEntry, width: number): Line {
  const { namespace, name, kind } = workload;
  const what = `  (${kind})`;
  if (widthOf(`${namespace}/${name}${what}`) > width) return qualified(namespace, name, width, 'strong');
  return [...qualified(namespace, name, width - widthOf(what), 'strong'), span(what, 'dim')];
}

function entryCells(entry: Entry, isMember: boolean, facts: TableFacts, columns: Columns): Cells {
  const { status, ledger } = entry.container;
  const { now } = facts;
  const restarts = status?.restartCount ?? 0;
  const ended = ledger.findLast((r) => r.ended)?.finishedAt ?? null;
  const ran = newestRan(ledger, now);
  return {
    fold: ' ',
    isNew: isNew(entry.trouble?.since ?? 0, facts),
    name: nameOf(entry, isMember, columns.name),
    avail: isMember || entry.record.goneAt !== null ? [] : availOf(entry.impact, columns.avail),
    why: whyOf(entry),
    restarts: restartsText(restarts, ended === null ? '' : ` (${duration(now - ended)} ago)`, columns.restarts),
    ran: ran === null ? [span('-', 'dim')] : [span(duration(ran))],
    nextStart: countdownLine(
      countdownOf(entry, kubeletVersion(facts.state, facts.source, entry), now),
      columns.nextStart,
      columns.bar,
    ),
    history: columns.history === 0 ? [] : historyLine(historyOf(entry, facts, columns.history)),
  };
}

function isNew(since: number, { newSince }: TableFacts): boolean {
  return newSince !== null && since > newSince && Number.isFinite(since);
}

function restartsText(count: number, age: string, width: number): Line {
  const number = span(String(count), count === 0 ? 'dim' : 'plain');
  return widthOf(`${count}${age}`) <= width ? [number, span(age, 'dim')] : [number];
}

// How long the newest run lasts, or has lasted, in ms; null where that is not known.
function newestRan(ledger: Ledger, now: number): number | null {
  const run = ledger.at(-1);
  return run === undefined ? null : ranFor(run, now);
}

function nameOf(entry: Entry, isMember: boolean, width: number): Line {
  const { pod } = entry.record;
  const hasOthers = pod.spec.containers.length > 1;
  // The container's name gives way first: it is in the strip below as well.
  const container = hasOthers ? `  ${cutEnd(entry.container.name, Math.max(4, Math.floor(width / 3)))}` : '';
  const pad = isMember ? '  ' : '';
  const room = width - pad.length - widthOf(container);
  if (isMember) return [span(pad), span(cutMiddle(pod.name, room)), span(container, 'dim')];
  return [...qualified(pod.namespace, pod.name, room, 'plain'), span(container, 'dim')];
}

// `namespace/name` cut in its middle, the namespace dimmed as far as it is there.
function qualified(namespace: string, name: string, width: number, tone: Tone): Line {
  const whole = `${namespace}/${name}`;
  const cut = cutMiddle(whole, width);
  const prefix = `${namespace}/`;
  return cut.startsWith(prefix) ? [span(prefix, 'dim'), span(cut.slice(prefix.length), tone)] : [span(cut, tone)];
}

function availOf(impact: Impact | null, width: number): Line {
  if (impact === null) return [];
  const { lowest, available, desired, level } = impact;
  const tone: Tone = level === 'down' ? 'bad' : level === 'degraded' ? 'warn' : 'plain';
  const range = `${lowest}-${available}/${desired}`;
  return [span(lowest < available && widthOf(range) <= width ? range : `${lowest}/${desired}`, tone)];
}

function whyOf(entry: Entry): Line {
  const state = entry.trouble?.state;
  const text = whyText(entry);
  return state === 'holding' || state === 'stable' ? [span('was: ', 'dim'), span(text, 'dim')] : [span(text)];
}

function historyOf(entry: Entry, facts: TableFacts, cells: number) {
  return historyCells(
    {
      ledger: entry.container.ledger,
      createdAt: entry.record.pod.createdAt,
      restartCount: entry.container.status?.restartCount ?? 0,
      goneAt: entry.record.goneAt,
      seenUntil: facts.seenUntil,
    },
    facts.now,
    cells,
  );
}

function groupCells(group: Group, isOpen: boolean, facts: TableFacts, columns: Columns): Cells {
  const [first] = group.entries;
  const containers = containersOf(group);
  const { now } = facts;
  const size = sizeText(group, columns.name);
  const room = columns.name - widthOf(size);
  const ran = middleOf(containers.map((e) => newestRan(e.container.ledger, now)));
  const { entry: next, countdown } = soonest(group, facts);
  return {
    fold: isOpen ? '▾' : '▸',
    isNew: isNew(onsetOf(group), facts),
    name: [...qualified(first.workload.namespace, first.workload.name, room, 'strong'), span(size, 'dim')],
    avail: group.section === 'deleted' ? [] : availOf(worstImpact(group), columns.avail),
    why: groupWhy(group),
    restarts: restartsText(restartsOf(group), trendOf(group, now), columns.restarts),
    ran: ran === null ? [span('-', 'dim')] : [span(duration(ran))],
    nextStart: countdownLine(countdown, columns.nextStart, columns.bar),
    history: columns.history === 0 ? [] : historyLine(historyOf(next, facts, columns.history)),
  };
}

/** The containers of a group: a workload that is listed for itself has none. */
function containersOf(group: Group): readonly Entry[] {
  return group.entries.filter((e): e is Entry => !isWorkloadEntry(e));
}

// Where the name would have to be cut for it, the number alone must do.
function sizeText(group: Group, width: number): string {
  const pods = new Set(containersOf(group).map((e) => e.record.pod.uid)).size;
  const { namespace, name } = group.entries[0].workload;
  const long = pods === 1 ? `  (${counted(group.entries.length, 'container')})` : `  (${counted(pods, 'pod')})`;
  return widthOf(`${namespace}/${name}${long}`) <= width ? long : ` (${pods === 1 ? group.entries.length : pods})`;
}

function worstImpact(group: Group): Impact | null {
  return group.entries.reduce<Impact | null>(
    (worst, { impact }) => (worst === null || (impact?.lowest ?? 0) < worst.lowest ? impact : worst),
    null,
  );
}

// One cause, and perhaps words that differ from pod to pod: those of the newest trouble stand for all.
function groupWhy(group: Group): Line {
  const [first] = containersOf(group);
  return first === undefined ? [] : whyOf(first);
}

function middleOf(lengths: readonly (number | null)[]): number | null {
  const known = lengths.filter((l) => l !== null).sort((a, b) => a - b);
  return known[known.length >> 1] ?? null;
}

// The group's next start is the first of its containers'; where none is to come, the first container speaks for all.
function soonest(group: Group, facts: TableFacts): { entry: Entry; countdown: Countdown } {
  const [first, ...others] = containersOf(group);
  let entry = first as Entry;
  for (const e of others) if ((e.nextStart?.at ?? Infinity) < (entry.nextStart?.at ?? Infinity)) entry = e;
  return { entry, countdown: countdownOf(entry, kubeletVersion(facts.state, facts.source, entry), facts.now) };
}

const TREND_MS = 10 * 60_000;

/**
 * Are crashes of the group getting more (`↑`) or fewer (`↓`)? Those of the last ten minutes against the ten before; '' where
 * they are as many, or where not all of both was seen.
 */
export function trendOf(group: Group, now: number): string {
  let [late, early] = [0, 0];
  for (const { container, record, unobserved } of containersOf(group)) {
    const oldest = container.ledger[0];
    const known = oldest?.startedAt ?? oldest?.finishedAt ?? record.pod.createdAt ?? now;
    if (unobserved > 0 && known > now - 2 * TREND_MS) return '';
    for (const { finishedAt } of container.ledger) {
      if (finishedAt === null || finishedAt > now) continue;
      if (finishedAt > now - TREND_MS) late++;
      else if (finishedAt > now - 2 * TREND_MS) early++;
    }
  }
  return late > early + 1 ? ' ↑' : early > late + 1 ? ' ↓' : '';
}
