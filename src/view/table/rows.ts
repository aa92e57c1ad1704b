import { ratedRuns } from '../../diagnosis/crash-rate.ts';
import { signatureOf, withoutNoise } from '../../diagnosis/crash-signature.ts';
import { type Entry, isWorkloadEntry, newSinceOf, type TableEntry, type WorkloadEntry } from '../../diagnosis/entry.ts';
import { estimatesOnOurClock } from '../../diagnosis/estimates.ts';
import { isStale, lastSeenAt, type Visibility } from '../../diagnosis/visibility.ts';
import type { Impact } from '../../model/impact.ts';
import { type Ledger, ranFor } from '../../model/ledger.ts';
import { crashRate } from '../../model/run-trend.ts';
import { cutEnd, cutMiddle, padEnd, widthOf } from '../../text/cells.ts';
import { duration } from '../../text/duration.ts';
import type { SourceInfo } from '../../timeline/envelope.ts';
import type { ClusterState } from '../../timeline/state.ts';
import { whyText } from '../../wording/why.ts';
import { fitLine, inTone, span } from '../lines/fit-line.ts';
import type { Line, Tone } from '../lines/line.ts';
import { acknowledgementMark } from './acknowledgement-marks.ts';
import { type Columns, GAP } from './columns.ts';
import { type Countdown, countdownLine, countdownOf } from './countdown.ts';
import { containersOf, runAgainText, sizeText } from './group-text.ts';
import { historyCells, historyLine } from './history-strip.ts';
import { type Group, isOfOneWorkload, onsetOf, type Row, restartsOf, type Section, sectionOf } from './table.ts';

/** The inputs of a row's cells. Times in epoch ms. */
export interface TableFacts extends Visibility {
  readonly state: ClusterState;
  readonly source: SourceInfo;
  /** Trouble that started after this is marked as new; null marks none. */
  readonly newSince: number | null;
}

/** Marks new entries, in the table and in the header's count. */
export const NEW_MARK = '+';

const SPACE = span(' '.repeat(GAP));

/**
 * The column headings, exactly as wide as a row.
 * @param section the section of the first visible row if its heading has scrolled away: replaces
 * the first heading.
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
  acknowledged: 'dim',
};

const SECTION_NOTES: Readonly<Record<Section, string>> = {
  down: 'no pod of the workload available, now or within the last five minutes',
  degraded: 'fewer pods available than desired, now or within the last five minutes',
  available: 'every pod of the workload is available, yet one loops',
  holding: 'it looped; this run has outlived the earlier ones',
  stable: 'ten minutes without a crash',
  restarting: 'no loop, but it restarted: often, or together with others',
  deleted: 'gone within the last ten minutes',
  quiet: 'no trouble',
  acknowledged: 'known, and unchanged since',
};

/** One row in exactly `columns.width` cells. A selected row has a mark and a single tone. */
export function rowLine(row: Row, isSelected: boolean, facts: TableFacts, columns: Columns): Line {
  if (row.type === 'section') return sectionLine(row.section, row.note ?? SECTION_NOTES[row.section], columns.width);
  const cells = row.type === 'group' ? groupCells(row.group, row.isOpen, facts, columns) : rowCells(row, facts, columns);
  const line = joinCells(cells, columns);
  if (isSelected) return inTone([span('>'), ...line.slice(1)], 'selected');
  const section = row.type === 'group' ? row.group.section : sectionOf(row.entry);
  return section === 'deleted' || row.group.section === 'acknowledged' ? inTone(line, 'dim') : line;
}

function sectionLine(section: Section, note: string, width: number): Line {
  return fitLine([span(` ${section.toUpperCase()}`, SECTION_TONES[section]), span(`  ${note}`, 'dim')], width);
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

// The selection mark is a cell of its own, to be replaced.
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

function rowCells(row: Row & { type: 'entry' }, facts: TableFacts, columns: Columns): Cells {
  const { entry } = row;
  return isWorkloadEntry(entry) ? workloadCells(entry, facts, columns) : entryCells(entry, row, facts, columns);
}

// No container shows the problem, so there is no run and no start to count down to.
function workloadCells(entry: WorkloadEntry, facts: TableFacts, columns: Columns): Cells {
  const { problem, impact } = entry;
  const { failedPods, lastFailureAt } = problem;
  const age = lastFailureAt === null ? '' : ` (${duration(facts.now - lastFailureAt)} ago)`;
  return {
    fold: ' ',
    isNew: isNew(newSinceOf(entry), facts),
    name: workloadName(entry, columns.name),
    avail: impact === null ? [span('-', 'dim')] : availOf(impact, columns.avail),
    why: [...markOf(entry, facts), span(problem.summary)],
    restarts: failedPods === 0 ? [] : restartsText(failedPods, age, columns.restarts),
    ran: [span('-', 'dim')],
    nextStart: [span('-', 'dim')],
    history: [],
  };
}

// The kind is omitted first: the footer shows it, too.
function workloadName({ workload }: WorkloadEntry, width: number): Line {
  const { namespace, name, kind } = workload;
  const what = `  (${kind})`;
  if (widthOf(`${namespace}/${name}${what}`) > width) return qualified(namespace, name, width, 'strong');
  return [...qualified(namespace, name, width - widthOf(what), 'strong'), span(what, 'dim')];
}

function entryCells(entry: Entry, row: Row & { type: 'entry' }, facts: TableFacts, columns: Columns): Cells {
  const { status, ledger } = entry.container;
  const { now } = facts;
  const restarts = status?.restartCount ?? 0;
  const ended = ledger.findLast((r) => r.ended)?.finishedAt ?? null;
  const ran = newestRan(ledger, now);
  // If the row above is for one workload, it already shows its name and availability.
  const isOfWorkloadAbove = row.isMember && isOfOneWorkload(row.group.entries);
  return {
    fold: ' ',
    isNew: isNew(newSinceOf(entry), facts),
    name: nameOf(entry, row.isMember, isOfWorkloadAbove, columns.name),
    avail: isOfWorkloadAbove || entry.record.goneAt !== null ? [] : availOf(entry.impact, columns.avail),
    why: [...markOf(entry, facts), ...whyOf(entry)],
    restarts: restartsText(restarts, ended === null ? '' : ` (${duration(now - ended)} ago)`, columns.restarts),
    ran: ran === null ? [span('-', 'dim')] : [span(duration(ran))],
    nextStart: countdownLine(countdownIn(entry, facts), columns.nextStart, columns.bar),
    history: columns.history === 0 ? [] : historyLine(historyOf(entry, facts, columns.history)),
  };
}

// Who acknowledged it, or that it was reopened.
function markOf({ acknowledgement }: TableEntry, { now }: TableFacts): Line {
  const mark = acknowledgement === undefined ? null : acknowledgementMark(acknowledgement, now);
  return mark === null ? [] : [mark];
}

function isNew(since: number, { newSince }: TableFacts): boolean {
  return newSince !== null && since > newSince && Number.isFinite(since);
}

function restartsText(count: number, age: string, width: number): Line {
  const number = span(String(count), count === 0 ? 'dim' : 'plain');
  return widthOf(`${count}${age}`) <= width ? [number, span(age, 'dim')] : [number];
}

// The length of the newest run so far, in ms; null if unknown.
function newestRan(ledger: Ledger, now: number): number | null {
  const run = ledger.at(-1);
  return run === undefined ? null : ranFor(run, now);
}

function nameOf(entry: Entry, isMember: boolean, isOfWorkloadAbove: boolean, width: number): Line {
  const { pod } = entry.record;
  const hasOthers = pod.spec.containers.length > 1;
  // The container's name is cut first: the footer shows it, too.
  const container = hasOthers ? `  ${cutEnd(entry.container.name, Math.max(4, Math.floor(width / 3)))}` : '';
  const pad = isMember ? '  ' : '';
  const room = width - pad.length - widthOf(container);
  const name = isOfWorkloadAbove ? [span(cutMiddle(pod.name, room))] : qualified(pod.namespace, pod.name, room, 'plain');
  return [span(pad), ...name, span(container, 'dim')];
}

// `namespace/name` cut in the middle, with what is left of the namespace dimmed.
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
      estimated: estimatesOnOurClock(facts.state, entry.record, entry.container.name),
      createdAt: entry.record.pod.createdAt,
      restartCount: entry.container.status?.restartCount ?? 0,
      goneAt: entry.record.goneAt,
      seenUntil: lastSeenAt(entry.record.pod.namespace, facts),
    },
    facts.now,
    cells,
  );
}

function groupCells(group: Group, isOpen: boolean, facts: TableFacts, columns: Columns): Cells {
  const containers = containersOf(group);
  const { now } = facts;
  const ran = middleOf(containers.map((e) => newestRan(e.container.ledger, now)));
  const next = startThatCounts(group);
  return {
    fold: isOpen ? '▾' : '▸',
    isNew: isNew(Math.max(onsetOf(group), cameBackAt(group)), facts),
    name: groupName(group, columns.name),
    avail: group.section === 'deleted' ? [] : groupAvail(group, columns.avail),
    why: [...groupMark(group, facts), ...groupWhy(group)],
    restarts: restartsText(restartsOf(group), group.of.type === 'node trouble' ? '' : trendOf(group, now), columns.restarts),
    ran: ran === null || group.of.type === 'node trouble' ? [span('-', 'dim')] : [span(duration(ran))],
    nextStart: next === undefined ? [span('-', 'dim')] : groupCountdown(group, next, facts, columns),
    history: columns.history === 0 || next === undefined ? [] : historyLine(historyOf(next, facts, columns.history)),
  };
}

function groupName(group: Group, width: number): Line {
  const { of, entries } = group;
  const { namespace, name } = entries[0].workload;
  if (of.type === 'workload' || (of.type !== 'node trouble' && isOfOneWorkload(entries))) {
    const size = sizeText(group, width - widthOf(`${namespace}/${name}`));
    return [...qualified(namespace, name, width - widthOf(size), 'strong'), span(size, 'dim')];
  }
  const [kind, own] = of.type === 'node trouble' ? ['node ', of.trouble.node] : ['', of.name];
  const size = sizeText(group, width - widthOf(kind) - widthOf(own));
  const room = width - widthOf(kind) - widthOf(size);
  return [span(kind, 'dim'), span(cutMiddle(own, room), 'strong'), span(size, 'dim')];
}

// Availability of several workloads cannot be added up; show how many are down, if there is room.
function groupAvail(group: Group, width: number): Line {
  const ofNode = group.of.type === 'node trouble';
  // A node is back once its containers are, however few there were five minutes ago.
  const isDown = ({ impact }: TableEntry) => (ofNode ? impact?.available === 0 : impact?.level === 'down');
  const down = new Set(group.entries.filter(isDown).map((e) => e.workload.key)).size;
  if (ofNode && down === 0) return [];
  if (isOfOneWorkload(group.entries) || down === 0) return availOf(worstImpact(group), width);
  return [span(widthOf(`${down} down`) <= width ? `${down} down` : `${down} dn`, 'bad')];
}

function worstImpact(group: Group): Impact | null {
  return group.entries.reduce<Impact | null>(
    (worst, { impact }) => (worst === null || (impact !== null && impact.lowest < worst.lowest) ? impact : worst),
    null,
  );
}

// When the last of its acknowledgements was reopened, epoch ms.
function cameBackAt({ entries }: Group): number {
  return Math.max(...entries.map((e) => e.acknowledgement?.of.reopened?.at ?? 0));
}

// As for one entry, if all agree.
function groupMark({ entries }: Group, facts: TableFacts): Line {
  return entries.every((e) => e.acknowledgement?.type === entries[0].acknowledgement?.type) ? markOf(entries[0], facts) : [];
}

// One cause may have texts that differ between pods: use that of the newest trouble.
function groupWhy(group: Group): Line {
  if (group.of.type === 'node trouble') return [span(group.of.trouble.summary)];
  const causes = group.of.type === 'workload' ? [] : problemsOf(group);
  if (causes.length > 1) return [span(`${causes.length} problems: ${[...new Set(causes)].join(', ')}`)];
  const [worst] = group.entries;
  if (isWorkloadEntry(worst)) return [span(worst.problem.summary)];
  const said = new Set(containersOf(group).map(whyText));
  if (group.of.type === 'workload' || isOfOneWorkload(group.entries) || said.size === 1) return whyOf(worst);
  return [span(withoutNoise(whyText(worst)).replaceAll(/#|<\w+>/g, '…'))];
}

// The cause of each problem, most frequent first.
function problemsOf({ entries }: Group): readonly string[] {
  const problems = new Map<string, { cause: string; count: number }>();
  for (const { key, cause } of entries.map(signatureOf)) {
    problems.set(key, { cause, count: (problems.get(key)?.count ?? 0) + 1 });
  }
  return [...problems.values()].sort((a, b) => b.count - a.count).map(({ cause }) => cause);
}

function middleOf(lengths: readonly (number | null)[]): number | null {
  const known = lengths.filter((l) => l !== null).sort((a, b) => a - b);
  return known[known.length >> 1] ?? null;
}

// For one workload the first start counts: it may serve again then. For several the last one does:
// until then at least one is not serving. Without any, the first container represents all;
// undefined if the group has none.
function startThatCounts(group: Group): Entry | undefined {
  const [first, ...others] = containersOf(group);
  const isFirst = isOfOneWorkload(group.entries);
  const at = (e: Entry) => e.nextStart?.at ?? (isFirst ? Infinity : -Infinity);
  return others.reduce((best, e) => ((isFirst ? at(e) < at(best as Entry) : at(e) > at(best as Entry)) ? e : best), first);
}

function groupCountdown(group: Group, next: Entry, facts: TableFacts, columns: Columns): Line {
  if (group.of.type === 'node trouble') return [span(runAgainText(group))];
  return countdownLine(countdownIn(next, facts), columns.nextStart, columns.bar);
}

// A future start is shown in any case. Anything else that is stale must not be shown as current.
function countdownIn(entry: Entry, facts: TableFacts): Countdown {
  const { now } = facts;
  const { namespace } = entry.record.pod;
  const isToCome = (entry.nextStart?.at ?? 0) > now;
  if (isToCome || entry.record.goneAt !== null || !isStale(namespace, facts)) return countdownOf(entry, now);
  return { type: 'words', label: `not seen ${duration(now - (lastSeenAt(namespace, facts) ?? now))}`, tone: 'unseen', note: '' };
}

/**
 * Whether crashes of the group are increasing (`↑`) or decreasing (`↓`), by the crash rate rule; ''
 * if steady, if too little was seen, or if only the back-off explains it.
 */
export function trendOf(group: Group, now: number): string {
  const { trend, isByBackoff } = crashRate(containersOf(group).map(ratedRuns), now);
  if (isByBackoff) return '';
  return trend === 'more' ? ' ↑' : trend === 'fewer' ? ' ↓' : '';
}
