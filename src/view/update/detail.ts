import type { PaneRow, Reference } from '../detail/pane.ts';
import { type Search, searchFrom } from '../detail/search.ts';
import { TABS, type Tab } from '../detail/tabs.ts';
import { type ScreenCommand, tabOf } from './screen-command.ts';
import { type Scrolled, scrolledBy } from './scroll.ts';

/** The container in the drill-down, and how it is shown. */
export interface Detail {
  /** The entry's key: `<pod UID>/<container>`. */
  readonly key: string;
  readonly tab: Tab;
  /** The first shown line of the tab; null until it is scrolled. */
  readonly offset: number | null;
  /** How many runs before the latest dead one: what the Logs tab shows. */
  readonly runsBack: number;
  /** Does the Logs tab wrap long lines? */
  readonly wraps: boolean;
  /** The search in the tab; null if there is none. */
  readonly search: Search | null;
  /** Which of the tab's references `Enter` follows. */
  readonly reference: number;
  /** The selected row of the tab; null takes the first visible one. */
  readonly row: SelectedRow | null;
  /** The drill-down from whose row this one was opened: `Esc` returns to it. */
  readonly from: Detail | null;
}

/**
 * A row of a tab, and how many lines of the tab stand above it on the screen. It stays there,
 * whatever comes and goes.
 */
export interface SelectedRow {
  readonly id: string;
  readonly above: number;
}

/** A drill-down that is not scrolled or searched yet. */
export function openedDetail(key: string, tab: Tab, runsBack: number): Detail {
  return { key, tab, offset: null, runsBack, wraps: true, search: null, reference: 0, row: null, from: null };
}

/** The part of the drill-down's tab on the screen. */
export interface DrawnTab extends Scrolled {
  readonly references: readonly Reference[];
  readonly rows: readonly PaneRow[];
  /** The selected one of these; null if none is visible. */
  readonly row: PaneRow | null;
  /** What is copied: the line of the current match, else the one that tells most; else ''. */
  readonly line: string;
}

/** The drill-down after a command: the same object if nothing changes, null if it is left. */
export function updateDetail(detail: Detail, command: ScreenCommand, drawn: DrawnTab): Detail | null {
  const tab = tabOf(command);
  if (tab !== undefined) return inTab(detail, tab, 0);
  switch (command) {
    case 'back':
      return detail.search === null ? detail.from : { ...detail, search: null, offset: drawn.top };
    case 'nextTab':
      return inTab(detail, tabBeside(detail.tab, 1), 0);
    case 'previousTab':
      return inTab(detail, tabBeside(detail.tab, -1), 0);
    case 'previousRun':
      return inTab(detail, 'logs', detail.tab === 'logs' ? detail.runsBack + 1 : 1);
    case 'nextMatch':
      return toMatch(detail, 1);
    case 'previousMatch':
      return toMatch(detail, -1);
    case 'wrap':
      return detail.tab === 'logs' ? { ...detail, wraps: !detail.wraps, offset: null } : detail;
    case 'nextReference':
      return toNextReference(detail, drawn);
    case 'follow':
      return drawn.row === null ? follow(detail, drawn.references[detail.reference]) : openedRow(detail, drawn, drawn.row);
    default:
      return scrolled(detail, command, drawn);
  }
}

function tabBeside(tab: Tab, by: 1 | -1): Tab {
  return TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] as Tab;
}

// The same search may continue in the log of another run; another tab has other content.
function inTab(detail: Detail, tab: Tab, runsBack: number): Detail {
  if (detail.tab === tab && detail.runsBack === runsBack) return detail;
  const search = detail.tab === tab && detail.search !== null ? searchFrom(detail.search.text, 0, 0) : null;
  return { ...detail, tab, runsBack, search, offset: null, reference: 0, row: null };
}

function toMatch(detail: Detail, by: 1 | -1): Detail {
  const { search } = detail;
  return search === null ? detail : { ...detail, search: { ...search, step: search.step + by }, offset: null, row: null };
}

function toNextReference(detail: Detail, drawn: DrawnTab): Detail {
  if (drawn.rows.length > 0) return amongRows(detail, drawn, 'down');
  const count = drawn.references.length;
  return count === 0 ? detail : { ...detail, reference: (detail.reference + 1) % count };
}

function follow(detail: Detail, reference: Reference | undefined): Detail {
  if (reference === undefined) return detail;
  return { ...inTab(detail, reference.tab, 0), search: searchFrom(reference.find, 0, 0) };
}

function openedRow(detail: Detail, drawn: DrawnTab, row: PaneRow): Detail {
  return { ...openedDetail(row.opens, 'why', 0), from: { ...detail, ...heldAt(drawn.top, row) } };
}

function scrolled(detail: Detail, command: ScreenCommand, drawn: DrawnTab): Detail {
  if (drawn.rows.length > 0) return amongRows(detail, drawn, command);
  const offset = scrolledBy(drawn, command);
  return offset === null || offset === detail.offset ? detail : { ...detail, offset };
}

// Up and down go to the next row if that is in sight or one line away: lines between rows must
// be readable as well.
function amongRows(detail: Detail, drawn: DrawnTab, command: ScreenCommand): Detail {
  const { rows, row, top, height } = drawn;
  const scrolledTo = scrolledBy(drawn, command);
  if (scrolledTo === null) return detail;
  if (command === 'down' || command === 'up') {
    const from = row?.line ?? (command === 'down' ? top - 1 : top + height);
    const next = command === 'down' ? rows.find((r) => r.line > from) : rows.findLast((r) => r.line < from);
    if (next !== undefined && isInSight(next, top, height)) return { ...detail, ...heldAt(top, next) };
    if (next !== undefined && isInSight(next, scrolledTo, height)) return { ...detail, ...heldAt(scrolledTo, next) };
  }
  const inSight = rows.filter((r) => isInSight(r, scrolledTo, height));
  const stays = command === 'first' || command === 'last' ? undefined : inSight.find((r) => r.id === row?.id);
  const isBackwards = command === 'up' || command === 'pageUp' || command === 'last';
  return { ...detail, ...heldAt(scrolledTo, stays ?? (isBackwards ? inSight.at(-1) : inSight[0])) };
}

function isInSight({ line }: PaneRow, top: number, height: number): boolean {
  return line >= top && line < top + height;
}

function heldAt(top: number, row: PaneRow | undefined): Pick<Detail, 'offset' | 'row'> {
  return { offset: top, row: row === undefined ? null : { id: row.id, above: row.line - top } };
}
