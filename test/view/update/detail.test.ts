import { describe, expect, it } from 'vitest';
import type { DrawnTab } from '../../../src/view/update/detail.ts';
import { pressInModal } from '../../../src/view/update/modal.ts';
import { update } from '../../../src/view/update/page.ts';
import type { ScreenCommand } from '../../../src/view/update/screen-command.ts';
import { modalOf, openDetail, type ScreenState } from '../../../src/view/update/screen-state.ts';
import { after, contextOf, tableAt } from '../../support/screen-commands.ts';

const detailAfter = (commands: readonly ScreenCommand[]) => openDetail(after(commands));

/** The screen after keys in what takes them. */
function afterKeys(screen: ScreenState, keys: readonly string[]): ScreenState {
  return keys.reduce((s, key) => {
    const modal = modalOf(s);
    return modal === null ? s : pressInModal(s, modal, key, { now: 0, startsAt: 0, endsAt: 0 }).screen;
  }, screen);
}

describe('the drill-down', () => {
  it('opens on the selected container and goes back to it', () => {
    const open = after(['down', 'open']);
    expect(open.page).toMatchObject({ type: 'detail', detail: { tab: 'why', offset: null, runsBack: 0 } });
    expect(after(['back'], 5, open)).toMatchObject({ page: { type: 'table' }, table: { selected: open.table.selected } });
  });

  it.each([
    ['tabWhy', 'why'],
    ['tabRuns', 'runs'],
    ['tabLogs', 'logs'],
    ['tabEvents', 'events'],
    ['tabSpec', 'spec'],
    ['tabRelated', 'related'],
  ] as const)('%s opens the tab %s, from the table too', (command, tab) => {
    expect(detailAfter([command])?.tab).toBe(tab);
    expect(detailAfter(['open', 'nextTab', command])?.tab).toBe(tab);
  });

  it('goes round its tabs', () => {
    expect(detailAfter(['open', 'previousTab'])?.tab).toBe('related');
    expect(detailAfter(['open', 'previousTab', 'nextTab'])?.tab).toBe('why');
  });

  it('goes back one run with each p', () => {
    expect(detailAfter(['tabLogs'])?.runsBack).toBe(0);
    expect(detailAfter(['tabLogs', 'previousRun'])?.runsBack).toBe(1);
    expect(detailAfter(['previousRun', 'previousRun'])?.runsBack).toBe(2);
    expect(detailAfter(['previousRun', 'tabLogs'])?.runsBack).toBe(0);
  });

  it('goes round its references, and follows one into its tab', () => {
    const references: DrawnTab['references'] = [
      { line: 2, tab: 'logs', find: 'Error' },
      { line: 4, tab: 'events', find: 'Killing' },
    ];
    const open = after(['open']);
    const table = tableAt(open);
    const context = contextOf(table, 5, { references });
    const next = update(open, 'nextReference', context);
    const followed = (screen: ScreenState) => openDetail(update(screen, 'follow', context));
    expect(followed(open)).toMatchObject({ tab: 'logs', search: { text: 'Error' } });
    expect(followed(next)).toMatchObject({ tab: 'events', search: { text: 'Killing' }, reference: 0 });
    expect(openDetail(update(next, 'nextReference', context))?.reference).toBe(0);
    expect(update(open, 'follow', contextOf(table))).toBe(open);
  });

  it('opens a row, and comes back to it where it stood', () => {
    const row = { line: 7, id: 'sibling', opens: 'uid-shop-b-1/api', name: 'shop/b-1 [api]' };
    const open = after(['tabRelated']);
    const context = contextOf(tableAt(open), 5, { rows: [row], row, top: 3 });
    const sibling = update(open, 'follow', context);
    expect(openDetail(sibling)).toMatchObject({ key: row.opens, tab: 'why' });
    expect(openDetail(update(sibling, 'back', context))).toMatchObject({
      tab: 'related',
      offset: 3,
      row: { id: 'sibling', above: 4 },
    });
  });

  it('breaks the lines of a log, or does not', () => {
    expect(detailAfter(['tabLogs', 'wrap'])?.wraps).toBe(false);
    expect(detailAfter(['tabLogs', 'wrap', 'wrap'])?.wraps).toBe(true);
    expect(detailAfter(['open', 'wrap'])?.wraps).toBe(true);
  });

  it('scrolls from what is on the screen, and not beyond its end', () => {
    expect(detailAfter(['open', 'down'])?.offset).toBe(1);
    expect(detailAfter(['open', 'last'])?.offset).toBe(30);
    expect(detailAfter(['open', 'up'])?.offset).toBe(0);
  });
});

describe('a search in the drill-down', () => {
  const typing = after(['tabLogs', 'last', 'search']);
  const searched = (text: string, commands: readonly ScreenCommand[] = []) =>
    openDetail(after(commands, 5, afterKeys(typing, [...text, 'enter'])));

  it('finds while it is typed, on from what is on the screen, on and back', () => {
    expect(openDetail(afterKeys(typing, ['E']))).toMatchObject({
      search: { text: 'E', top: 0, lines: 40, step: 0 },
      offset: null,
    });
    expect(searched('Error')).toMatchObject({ search: { text: 'Error', top: 0, lines: 40, step: 0 }, offset: null });
    expect(searched('Error', ['nextMatch', 'nextMatch', 'previousMatch'])?.search?.step).toBe(1);
    expect(searched('Error', ['nextMatch', 'down'])).toMatchObject({ search: { step: 1 }, offset: 1 });
    expect(searched('Error', ['down', 'nextMatch'])).toMatchObject({ search: { step: 1 }, offset: null });
  });

  it('is given up with Esc before the drill-down is, and stays where it is', () => {
    const given = afterKeys(typing, ['x', 'escape']);
    expect(modalOf(given)).toBeNull();
    expect(openDetail(given)).toMatchObject({ search: null, offset: 0 });
    expect(searched('Error', ['back'])).toMatchObject({ search: null, offset: 0 });
    expect(searched('Error', ['back', 'back'])).toBeNull();
    expect(searched('')?.search).toBeNull();
  });

  it('goes on in the log of the run before, and in no other tab', () => {
    expect(searched('Error', ['nextMatch', 'previousRun'])).toMatchObject({ runsBack: 1, search: { text: 'Error', step: 0 } });
    expect(searched('Error', ['tabEvents'])?.search).toBeNull();
    expect(detailAfter(['tabEvents', 'nextMatch'])?.search).toBeNull();
  });

  it('that is begun anew forgets the one before', () => {
    const again = after(['search'], 5, afterKeys(typing, ['x', 'enter']));
    expect(openDetail(again)?.search?.text).toBe('');
    expect(openDetail(afterKeys(again, ['escape']))?.search).toBeNull();
  });
});
