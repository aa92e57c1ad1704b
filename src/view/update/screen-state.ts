import type { TableEntry } from '../../diagnosis/entry.ts';
import type { CopyMenu } from '../copy-menu.ts';
import type { PaneRow, Reference } from '../detail/pane.ts';
import { type Search, searchFrom } from '../detail/search.ts';
import { TABS, type Tab } from '../detail/tabs.ts';
import { type Grouping, nextGrouping } from '../table/grouping.ts';
import type { Row, SortKey, Table } from '../table/table.ts';

/** Which container the drill-down shows, and how. */
export interface Detail {
  /** The entry's key: `<pod UID>/<container>`. */
  readonly key: string;
  readonly tab: Tab;
  /** The first line of the tab that is shown; null while nobody has scrolled it. */
  readonly offset: number | null;
  /** How many runs before the newest that died: what the Logs tab shows. */
  readonly runsBack: number;
  /** Does the Logs tab break long lines? */
  readonly wraps: boolean;
  /** What is looked for in the tab; null where nothing is. */
  readonly search: Search | null;
  /** Which of the tab's references `Enter` follows. */
  readonly reference: number;
  /** The row of the tab that was selected; null takes the first that can be seen. */
  readonly row: SelectedRow | null;
  /** The drill-down from whose row this one was opened: where `Esc` returns to. */
  readonly from: Detail | null;
}

/** A row of a tab, and how many lines of the tab stand above it on the screen: there it stays, whatever comes and goes. */
export interface SelectedRow {
  readonly id: string;
  readonly above: number;
}

/** A drill-down that nobody has scrolled or searched. */
export function openedDetail(key: string, tab: Tab, runsBack: number): Detail {
  return { key, tab, offset: null, runsBack, wraps: true, search: null, reference: 0, row: null, from: null };
}

/** A line that is being typed: a filter, a text to look for in the drill-down's tab, or a time to go to. `error` says what was wrong with the last try. */
export interface Prompt {
  readonly type: 'filter' | 'goTo' | 'search';
  readonly text: string;
  readonly error: string;
}

/** What is about to be acknowledged: the keys of its entries, and its name. */
export interface Acknowledging {
  readonly keys: readonly string[];
  readonly what: string;
}

/** All that a person changed on the screen. Immutable. */
export interface ScreenState {
  readonly mode: 'table' | 'detail' | 'help';
  /** Where `help` returns to. */
  readonly behindHelp: 'table' | 'detail';
  readonly helpOffset: number;
  readonly detail: Detail | null;
  readonly prompt: Prompt | null;
  /** Is the next letter the one to sort by? */
  readonly choosesSort: boolean;
  /** What can be copied, while the person chooses; null while nobody does. */
  readonly copying: CopyMenu | null;
  /** What is about to be acknowledged, while the person chooses until when; null while nobody does. */
  readonly acknowledging: Acknowledging | null;
  /** Are the rows of what is acknowledged shown? */
  readonly showsAcknowledged: boolean;
  /** As typed. */
  readonly filter: string;
  readonly sort: SortKey;
  readonly grouping: Grouping;
  readonly showAll: boolean;
  readonly folds: ReadonlyMap<string, boolean>;
  /** The key of the selected row; null takes the first. */
  readonly selected: string | null;
  /** The key of the entry that the selection is about: that of its row, or one under a group's row. It outlives the group. */
  readonly anchor: string | null;
  /** Where the selected row stood last, so that a row that goes leaves the selection where the eye is. */
  readonly selectedIndex: number;
  /** The first row that is shown. */
  readonly top: number;
  /** Has the person chosen a row? Until then the selection follows the first, whichever that is. */
  readonly hasChosen: boolean;
}

export const FIRST_SCREEN: ScreenState = Object.freeze({
  mode: 'table',
  behindHelp: 'table',
  helpOffset: 0,
  detail: null,
  prompt: null,
  choosesSort: false,
  copying: null,
  acknowledging: null,
  showsAcknowledged: false,
  filter: '',
  sort: 'impact',
  grouping: 'workload',
  showAll: false,
  folds: new Map(),
  selected: null,
  anchor: null,
  selectedIndex: 0,
  top: 0,
  hasChosen: false,
});

/** The letters that follow `s`. */
export const SORT_LETTERS: Readonly<Record<string, SortKey>> = {
  i: 'impact',
  n: 'name',
  r: 'restarts',
  t: 'next start',
  o: 'onset',
};

/** What a key can ask of the screen. Playing, quitting and suspending are no matter of the screen: they are not here. */
export type ScreenCommand =
  | 'down'
  | 'up'
  | 'first'
  | 'last'
  | 'pageDown'
  | 'pageUp'
  | 'fold'
  | 'unfold'
  | 'open'
  | 'back'
  | 'filter'
  | 'goTo'
  | 'help'
  | 'showAll'
  | 'showAcknowledged'
  | 'sort'
  | 'group'
  | 'nextTab'
  | 'previousTab'
  | 'tabWhy'
  | 'tabRuns'
  | 'tabLogs'
  | 'tabEvents'
  | 'tabSpec'
  | 'tabRelated'
  | 'previousRun'
  | 'search'
  | 'nextMatch'
  | 'previousMatch'
  | 'wrap'
  | 'nextReference'
  | 'follow';

/** A pane with more lines than can be seen: how many it has, how many of them are seen, and which is the first of those. */
export interface Scrolled {
  readonly lines: number;
  readonly height: number;
  readonly top: number;
}

/** What of the drill-down's tab is on the screen. */
export interface DrawnTab extends Scrolled {
  readonly references: readonly Reference[];
  readonly rows: readonly PaneRow[];
  /** The selected one of these; null where none can be seen. */
  readonly row: PaneRow | null;
  /** The line that is copied: that of the current match, else the one that tells most; '' where there is none. */
  readonly line: string;
}

/** What a command needs to know of what is on the screen. */
export interface ScreenContext {
  readonly table: Table;
  /** How many rows of the table can be seen. */
  readonly height: number;
  /** What of the drill-down's tab is on the screen. */
  readonly detail: DrawnTab;
  readonly help: Scrolled;
}

/** The screen after a command. A command that means nothing here leaves it as it is (the same object). */
export function update(state: ScreenState, command: ScreenCommand, context: ScreenContext): ScreenState {
  if (command === 'help') return toggleHelp(state);
  if (command === 'goTo') return { ...state, prompt: { type: 'goTo', text: '', error: '' } };
  switch (state.mode) {
    case 'help':
      return updateHelp(state, command, context);
    case 'detail':
      return updateDetail(state, command, context);
    case 'table':
      return withChoice(state, updateTable(state, command, context));
  }
}

// Whoever moves, opens or folds has a row in mind, even where the key had nothing to do.
function withChoice(before: ScreenState, after: ScreenState): ScreenState {
  const isChoice =
    after.prompt === before.prompt &&
    after.filter === before.filter &&
    after.choosesSort === before.choosesSort &&
    after.grouping === before.grouping;
  return isChoice && !after.hasChosen ? { ...after, hasChosen: true } : after;
}

function toggleHelp(state: ScreenState): ScreenState {
  if (state.mode === 'help') return { ...state, mode: state.behindHelp };
  return { ...state, mode: 'help', behindHelp: state.mode, helpOffset: 0 };
}

function updateHelp(state: ScreenState, command: ScreenCommand, context: ScreenContext): ScreenState {
  if (command === 'back') return { ...state, mode: state.behindHelp };
  const helpOffset = scrolled(context.help, command);
  return helpOffset === null ? state : { ...state, helpOffset };
}

// null: the command is none that scrolls.
function scrolled({ lines, height, top }: Scrolled, command: ScreenCommand): number | null {
  const last = Math.max(0, lines - height);
  const page = Math.max(1, height - 1);
  const by: Partial<Record<ScreenCommand, number>> = {
    down: 1,
    up: -1,
    pageDown: page,
    pageUp: -page,
    first: -lines,
    last: lines,
  };
  const step = by[command];
  return step === undefined ? null : Math.min(last, Math.max(0, Math.min(top, last) + step));
}

const TAB_COMMANDS: Partial<Record<ScreenCommand, Tab>> = {
  tabWhy: 'why',
  tabRuns: 'runs',
  tabLogs: 'logs',
  tabEvents: 'events',
  tabSpec: 'spec',
  tabRelated: 'related',
};

function updateDetail(state: ScreenState, command: ScreenCommand, context: ScreenContext): ScreenState {
  const { detail } = state;
  if (detail === null) return { ...state, mode: 'table' };
  const tab = TAB_COMMANDS[command];
  if (tab !== undefined) return withDetail(state, inTab(detail, tab, 0));
  const { top, lines, references } = context.detail;
  switch (command) {
    case 'back':
      if (detail.search !== null) return withDetail(state, { ...detail, search: null, offset: top });
      return detail.from === null ? { ...state, mode: 'table', detail: null } : withDetail(state, detail.from);
    case 'nextTab':
    case 'previousTab': {
      const index = TABS.indexOf(detail.tab) + (command === 'nextTab' ? 1 : -1);
      return withDetail(state, inTab(detail, TABS[(index + TABS.length) % TABS.length] as Tab, 0));
    }
    case 'previousRun':
      return withDetail(state, inTab(detail, 'logs', detail.tab === 'logs' ? detail.runsBack + 1 : 1));
    case 'search': {
      const search = searchFrom('', top, lines);
      return {
        ...withDetail(state, { ...detail, search, offset: top, row: null }),
        prompt: { type: 'search', text: '', error: '' },
      };
    }
    case 'nextMatch':
      return stepSearch(state, detail, 1);
    case 'previousMatch':
      return stepSearch(state, detail, -1);
    case 'wrap':
      return detail.tab === 'logs' ? withDetail(state, { ...detail, wraps: !detail.wraps, offset: null }) : state;
    case 'showAcknowledged':
      return { ...state, showsAcknowledged: !state.showsAcknowledged };
    case 'nextReference':
      if (context.detail.rows.length > 0) return withDetail(state, amongRows(detail, context.detail, 'down'));
      return references.length === 0
        ? state
        : withDetail(state, { ...detail, reference: (detail.reference + 1) % references.length });
    case 'follow':
      return context.detail.row === null
        ? follow(state, detail, references[detail.reference])
        : withDetail(state, openedRow(detail, context.detail, context.detail.row));
    default: {
      if (context.detail.rows.length > 0) return withDetail(state, amongRows(detail, context.detail, command));
      const offset = scrolled(context.detail, command);
      return offset === null || offset === detail.offset ? state : withDetail(state, { ...detail, offset });
    }
  }
}

function openedRow(detail: Detail, drawn: DrawnTab, row: PaneRow): Detail {
  return { ...openedDetail(row.opens, 'why', 0), from: { ...detail, ...heldAt(drawn.top, row) } };
}

// Up and down go to the next row, where that is in sight or one line away: what stands between rows must be read as well.
function amongRows(detail: Detail, drawn: DrawnTab, command: ScreenCommand): Detail {
  const { rows, row, top, height } = drawn;
  const scrolledTo = scrolled(drawn, command);
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

function withDetail(state: ScreenState, detail: Detail): ScreenState {
  return detail === state.detail ? state : { ...state, detail };
}

// The same text may be looked for in the log of another run; another tab holds other things.
function inTab(detail: Detail, tab: Tab, runsBack: number): Detail {
  if (detail.tab === tab && detail.runsBack === runsBack) return detail;
  const search = detail.tab === tab && detail.search !== null ? searchFrom(detail.search.text, 0, 0) : null;
  return { ...detail, tab, runsBack, search, offset: null, reference: 0, row: null };
}

function stepSearch(state: ScreenState, detail: Detail, by: 1 | -1): ScreenState {
  const { search } = detail;
  if (search === null) return state;
  return withDetail(state, { ...detail, search: { ...search, step: search.step + by }, offset: null, row: null });
}

function follow(state: ScreenState, detail: Detail, reference: Reference | undefined): ScreenState {
  if (reference === undefined) return state;
  return withDetail(state, { ...inTab(detail, reference.tab, 0), search: searchFrom(reference.find, 0, 0) });
}

function updateTable(state: ScreenState, command: ScreenCommand, context: ScreenContext): ScreenState {
  const { rows } = context.table;
  const tab = command === 'open' ? 'why' : TAB_COMMANDS[command];
  if (tab !== undefined) return openDetail(state, rows, tab, 0);
  switch (command) {
    case 'previousRun':
      return openDetail(state, rows, 'logs', 1);
    case 'down':
      return selectBy(state, rows, 1);
    case 'up':
      return selectBy(state, rows, -1);
    case 'pageDown':
      return selectBy(state, rows, Math.max(1, context.height - 1));
    case 'pageUp':
      return selectBy(state, rows, -Math.max(1, context.height - 1));
    case 'first':
      return selectBy(state, rows, -rows.length);
    case 'last':
      return selectBy(state, rows, rows.length);
    case 'fold':
    case 'unfold':
      return setFold(state, context.table, command === 'unfold');
    case 'back':
      return state.filter === '' ? state : { ...state, filter: '' };
    case 'filter':
      return { ...state, prompt: { type: 'filter', text: state.filter, error: '' } };
    case 'showAll':
      return { ...state, showAll: !state.showAll };
    case 'showAcknowledged':
      return { ...state, showsAcknowledged: !state.showsAcknowledged };
    case 'sort':
      return { ...state, choosesSort: true };
    case 'group':
      return { ...state, grouping: nextGrouping(state.grouping) };
    default:
      return state;
  }
}

// A group's row stands for its containers: the drill-down opens the first.
function openDetail(state: ScreenState, rows: readonly Row[], tab: Tab, runsBack: number): ScreenState {
  const row = rows.find((r) => r.key === state.selected);
  const entry = row?.type === 'entry' ? row.entry : row?.type === 'group' ? row.group.entries[0] : undefined;
  if (entry === undefined) return state;
  return { ...state, mode: 'detail', detail: openedDetail(entry.key, tab, runsBack) };
}

function selectBy(state: ScreenState, rows: readonly Row[], by: number): ScreenState {
  const from = rows.findIndex((r) => r.key === state.selected);
  const wanted = Math.min(rows.length - 1, Math.max(0, from + by));
  const index = nearestRow(rows, wanted, by >= 0 ? 1 : -1);
  const row = rows[index];
  return row === undefined || row.key === state.selected ? state : { ...state, selected: row.key, selectedIndex: index };
}

// The row that can be selected at `index`, or the next one in that direction, or else the next in the other; -1: none can.
function nearestRow(rows: readonly Row[], index: number, direction: 1 | -1): number {
  for (const step of [direction, -direction]) {
    for (let i = index; i >= 0 && i < rows.length; i += step) if (rows[i]?.type !== 'section') return i;
  }
  return -1;
}

function setFold(state: ScreenState, table: Table, isOpen: boolean): ScreenState {
  const row = table.rows.find((r) => r.key === state.selected);
  if (row === undefined || row.type === 'section' || row.group.entries.length === 1) return state;
  if (row.type === 'group' && row.isOpen === isOpen) return state;
  if (row.type === 'entry' && isOpen) return state;
  return { ...state, folds: new Map(state.folds).set(row.group.key, isOpen), selected: row.group.key };
}

/**
 * The screen with a selection that exists and is in sight: where its row was folded away or grouped anew, the one that has its
 * container; where that is gone, the row that took its place. What comes and goes above it leaves it on its line of the screen,
 * but for the top of the table: what is new there must be seen.
 */
export function settle(state: ScreenState, table: Table, height: number): ScreenState {
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

// The chosen row, or that of its container, or the group that it is folded into, or what stands where it stood.
function chosenIndex({ selected, anchor, selectedIndex }: ScreenState, { rows, groupOf }: Table): number {
  const keys = [selected, anchor].filter((key) => key !== null);
  for (const key of [...keys, ...keys.map((k) => groupOf.get(k))]) {
    const index = key === undefined ? -1 : rows.findIndex((r) => r.key === key);
    if (index >= 0) return index;
  }
  return nearestRow(rows, Math.min(selectedIndex, rows.length - 1), 1);
}

function scrollTo(top: number, index: number, rows: readonly Row[], height: number): number {
  // The heading of the selected row's section comes into sight with it.
  const first = height > 1 && rows[index - 1]?.type === 'section' ? index - 1 : index;
  const least = Math.max(0, index - height + 1);
  const inSight = Math.min(Math.max(top, least), Math.max(0, first));
  return Math.max(0, Math.min(inSight, rows.length - height));
}

/** Types into the prompt: `text` is safe, on one line. */
export function type(state: ScreenState, text: string): ScreenState {
  if (state.prompt === null) return state;
  return withPrompt(state, state.prompt.text + text);
}

/** Takes the last character of the prompt away, or with `all` everything. */
export function erase(state: ScreenState, all: boolean): ScreenState {
  if (state.prompt === null) return state;
  return withPrompt(state, all ? '' : Array.from(state.prompt.text).slice(0, -1).join(''));
}

// A filter filters while it is typed.
function withPrompt(state: ScreenState, text: string): ScreenState {
  const prompt = { ...(state.prompt as Prompt), text, error: '' };
  if (prompt.type === 'search') return searchingFor({ ...state, prompt }, text);
  return prompt.type === 'filter' ? { ...state, prompt, filter: text } : { ...state, prompt };
}

// A search finds while it is typed, always from where it began.
function searchingFor(state: ScreenState, text: string): ScreenState {
  const { detail } = state;
  if (detail?.search == null) return state;
  return { ...state, detail: { ...detail, search: { ...detail.search, text }, offset: text === '' ? detail.search.top : null } };
}

function endSearch(state: ScreenState, cancel: boolean): ScreenState {
  const { detail } = state;
  const search = detail?.search ?? null;
  if (detail === null || search === null || (!cancel && search.text !== '')) return { ...state, prompt: null };
  return { ...state, prompt: null, detail: { ...detail, search: null, offset: search.top } };
}

/** Ends the prompt: what it typed stays, or with `cancel` the filter or the search goes. */
export function endPrompt(state: ScreenState, cancel: boolean): ScreenState {
  if (state.prompt === null) return state;
  if (state.prompt.type === 'search') return endSearch(state, cancel);
  return { ...state, prompt: null, filter: cancel && state.prompt.type === 'filter' ? '' : state.filter };
}

/** Says what is wrong with what was typed; it can be mended. */
export function refusePrompt(state: ScreenState, error: string): ScreenState {
  return state.prompt === null ? state : { ...state, prompt: { ...state.prompt, error } };
}

/** Opens the menu of what can be copied. */
export function askToCopy(state: ScreenState, menu: CopyMenu): ScreenState {
  return { ...state, copying: menu };
}

/** Closes the menu of what can be copied. */
export function endCopying(state: ScreenState): ScreenState {
  return { ...state, copying: null };
}

/** Takes the letter after `s`; any other ends the choice and sorts as before. */
export function chooseSort(state: ScreenState, letter: string): ScreenState {
  return { ...state, choosesSort: false, sort: SORT_LETTERS[letter] ?? state.sort };
}

/** Asks until when these are acknowledged; null ends the question. */
export function askUntil(state: ScreenState, acknowledging: Acknowledging | null): ScreenState {
  return { ...state, acknowledging };
}

/** The entries of a row: of a group, all of it; none of a section. */
export function entriesOfRow({ rows }: Table, key: string | null): readonly TableEntry[] {
  const row = rows.find((r) => r.key === key);
  return row === undefined || row.type === 'section' ? [] : row.type === 'group' ? row.group.entries : [row.entry];
}
