import { searchFrom } from '../detail/search.ts';
import type { Tab } from '../detail/tabs.ts';
import { type DrawnTab, openedDetail, updateDetail } from './detail.ts';
import { type ScreenCommand, tabOf } from './screen-command.ts';
import {
  type DetailPage,
  type HelpPage,
  openDetail,
  type ScreenState,
  TABLE_PAGE,
  type TablePage,
  withModal,
} from './screen-state.ts';
import { type Scrolled, scrolledBy } from './scroll.ts';
import { selectedEntry, settle, type TableContext, updateTable } from './table.ts';

/** The parts of the screen that a command needs. */
export interface PageContext extends TableContext {
  /** The part of the drill-down's tab on the screen. */
  readonly detail: DrawnTab;
  readonly help: Scrolled;
}

/** The screen after a command: the same object if the command means nothing here. */
export function update(screen: ScreenState, command: ScreenCommand, context: PageContext): ScreenState {
  return settled(onPage(screen, command, context), context);
}

/** The screen with an existing, visible selection, as {@link settle}. */
export function settled(screen: ScreenState, context: TableContext): ScreenState {
  const table = settle(screen.table, context);
  return table === screen.table ? screen : { ...screen, table };
}

function onPage(screen: ScreenState, command: ScreenCommand, context: PageContext): ScreenState {
  const { page } = screen;
  if (command === 'goTo') return withModal(screen, { type: 'goTo', text: '', error: '' });
  if (page.type === 'help') return onHelp(screen, page, command, context);
  if (command === 'help') return { ...screen, page: { type: 'help', offset: 0, behind: openDetail(screen) } };
  return page.type === 'detail' ? onDetail(screen, page, command, context) : onTable(screen, page, command, context);
}

function onHelp(screen: ScreenState, page: HelpPage, command: ScreenCommand, { help }: PageContext): ScreenState {
  if (command === 'back' || command === 'help') {
    const { behind } = page;
    return { ...screen, page: behind === null ? TABLE_PAGE : { type: 'detail', detail: behind, modal: null } };
  }
  const offset = scrolledBy(help, command);
  return offset === null || offset === page.offset ? screen : { ...screen, page: { ...page, offset } };
}

function onDetail(screen: ScreenState, page: DetailPage, command: ScreenCommand, context: PageContext): ScreenState {
  const { detail } = page;
  const drawn = context.detail;
  if (command === 'showAcknowledged') return { ...screen, table: updateTable(screen.table, command, context) };
  if (command === 'search') {
    const search = searchFrom('', drawn.top, drawn.lines);
    const at: DetailPage = {
      type: 'detail',
      detail: { ...detail, search: null, offset: drawn.top, row: null },
      modal: { type: 'search', search },
    };
    return { ...screen, page: at };
  }
  const after = updateDetail(detail, command, drawn);
  if (after === detail) return screen;
  return { ...screen, page: after === null ? TABLE_PAGE : { ...page, detail: after } };
}

function onTable(screen: ScreenState, page: TablePage, command: ScreenCommand, context: PageContext): ScreenState {
  const table = updateTable(screen.table, command, context);
  const after = table === screen.table ? screen : { ...screen, table };
  if (command === 'filter' || command === 'sort') return { ...after, page: { ...page, modal: { type: command } } };
  const detail = detailOf(command);
  const entry = detail === null ? null : selectedEntry(context.table, screen.table);
  if (detail === null || entry === null) return after;
  return { ...after, page: { type: 'detail', detail: openedDetail(entry.key, detail.tab, detail.runsBack), modal: null } };
}

// A group's row stands for its containers: the drill-down opens the first.
function detailOf(command: ScreenCommand): { readonly tab: Tab; readonly runsBack: number } | null {
  if (command === 'previousRun') return { tab: 'logs', runsBack: 1 };
  const tab = command === 'open' ? 'why' : tabOf(command);
  return tab === undefined ? null : { tab, runsBack: 0 };
}
