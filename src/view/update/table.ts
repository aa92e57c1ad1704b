import type { TableEntry } from '../../diagnosis/entry.ts';
import { type Grouping, nextGrouping } from '../table/grouping.ts';
import type { Row, SortKey, Table } from '../table/table.ts';
import type { ScreenCommand } from './screen-command.ts';

/** What a person changed of the table: the list, its order, and the selection. Immutable. */
export interface TableState {
  /** As typed. */
  readonly filter: string;
  readonly sort: SortKey;
  readonly grouping: Grouping;
  readonly showAll: boolean;
  /** Are acknowledged rows shown? */
  readonly showsAcknowledged: boolean;
  readonly folds: ReadonlyMap<string, boolean>;
  /** The key of the selected row; null takes the first. */
  readonly selected: string | null;
  /** The entry that the selection is about: of its row, or in its row's group. Outlives the group. */
  readonly anchor: string | null;
  /** Where the selected row stood last: if the row goes, the selection stays where the eye is. */
  readonly selectedIndex: number;
  /** The first shown row. */
  readonly top: number;
  /**
   * Has the user chosen a row? Until then the selection follows the first row, whichever that is.
   */
  readonly hasChosen: boolean;
}

/** The initial table. */
export const FIRST_TABLE: TableState = Object.freeze({
  filter: '',
  sort: 'impact',
  grouping: 'workload',
  showAll: false,
  showsAcknowledged: false,
  folds: new Map(),
  selected: null,
  anchor: null,
  selectedIndex: 0,
  top: 0,
  hasChosen: false,
});

/** The parts of the table on the screen that a command needs. */
export interface TableContext {
  readonly table: Table;
  /** How many rows of it are visible. */
  readonly height: number;
}

// Moving, opening and folding mean a row, even if the key had nothing to do. Changing the list
// does not.
const CHOOSES_NO_ROW: ReadonlySet<ScreenCommand> = new Set(['filter', 'sort', 'group']);

/** The table after a command; the same object if nothing changes. */
export function updateTable(state: TableState, command: ScreenCommand, context: TableContext): TableState {
  const clearsFilter = command === 'back' && state.filter !== '';
  const after = changed(state, command, context);
  return after.hasChosen || clearsFilter || CHOOSES_NO_ROW.has(command) ? after : { ...after, hasChosen: true };
}

function changed(state: TableState, command: ScreenCommand, { table, height }: TableContext): TableState {
  const { rows } = table;
  switch (command) {
    case 'down':
      return selectBy(state, rows, 1);
    case 'up':
      return selectBy(state, rows, -1);
    case 'pageDown':
      return selectBy(state, rows, Math.max(1, height - 1));
    case 'pageUp':
      return selectBy(state, rows, -Math.max(1, height - 1));
    case 'first':
      return selectBy(state, rows, -rows.length);
    case 'last':
      return selectBy(state, rows, rows.length);
    case 'fold':
    case 'unfold':
      return setFold(state, table, command === 'unfold');
    case 'back':
      return state.filter === '' ? state : { ...state, filter: '' };
    case 'showAll':
      return { ...state, showAll: !state.showAll };
    case 'showAcknowledged':
      return { ...state, showsAcknowledged: !state.showsAcknowledged };
    case 'group':
      return { ...state, grouping: nextGrouping(state.grouping) };
    default:
      return state;
  }
}

function selectBy(state: TableState, rows: readonly Row[], by: number): TableState {
  const from = rows.findIndex((r) => r.key === state.selected);
  const wanted = Math.min(rows.length - 1, Math.max(0, from + by));
  const index = nearestRow(rows, wanted, by >= 0 ? 1 : -1);
  const row = rows[index];
  return row === undefined || row.key === state.selected ? state : { ...state, selected: row.key, selectedIndex: index };
}

// The row at `index` if it can be selected, else the next in that direction, else the next in the
// other; -1: none can.
function nearestRow(rows: readonly Row[], index: number, direction: 1 | -1): number {
  for (const step of [direction, -direction]) {
    for (let i = index; i >= 0 && i < rows.length; i += step) if (rows[i]?.type !== 'section') return i;
  }
  return -1;
}

function setFold(state: TableState, table: Table, isOpen: boolean): TableState {
  const row = table.rows.find((r) => r.key === state.selected);
  if (row === undefined || row.type === 'section' || row.group.entries.length === 1) return state;
  if (row.type === 'group' && row.isOpen === isOpen) return state;
  if (row.type === 'entry' && isOpen) return state;
  return { ...state, folds: new Map(state.folds).set(row.group.key, isOpen), selected: row.group.key };
}

/**
 * The table with a selection that exists and is in sight. If its row was folded away or grouped
 * anew, the row that has its container is selected; if that is gone, the row that took its place.
 * Rows that come and go above leave it on its line of the screen, except at the top of the table:
 * what is new there must be seen.
 */
export function settle(state: TableState, { table, height }: TableContext): TableState {
  const { rows } = table;
  const index = state.hasChosen ? chosenIndex(state, table) : nearestRow(rows, 0, 1);
  const row = rows[index];
  const selected = row?.key ?? null;
  const selectedIndex = Math.max(0, index);
  const moved = state.top > 0 ? selectedIndex - state.selectedIndex : 0;
  const top = scrollTo(state.hasChosen ? state.top + moved : 0, index, rows, height);
  const anchor = row === undefined ? null : anchorOf(row, state.anchor);
  if (selected === state.selected && top === state.top && selectedIndex === state.selectedIndex && anchor === state.anchor)
    return state;
  return { ...state, selected, selectedIndex, top, anchor };
}

function anchorOf(row: Row, before: string | null): string | null {
  if (row.type === 'section') return null;
  if (row.type === 'entry') return row.entry.key;
  return row.group.entries.some((e) => e.key === before) ? before : row.group.entries[0].key;
}

// The chosen row, or its container's, or the group it is folded into, or what stands in its place.
function chosenIndex({ selected, anchor, selectedIndex }: TableState, { rows, groupOf }: Table): number {
  const keys = [selected, anchor].filter((key) => key !== null);
  for (const key of [...keys, ...keys.map((k) => groupOf.get(k))]) {
    const index = key === undefined ? -1 : rows.findIndex((r) => r.key === key);
    if (index >= 0) return index;
  }
  return nearestRow(rows, Math.min(selectedIndex, rows.length - 1), 1);
}

function scrollTo(top: number, index: number, rows: readonly Row[], height: number): number {
  // The heading of the selected row's section becomes visible with it.
  const first = height > 1 && rows[index - 1]?.type === 'section' ? index - 1 : index;
  const least = Math.max(0, index - height + 1);
  const inSight = Math.min(Math.max(top, least), Math.max(0, first));
  return Math.max(0, Math.min(inSight, rows.length - height));
}

/** Did the list or its order change? Then the order is decided anew; moving leaves rows in place. */
export function isListedAnew(before: TableState, after: TableState): boolean {
  return (
    before.sort !== after.sort ||
    before.filter !== after.filter ||
    before.showAll !== after.showAll ||
    before.grouping !== after.grouping
  );
}

/** The selected row; undefined if there is none, or if it is not in this table. */
export function selectedRow({ rows }: Pick<Table, 'rows'>, { selected }: TableState): Row | undefined {
  return rows.find((r) => r.key === selected);
}

/** The entries of the selected row: all of a group; none of a section. */
export function selectedEntries(table: Table, state: TableState): readonly TableEntry[] {
  const row = selectedRow(table, state);
  return row === undefined || row.type === 'section' ? [] : row.type === 'group' ? row.group.entries : [row.entry];
}

/** The entry of the selected row: the first of a group; null if no row is selected. */
export function selectedEntry(table: Table, state: TableState): TableEntry | null {
  return selectedEntries(table, state)[0] ?? null;
}
