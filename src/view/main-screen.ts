import { seenUntil } from '../diagnosis/connection.ts';
import type { TableEntry } from '../diagnosis/entry.ts';
import { grouped } from '../text/duration.ts';
import { footerLines, ruleLine } from './footer.ts';
import { type HeaderFacts, headerHeight, headerLines } from './header.ts';
import { fitLine } from './lines/fit-line.ts';
import type { Line } from './lines/line.ts';
import { columnsAt } from './table/columns.ts';
import { emptyTableLines } from './table/empty.ts';
import { type Shared, sameProblemText } from './table/group-text.ts';
import { headingLine, rowLine } from './table/rows.ts';
import type { Group, Section, Table } from './table/table.ts';
import type { ScreenState } from './update/screen-state.ts';
import { selectedEntry, selectedRow } from './update/table.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** The smallest usable terminal. */
export const SMALLEST: ScreenSize = { columns: 60, rows: 12 };

/** True if the terminal is too small to show anything but a message. */
export function isTooSmall(size: ScreenSize): boolean {
  return size.columns < SMALLEST.columns || size.rows < SMALLEST.rows;
}

/** The heights of the main screen's parts, in lines. They add up to the screen. */
export interface MainLayout {
  readonly header: number;
  readonly heading: number;
  readonly table: number;
  readonly rule: number;
  readonly strip: number;
  readonly transport: number;
}

/** @param transport height of the playback bar; 0 if hidden. */
export function layoutOf(size: ScreenSize, screen: ScreenState, transport: number): MainLayout {
  const header = headerHeight(screen);
  const strip = size.rows >= 30 ? 3 : size.rows >= 18 ? 2 : 1;
  const table = size.rows - header - 1 - 1 - strip - transport;
  return { header, heading: 1, table, rule: 1, strip, transport };
}

/** The inputs of the main screen. */
export interface MainFacts extends HeaderFacts {
  readonly table: Table;
  /** All listed entries, regardless of filters. */
  readonly entries: readonly TableEntry[];
  /** The problems that several workloads share. */
  readonly shared: Shared;
  /** The lines of the playback bar; empty if hidden. */
  readonly transportLines: readonly Line[];
  /** crashtop's own messages: the newest is shown in the rule above the footer. */
  readonly notice: string;
}

/**
 * The main screen: exactly `size.rows` lines of exactly `size.columns` cells. Computes visible rows
 * only.
 */
export function mainScreenLines(facts: MainFacts, size: ScreenSize): readonly Line[] {
  const layout = layoutOf(size, facts.screen, facts.transportLines.length);
  const width = size.columns;
  const { state, source, now } = facts;
  const selected = selectedEntry(facts.table, facts.screen.table);
  return [
    ...headerLines(facts, width),
    headingLine(columnsAt(width), hiddenSection(facts)),
    ...tableArea(facts, width, layout.table),
    rule(facts, selected, width, rangeText(facts, layout.table)),
    ...footerLines({ entry: selected, group: selectedGroup(facts), state, source, now }, width, layout.strip),
    ...facts.transportLines,
  ];
}

// crashtop's own messages take precedence over its findings.
function rule({ notice, screen, shared }: MainFacts, selected: TableEntry | null, width: number, range: string): Line {
  if (notice !== '' || selected === null || screen.table.grouping === 'cause') return ruleLine(width, notice, range);
  return ruleLine(width, sameProblemText(selected, shared), range, 'plain');
}

// The section of the first visible row, if its heading has scrolled away.
function hiddenSection({ table, screen }: MainFacts): Section | null {
  const first = table.rows[screen.table.top];
  return screen.table.sort !== 'impact' || first === undefined || first.type === 'section' ? null : first.group.section;
}

function selectedGroup({ table, screen }: MainFacts): Group | null {
  const row = selectedRow(table, screen.table);
  return row?.type === 'group' ? row.group : null;
}

function tableArea(facts: MainFacts, width: number, height: number): readonly Line[] {
  const lines =
    facts.table.rows.length === 0
      ? emptyTableLines({ ...facts, filter: facts.screen.table.filter }, facts.entries, width, height)
      : visibleRows(facts, width, height);
  const blank = fitLine([], width);
  return Array.from({ length: height }, (_, i) => lines[i] ?? blank);
}

// Which rows are visible, if not all are.
function rangeText({ table, screen }: MainFacts, height: number): string {
  const count = table.rows.length;
  const { top } = screen.table;
  if (count <= height) return '';
  return `${grouped(top + 1)}-${grouped(Math.min(count, top + height))} of ${grouped(count)} rows`;
}

function visibleRows(facts: MainFacts, width: number, height: number): readonly Line[] {
  const { table, screen, state, source, gaps, now, newSince, connection, wallNow } = facts;
  const { top, selected } = screen.table;
  const columns = columnsAt(width);
  // If everything is new, marks on every row say nothing.
  const marksFrom = facts.newCount < facts.troubled ? newSince : null;
  const tableFacts = { state, source, gaps, now, newSince: marksFrom, seenUntil: seenUntil(connection, wallNow) };
  return table.rows.slice(top, top + height).map((row) => rowLine(row, row.key === selected, tableFacts, columns));
}
