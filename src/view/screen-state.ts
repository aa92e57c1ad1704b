import type { Row, SortKey, Table } from './table.ts';

/** The tabs of the drill-down, in the order of their digits. */
export const TABS = ['why', 'runs', 'logs', 'events', 'spec'] as const;
export type Tab = (typeof TABS)[number];

/** Which container the drill-down shows, and how. */
export interface Detail {
  /** The entry's key: `<pod UID>/<container>`. */
  readonly key: string;
  readonly tab: Tab;
  /** The first line of the tab that is shown; null while nobody has scrolled it. */
  readonly offset: number | null;
  /** How many runs before the newest that died: what the Logs tab shows. */
  readonly runsBack: number;
}

/** A line that is being typed: a filter, or a time to go to. `error` says what was wrong with the last try. */
export interface Prompt {
  readonly is: 'filter' | 'goTo';
  readonly text: string;
  readonly error: string;
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
  /** As typed. */
  readonly filter: string;
  readonly sort: SortKey;
  readonly showAll: boolean;
  readonly folds: ReadonlyMap<string, boolean>;
  /** The key of the selected row; null takes the first. */
  readonly selected: string | null;
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
  filter: '',
  sort: 'impact',
  showAll: false,
  folds: new Map(),
  selected: null,
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
  | 'sort'
  | 'nextTab'
  | 'previousTab'
  | 'tabWhy'
  | 'tabRuns'
  | 'tabLogs'
  | 'tabEvents'
  | 'tabSpec'
  | 'previousRun';

/** A pane with more lines than can be seen: how many it has, how many of them are seen, and which is the first of those. */
export interface Scrolled {
  readonly lines: number;
  readonly height: number;
  readonly top: number;
}

/** What a command needs to know of what is on the screen. */
export interface ScreenContext {
  readonly table: Table;
  /** How many rows of the table can be seen. */
  readonly height: number;
  /** What of the drill-down's tab is on the screen. */
  readonly detail: Scrolled;
  readonly help: Scrolled;
}

/** The screen after a command. A command that means nothing here leaves it as it is (the same object). */
export function update(state: ScreenState, command: ScreenCommand, context: ScreenContext): ScreenState {
  if (command === 'help') return toggleHelp(state);
  if (command === 'goTo') return { ...state, prompt: { is: 'goTo', text: '', error: '' } };
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
  const isChoice = after.prompt === before.prompt && after.filter === before.filter && after.choosesSort === before.choosesSort;
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
};

function updateDetail(state: ScreenState, command: ScreenCommand, context: ScreenContext): ScreenState {
  const { detail } = state;
  if (detail === null || command === 'back') return { ...state, mode: 'table', detail: null };
  const tab = TAB_COMMANDS[command];
  if (tab !== undefined) return withTab(state, detail, tab, 0);
  if (command === 'nextTab' || command === 'previousTab') {
    const index = TABS.indexOf(detail.tab) + (command === 'nextTab' ? 1 : -1);
    return withTab(state, detail, TABS[(index + TABS.length) % TABS.length] as Tab, 0);
  }
  if (command === 'previousRun') return withTab(state, detail, 'logs', detail.tab === 'logs' ? detail.runsBack + 1 : 1);
  const offset = scrolled(context.detail, command);
  return offset === null || offset === detail.offset ? state : { ...state, detail: { ...detail, offset } };
}

function withTab(state: ScreenState, detail: Detail, tab: Tab, runsBack: number): ScreenState {
  if (detail.tab === tab && detail.runsBack === runsBack) return state;
  return { ...state, detail: { ...detail, tab, runsBack, offset: null } };
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
      return { ...state, prompt: { is: 'filter', text: state.filter, error: '' } };
    case 'showAll':
      return { ...state, showAll: !state.showAll };
    case 'sort':
      return { ...state, choosesSort: true };
    default:
      return state;
  }
}

// A group's row stands for its containers: the drill-down opens the first.
function openDetail(state: ScreenState, rows: readonly Row[], tab: Tab, runsBack: number): ScreenState {
  const row = rows.find((r) => r.key === state.selected);
  const entry = row?.is === 'entry' ? row.entry : row?.is === 'group' ? row.group.entries[0] : undefined;
  if (entry === undefined) return state;
  return { ...state, mode: 'detail', detail: { key: entry.key, tab, offset: null, runsBack } };
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
    for (let i = index; i >= 0 && i < rows.length; i += step) if (rows[i]?.is !== 'section') return i;
  }
  return -1;
}

function setFold(state: ScreenState, table: Table, isOpen: boolean): ScreenState {
  const row = table.rows.find((r) => r.key === state.selected);
  if (row === undefined || row.is === 'section' || row.group.entries.length === 1) return state;
  if (row.is === 'group' && row.isOpen === isOpen) return state;
  if (row.is === 'entry' && isOpen) return state;
  return { ...state, folds: new Map(state.folds).set(row.group.key, isOpen), selected: row.group.key };
}

/**
 * The screen with a selection that exists and is in sight: where its row was folded away, its group's; where it is gone, the
 * row that took its place.
 */
export function settle(state: ScreenState, table: Table, height: number): ScreenState {
  const { rows } = table;
  const index = state.hasChosen ? chosenIndex(state, table) : nearestRow(rows, 0, 1);
  const selected = rows[index]?.key ?? null;
  const top = scrollTo(state.hasChosen ? state.top : 0, index, rows, height);
  const selectedIndex = Math.max(0, index);
  if (selected === state.selected && top === state.top && selectedIndex === state.selectedIndex) return state;
  return { ...state, selected, selectedIndex, top };
}

// The chosen row, or the group that it is folded into, or what stands where it stood.
function chosenIndex(state: ScreenState, { rows, groupOf }: Table): number {
  const { selected, selectedIndex } = state;
  const own = selected === null ? -1 : rows.findIndex((r) => r.key === selected);
  const group = own < 0 && selected !== null ? groupOf.get(selected) : undefined;
  const index = group === undefined ? own : rows.findIndex((r) => r.key === group);
  return index >= 0 ? index : nearestRow(rows, Math.min(selectedIndex, rows.length - 1), 1);
}

function scrollTo(top: number, index: number, rows: readonly Row[], height: number): number {
  // The heading of the selected row's section comes into sight with it.
  const first = height > 1 && rows[index - 1]?.is === 'section' ? index - 1 : index;
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
  return prompt.is === 'filter' ? { ...state, prompt, filter: text } : { ...state, prompt };
}

/** Ends the prompt: what it typed stays, or with `cancel` the filter goes. */
export function endPrompt(state: ScreenState, cancel: boolean): ScreenState {
  if (state.prompt === null) return state;
  return { ...state, prompt: null, filter: cancel && state.prompt.is === 'filter' ? '' : state.filter };
}

/** Says what is wrong with what was typed; it can be mended. */
export function refusePrompt(state: ScreenState, error: string): ScreenState {
  return state.prompt === null ? state : { ...state, prompt: { ...state.prompt, error } };
}

/** Takes the letter after `s`; any other ends the choice and sorts as before. */
export function chooseSort(state: ScreenState, letter: string): ScreenState {
  return { ...state, choosesSort: false, sort: SORT_LETTERS[letter] ?? state.sort };
}
