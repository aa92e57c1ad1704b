import type { CopyMenu } from '../copy-menu.ts';
import type { Search } from '../detail/search.ts';
import type { Detail } from './detail.ts';
import { FIRST_TABLE, type TableState } from './table.ts';

/** A time to go to is being typed. */
export interface GoTo {
  readonly type: 'goTo';
  readonly text: string;
  /** The error of the last try; '' if there was none. */
  readonly error: string;
}

/** The menu of things to copy, while the user chooses. */
export interface Copying {
  readonly type: 'copy';
  readonly menu: CopyMenu;
}

/** The person chooses until when to acknowledge: the keys of these entries, and their name. */
export interface Acknowledging {
  readonly type: 'acknowledge';
  readonly keys: readonly string[];
  readonly what: string;
}

/** Modals of the table and the drill-down alike. */
export type CommonModal = GoTo | Copying | Acknowledging;

/** What can take the keys on the table. A filter applies while it is typed: it is the filter. */
export type TableModal = CommonModal | { readonly type: 'filter' } | { readonly type: 'sort' };

/** What can take the keys in the drill-down. A search applies while it is typed. */
export type DetailModal = CommonModal | { readonly type: 'search'; readonly search: Search };

/** Takes the keys before the screen does: one at a time. */
export type Modal = TableModal | DetailModal;

export interface TablePage {
  readonly type: 'table';
  readonly modal: TableModal | null;
}

export interface DetailPage {
  readonly type: 'detail';
  /** Has no search of its own while one is typed (see {@link openDetail}). */
  readonly detail: Detail;
  readonly modal: DetailModal | null;
}

export interface HelpPage {
  readonly type: 'help';
  /** The first shown line. */
  readonly offset: number;
  /** The drill-down that the help returns to; null for the table. */
  readonly behind: Detail | null;
}

/** Which screen is shown. */
export type Page = TablePage | DetailPage | HelpPage;

/**
 * Everything that the user changed on the screen. Immutable. The table is there behind every page.
 */
export interface ScreenState {
  readonly page: Page;
  readonly table: TableState;
}

/** The table, which takes the keys itself. */
export const TABLE_PAGE: TablePage = Object.freeze({ type: 'table', modal: null });

/** No key was pressed yet. */
export const FIRST_SCREEN: ScreenState = Object.freeze({ page: TABLE_PAGE, table: FIRST_TABLE });

/** The modal that takes the keys before the screen; null if there is none. */
export function modalOf({ page }: ScreenState): Modal | null {
  return page.type === 'help' ? null : page.modal;
}

/** The open drill-down, with the search typed in it; also behind the help. null if none is open. */
export function openDetail({ page }: ScreenState): Detail | null {
  if (page.type === 'table') return null;
  if (page.type === 'help') return page.behind;
  return page.modal?.type === 'search' ? { ...page.detail, search: page.modal.search } : page.detail;
}

/** The screen with what takes the keys next (null: the page itself). Over the help nothing can. */
export function withModal(screen: ScreenState, modal: CommonModal | null): ScreenState {
  const { page } = screen;
  return page.type === 'help' ? screen : { ...screen, page: { ...page, modal } };
}
