import type { TableEntry } from '../../diagnosis/entry.ts';
import type { PodRecord } from '../../timeline/state.ts';
import { askingLines, sourceLineOf } from '../header.ts';
import { fitLine } from '../lines/fit-line.ts';
import type { Line } from '../lines/line.ts';
import type { GridPainter } from '../lines/small-table.ts';
import { isTooSmall, type MainFacts, type ScreenSize } from '../main-screen.ts';
import type { Detail } from '../update/detail.ts';
import { openDetail } from '../update/screen-state.ts';
import {
  type DetailFacts,
  headLines,
  paneRows,
  shownRecord,
  tabPane,
  unknownLines,
  type VisibleTab,
  visibleTab,
} from './detail.ts';
import type { Pane } from './pane.ts';
import type { FullObject } from './spec-tab.ts';

/** The facts that the screen of the drill-down shows. */
export interface DetailScreenFacts extends MainFacts {
  readonly size: ScreenSize;
  /** The entry in the drill-down; null if there is none, or if it is unknown at this time. */
  readonly subject: TableEntry | null;
}

/** The open tab of the drill-down, as it is on the screen. */
export interface OpenTab extends VisibleTab {
  readonly facts: DetailFacts;
  readonly detail: Detail;
  readonly pane: Pane;
}

/**
 * The tab on the screen; null if there is none.
 * @param objectOf the whole object of a pod, as far as known.
 */
export function openTabOf(
  screenFacts: DetailScreenFacts,
  objectOf: (record: PodRecord | null) => FullObject,
  gridOf: GridPainter,
): OpenTab | null {
  const { size, screen, subject, state, now, source, entries } = screenFacts;
  const detail = openDetail(screen);
  if (screen.page.type !== 'detail' || detail === null || subject === null || isTooSmall(size)) return null;
  const facts = { state, entry: subject, now, serverVersion: source.serverVersion, problems: entries };
  const parts = { object: objectOf(shownRecord(facts)), gridOf };
  const pane = tabPane(facts, { ...detail, links: true }, size.columns, parts);
  return { facts, detail, pane, ...visibleTab(pane, detail, paneRows(detailHeight(screenFacts)), size.columns) };
}

/**
 * The screen of the drill-down: exactly `size.rows` lines of exactly `size.columns` cells, between
 * the header's first line (stale data must show here too) and the playback bar.
 * @param tab from {@link openTabOf} for these facts.
 */
export function detailScreenLines(screenFacts: DetailScreenFacts, tab: OpenTab | null): readonly Line[] {
  const { columns } = screenFacts.size;
  return [
    sourceLineOf(screenFacts, columns),
    // A filter only filters the table: here it does not deserve a line.
    ...askingLines(screenFacts, columns),
    ...(tab === null ? unknown(screenFacts) : tabLines(screenFacts, tab)),
    ...screenFacts.transportLines,
  ];
}

function detailHeight(screenFacts: DetailScreenFacts): number {
  const { size, transportLines } = screenFacts;
  return size.rows - 1 - askingLines(screenFacts, size.columns).length - transportLines.length;
}

function tabLines(screenFacts: DetailScreenFacts, { facts, detail, pane, lines }: OpenTab): readonly Line[] {
  const height = detailHeight(screenFacts);
  return [...headLines(facts, detail, pane, height, screenFacts.size.columns, screenFacts.notice), ...lines()];
}

function unknown(screenFacts: DetailScreenFacts): readonly Line[] {
  const { size, screen, now } = screenFacts;
  const lines = unknownLines(openDetail(screen)?.key ?? '', now, size.columns);
  return Array.from({ length: detailHeight(screenFacts) }, (_, i) => lines[i] ?? fitLine([], size.columns));
}
