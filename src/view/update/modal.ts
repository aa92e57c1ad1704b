import { safeLine } from '../../text/safe-text.ts';
import { parseGoTo } from '../../timeline/time-argument.ts';
import { UNTIL_LETTERS } from '../../wording/acknowledgements.ts';
import { choiceOf } from '../copy-menu.ts';
import type { SortKey } from '../table/table.ts';
import { only, type Step } from './effect.ts';
import {
  type Acknowledging,
  type Copying,
  type DetailPage,
  type GoTo,
  type Modal,
  type ScreenState,
  withModal,
} from './screen-state.ts';

/** The letters that follow `s`. */
export const SORT_LETTERS: Readonly<Record<string, SortKey>> = {
  i: 'impact',
  n: 'name',
  r: 'restarts',
  t: 'next start',
  o: 'onset',
};

/** The input of a key that a modal takes. Times in epoch ms. */
export interface ModalContext {
  /** The time that the screen shows. */
  readonly now: number;
  /** The first and the last time to go to. */
  readonly startsAt: number;
  readonly endsAt: number;
}

/** Handles a key while `modal` takes the keys of the screen. */
export function pressInModal(screen: ScreenState, modal: Modal, key: string, context: ModalContext): Step {
  switch (modal.type) {
    case 'sort':
      return only(sortedBy(screen, key));
    case 'copy':
      return copied(withModal(screen, null), modal, key);
    case 'acknowledge':
      return acknowledged(withModal(screen, null), modal, key, context.now);
    case 'filter':
    case 'search':
    case 'goTo':
      return pressWhileTyping(screen, modal, key, context);
  }
}

type Typing = Extract<Modal, { readonly type: 'filter' | 'search' | 'goTo' }>;

function pressWhileTyping(screen: ScreenState, modal: Typing, key: string, context: ModalContext): Step {
  if (key === 'escape') return only(cancelled(screen, modal));
  if (key === 'enter') return modal.type === 'goTo' ? goneTo(screen, modal, context) : only(accepted(screen, modal));
  const text = edited(textOf(screen, modal), key);
  return only(text === null ? screen : withText(screen, modal, text));
}

// null: not a key that writes.
function edited(text: string, key: string): string | null {
  if (key === 'backspace' || key === 'delete') return Array.from(text).slice(0, -1).join('');
  if (key === 'ctrl+u') return '';
  if (key === 'space') return `${text} `;
  return Array.from(key).length === 1 ? text + safeLine(key) : null;
}

function textOf({ table }: ScreenState, modal: Typing): string {
  if (modal.type === 'goTo') return modal.text;
  return modal.type === 'search' ? modal.search.text : table.filter;
}

// Filters and searches while typing; a search always from where it began.
function withText(screen: ScreenState, modal: Typing, text: string): ScreenState {
  if (modal.type === 'goTo') return withModal(screen, { ...modal, text, error: '' });
  if (modal.type === 'filter') return { ...screen, table: { ...screen.table, filter: text } };
  return inDetail(screen, ({ detail }) => ({
    type: 'detail',
    detail: { ...detail, offset: text === '' ? modal.search.top : null },
    modal: { type: 'search', search: { ...modal.search, text } },
  }));
}

function inDetail(screen: ScreenState, change: (page: DetailPage) => DetailPage): ScreenState {
  return screen.page.type === 'detail' ? { ...screen, page: change(screen.page) } : screen;
}

function accepted(screen: ScreenState, modal: Exclude<Typing, GoTo>): ScreenState {
  if (modal.type === 'filter') return withModal(screen, null);
  if (modal.search.text === '') return cancelled(screen, modal);
  return inDetail(screen, ({ detail }) => ({ type: 'detail', detail: { ...detail, search: modal.search }, modal: null }));
}

function cancelled(screen: ScreenState, modal: Typing): ScreenState {
  if (modal.type === 'goTo') return withModal(screen, null);
  if (modal.type === 'filter') return { ...withModal(screen, null), table: { ...screen.table, filter: '' } };
  return inDetail(screen, ({ detail }) => ({
    type: 'detail',
    detail: { ...detail, search: null, offset: modal.search.top },
    modal: null,
  }));
}

// Shows the error beside the input: it can be corrected.
function goneTo(screen: ScreenState, modal: GoTo, { startsAt, endsAt }: ModalContext): Step {
  if (modal.text.trim() === '') return only(withModal(screen, null));
  const at = parseGoTo(modal.text, startsAt, endsAt);
  if (typeof at === 'string') return only(withModal(screen, { ...modal, error: at }));
  return { screen: withModal(screen, null), effects: [{ type: 'playback', event: { type: 'seek', at } }] };
}

// Any other letter keeps the order.
function sortedBy(screen: ScreenState, letter: string): ScreenState {
  return { ...withModal(screen, null), table: { ...screen.table, sort: SORT_LETTERS[letter] ?? screen.table.sort } };
}

// Any other key copies nothing.
function copied(screen: ScreenState, { menu }: Copying, key: string): Step {
  const choice = choiceOf(menu, key)?.copied;
  if (choice === undefined) return only(screen);
  if (choice.type === 'text') return { screen, effects: [{ type: 'copy', text: choice.text }] };
  return { screen, effects: [{ type: 'copyExplanation', entry: menu.entry }] };
}

// Any other key acknowledges nothing.
function acknowledged(screen: ScreenState, { keys }: Acknowledging, letter: string, now: number): Step {
  const until = UNTIL_LETTERS.get(letter);
  if (until === undefined) return only(screen);
  return { screen, effects: [{ type: 'acknowledge', keys, until: until.ms === null ? null : now + until.ms }] };
}

/** The screen after a paste. Text is not a row of keys: it is typed into a prompt, or ignored. */
export function paste(screen: ScreenState, text: string): ScreenState {
  const { page } = screen;
  const modal = page.type === 'help' ? null : page.modal;
  if (modal?.type !== 'filter' && modal?.type !== 'search' && modal?.type !== 'goTo') return screen;
  const [first = ''] = text.trim().split(/\r?\n|\r/, 1);
  return withText(screen, modal, textOf(screen, modal) + safeLine(first));
}
