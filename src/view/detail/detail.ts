import { type Entry, isWorkloadEntry, type TableEntry } from '../../diagnosis/entry.ts';
import { exampleOf, type Subject, type WorkloadSubject } from '../../diagnosis/subject.ts';
import { kubectlColumns } from '../../model/kubectl-columns.ts';
import type { TroubleState } from '../../model/trouble.ts';
import { cutEnd, cutMiddle } from '../../text/cells.ts';
import { duration, hourAndMinute, timeOfDay } from '../../text/duration.ts';
import type { ClusterState, PodRecord } from '../../timeline/state.ts';
import { sinceText } from '../../wording/since.ts';
import { ruleLine } from '../footer.ts';
import { fitLine, inTone, lineWidth, span, spreadLine, textOf, withFirstCell } from '../lines/fit-line.ts';
import type { Line, Span, Tone } from '../lines/line.ts';
import { boxGrid, type GridPainter } from '../lines/small-table.ts';
import type { Detail, DrawnTab } from '../update/detail.ts';
import { eventsPane, workloadEventsPane } from './events-tab.ts';
import { withFollowed } from './links.ts';
import { logsPane } from './logs-tab.ts';
import { below, type Pane, type PaneRow, paneOf } from './pane.ts';
import { relatedPane, workloadRelatedPane } from './related-tab.ts';
import { runsPane } from './runs-tab.ts';
import { currentLine, findIn, highlighted, patternOf, topWith } from './search.ts';
import { type FullObject, LOADING, specPane } from './spec-tab.ts';
import { TABS, type Tab } from './tabs.ts';
import { whyPane, workloadWhyPane } from './why-tab.ts';

/** The subject of the drill-down, and other facts for its head. */
export interface DetailFacts {
  readonly state: ClusterState;
  readonly entry: TableEntry;
  /** Epoch ms. */
  readonly now: number;
  /** The API server's: kubectl's columns depend on it; null if unknown. */
  readonly serverVersion: string | null;
  /** All problems at that time. */
  readonly problems: readonly TableEntry[];
}

/** How a tab is shown: which one, and which part of a log. */
export interface TabLook extends Pick<Detail, 'tab' | 'runsBack' | 'wraps' | 'search'> {
  /**
   * Name the tab with the source of each piece of evidence? Not in print, where nothing can be
   * opened.
   */
  readonly links: boolean;
}

/** The lines above a tab: its subject, the tabs, a rule. */
export const DETAIL_HEAD_HEIGHT = 3;

/** How many lines of a tab are visible in a drill-down of `height` lines. */
export function paneRows(height: number): number {
  return Math.max(0, height - DETAIL_HEAD_HEIGHT);
}

function isOfContainer(facts: DetailFacts): facts is ContainerFacts {
  return !isWorkloadEntry(facts.entry);
}

/** The pod whose whole object the Spec tab shows; null if there is none. */
export function shownRecord({ entry }: DetailFacts): PodRecord | null {
  return isWorkloadEntry(entry) ? (entry.problem.example?.record ?? null) : entry.record;
}

/**
 * The parts of a tab besides facts: the whole object, as far as known, and the painter of small
 * tables.
 */
export interface TabParts {
  readonly object: FullObject;
  readonly gridOf: GridPainter;
}

const NO_PARTS: TabParts = { object: LOADING, gridOf: boxGrid };

/** All lines of the open tab, made when drawn. */
export function tabPane(facts: DetailFacts, look: TabLook, width: number, parts: TabParts = NO_PARTS): Pane {
  return isOfContainer(facts)
    ? containerPane(facts, look, width, parts)
    : workloadPane(facts as WorkloadFacts, look, width, parts);
}

// Why and Events are the workload's own; the other tabs show its most informative pod.
function workloadPane(facts: WorkloadFacts, look: TabLook, width: number, parts: TabParts): Pane {
  if (look.tab === 'why') return workloadWhyPane(facts, width, look.links);
  if (look.tab === 'events') return workloadEventsPane(facts, width);
  const example = exampleOf(facts);
  if (example === null && look.tab === 'related') return workloadRelatedPane(facts, width);
  if (example === null) return paneOf([[span(' no known pod of this workload shows it', 'dim')]]);
  const { pod } = example.entry.record;
  const whose: Line = [span(` of its pod ${pod.name} [${example.entry.container.name}]`, 'dim')];
  const pane = containerPane({ ...facts, ...example }, look, width, parts);
  return look.tab === 'spec' ? pane : below([whose], pane);
}

function containerPane(facts: ContainerFacts, look: TabLook, width: number, parts: TabParts): Pane {
  switch (look.tab) {
    case 'why':
      return whyPane(facts, width, look.links);
    case 'runs':
      return runsPane(facts, width);
    case 'logs':
      return logsPane(facts, { ...look, pattern: patternIn(look) }, width);
    case 'events':
      return eventsPane(facts, width);
    case 'spec':
      return specPane(facts, parts.object, width, parts.gridOf);
    case 'related':
      return relatedPane(facts, width);
  }
}

function patternIn({ search }: TabLook): RegExp | null {
  return search === null || search.text === '' ? null : patternOf(search.text);
}

/** The visible lines of a tab, and which parts of it are on the screen. */
export interface VisibleTab {
  readonly drawn: DrawnTab;
  /**
   * Its lines on the screen, matches highlighted, each of exactly the tab's width. Made on demand.
   */
  lines(): readonly Line[];
}

/** The visible part of a tab in so many rows of so many cells. */
export function visibleTab(pane: Pane, detail: Detail, rows: number, width: number): VisibleTab {
  const { search, reference } = detail;
  const { top, row } = placeOf(pane, detail, rows);
  const current = currentLine(findIn(pane, search));
  const references = pane.references ?? [];
  const followed = references[reference]?.line ?? -1;
  const text = search?.text ?? '';
  const looked = (line: Line, number: number): Line => {
    if (number === row?.line) return withSelected(line);
    if (text !== '') return highlighted(line, text, number === current);
    return number === followed && references.length > 1 ? withFollowed(line) : line;
  };
  const lineAt = (number: number) => textOf(pane.slice(number, 1)[0] ?? []).trim();
  const line = current < 0 ? (pane.telling ?? '') : (pane.textAt?.(current) ?? lineAt(current));
  return {
    drawn: { lines: pane.height, height: rows, top, references, rows: pane.rows ?? [], row, line },
    lines: () => {
      const shown = pane.slice(top, rows);
      return Array.from({ length: rows }, (_, i) => fitLine(looked(shown[i] ?? [], top + i), width));
    },
  };
}

// Inverse, and by its arrow without colours, like the reference that is followed next.
function withSelected(line: Line): Line {
  return inTone(withFirstCell(line, span('⇒')), 'selected');
}

// A selected row keeps its place on the screen while lines come and go above it.
function placeOf(pane: Pane, { offset, search, row }: Detail, height: number): { top: number; row: PaneRow | null } {
  const rows = pane.rows ?? [];
  const chosen = rows.find((r) => r.id === row?.id);
  const wanted = chosen === undefined || row === null ? offset : chosen.line - row.above;
  const top = topWith(pane, wanted, height, search);
  const inSight = rows.filter((r) => r.line >= top && r.line < top + height);
  return { top, row: (row === null ? inSight[0] : inSight.find((r) => r.id === row.id)) ?? null };
}

const TITLES: Readonly<Record<Tab, string>> = {
  why: 'Why',
  runs: 'Runs',
  logs: 'Logs',
  events: 'Events',
  spec: 'Spec',
  related: 'Related',
};

/** The drill-down's first {@link DETAIL_HEAD_HEIGHT} lines, each of exactly `width` cells. */
export function headLines(facts: DetailFacts, detail: Detail, pane: Pane, height: number, width: number, notice = ''): Line[] {
  const identity = isOfContainer(facts) ? identityLine(facts, width) : workloadLine(facts as WorkloadFacts, width);
  const said = notice || searchText(pane, detail);
  const left = said || enterText(pane, detail, paneRows(height));
  return [
    identity,
    tabsLine(detail.tab, width),
    ruleLine(width, left, placeText(pane, detail, paneRows(height)), said === '' ? 'info' : 'warn'),
  ];
}

function workloadLine({ entry, now }: WorkloadFacts, width: number): Line {
  const { workload, problem, impact } = entry;
  const name: Line = [span(` ${workload.namespace}/${workload.name}`, 'strong'), span(` ${workload.kind}`, 'accent')];
  const has: Line = impact === null ? [] : [span(` ${impact.available} of ${impact.desired} pods available`, 'dim')];
  const tone = problem.level === 'down' ? 'bad' : 'warn';
  const since = problem.since > now ? '' : ` since ${hourAndMinute(problem.since)}`;
  const right: Line = [span(`${problem.kind}${since}`, tone), span(' ')];
  const whole = lineWidth([...name, ...has, ...right]) + 2 <= width ? [...name, ...has] : name;
  return spreadLine(whole, right, width);
}

/** Like {@link DetailFacts}, for a container. */
export type ContainerFacts = DetailFacts & Subject;

type WorkloadFacts = DetailFacts & WorkloadSubject;

function identityLine(subject: ContainerFacts, width: number): Line {
  const { entry, now } = subject;
  const { pod } = entry.record;
  const name = `${pod.namespace}/${pod.name}`;
  const container = span(` [${entry.container.name}]`, 'accent');
  const where = pod.spec.nodeName === '' ? 'on no node yet' : `on ${pod.spec.nodeName}`;
  const age = pod.createdAt === null ? '' : ` · ${duration(now - pod.createdAt)} old`;
  const [state, kubectl] = [stateSpan(entry), kubectlSpan(subject)];
  const identity: Line = [span(` ${name}`, 'strong'), container];
  const whole: Line = [...identity, span(` ${where}${age}`, 'dim')];
  const right: Line = [state, span(' · ', 'dim'), kubectl, span(' ')];
  // Drops facts shown elsewhere first: the pod's place, then kubectl's status, then the middle of
  // its name.
  for (const left of [whole, identity])
    if (lineWidth(left) + 2 + lineWidth(right) <= width) return spreadLine(left, right, width);
  const short: Line = [state, span(' ')];
  const room = Math.max(8, width - lineWidth([container, ...short]) - 3);
  return spreadLine([span(` ${cutMiddle(name, room)}`, 'strong'), container], short, width);
}

const STATE_TONES: Readonly<Record<TroubleState, Tone>> = {
  looping: 'bad',
  holding: 'good',
  stable: 'good',
  restarting: 'warn',
  deleted: 'dim',
};

function stateSpan({ trouble }: Entry): Span {
  if (trouble === null) return span('not in trouble', 'good');
  const began = hourAndMinute(trouble.since);
  // Its current state began later than its problem.
  const isOver = trouble.state !== 'looping' && trouble.state !== 'restarting';
  return span(`${trouble.state}${isOver ? ', looped' : ''} ${sinceText(trouble)} ${began}`, STATE_TONES[trouble.state]);
}

function kubectlSpan({ entry, now, serverVersion }: ContainerFacts): Span {
  const { status, restarts } = kubectlColumns(entry.record.pod, now, serverVersion);
  return span(`${status} ${restarts}`);
}

// The open tab is inverse, and in brackets, which remain without colours.
function tabsLine(open: Tab, width: number): Line {
  const tabs = TABS.map((tab, i) => {
    const title = `${i + 1} ${TITLES[tab]}`;
    return tab === open ? span(`[${title}]`, 'selected') : span(` ${title} `);
  });
  return fitLine([span(' '), ...tabs.flatMap((tab) => [tab, span(' ')])], width);
}

function enterText(pane: Pane, detail: Detail, rows: number): string {
  const { row } = placeOf(pane, detail, rows);
  const opens = row === null ? [] : [`Enter opens ${row.name}`];
  return [...opens, ...(detail.from === null ? [] : ['Esc goes back'])].join(', ');
}

function placeText(pane: Pane, detail: Detail, rows: number): string {
  const { top } = placeOf(pane, detail, rows);
  return pane.height <= rows ? '' : `${top + 1}-${Math.min(pane.height, top + rows)} of ${pane.height}`;
}

function searchText(pane: Pane, { search }: Detail): string {
  const found = findIn(pane, search);
  if (found === null || search === null) return '';
  const { lines, index } = found;
  const count =
    lines.length === 0 ? 'not found' : `match ${index + 1} of ${lines.length}${lines.length > 1 ? ', n next, N previous' : ''}`;
  return `"${cutEnd(search.text, 24)}": ${count}`;
}

/**
 * The message if the container is not known at the shown time (epoch ms), or if the workload has no
 * problem of its own then.
 * @param key the entry's.
 */
export function unknownLines(key: string, now: number, width: number): Line[] {
  const workload = key.startsWith('workload:') ? key.slice('workload:'.length) : '';
  const text =
    workload === ''
      ? `this container is not known at ${timeOfDay(now)} UTC`
      : `nothing is wrong with ${workload} itself at ${timeOfDay(now)} UTC, or its containers show the problem`;
  return [fitLine([span(` ${text}; Esc goes back`, 'warn')], width)];
}
