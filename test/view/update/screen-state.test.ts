import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Table, tableOf } from '../../../src/view/table/table.ts';
import {
  chooseSort,
  endPrompt,
  erase,
  FIRST_SCREEN,
  type ScreenCommand,
  type ScreenContext,
  type ScreenState,
  settle,
  type,
  update,
} from '../../../src/view/update/screen-state.ts';
import { problem } from '../../support/problem-builder.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const ENTRIES = [
  ...NAMES.map((name) => problem({ pod: `${name}-1`, workload: name, impact: { level: name < 'd' ? 'down' : 'degraded' } })),
  problem({ pod: 'z-1', workload: 'z' }),
  problem({ pod: 'z-2', workload: 'z' }),
];

function tableAt(state: ScreenState, entries = ENTRIES, height = 100): Table {
  return tableOf({ entries, sort: 'impact', folds: state.folds, height, newSince: 0, wallNow: 0, before: null });
}

function contextOf(table: Table, height = 5): ScreenContext {
  const pane = { lines: 40, height: 10, top: 0 };
  return { table, height, detail: { ...pane, references: [], rows: [], row: null, line: '' }, help: pane };
}

/** The screen after commands, settled after each as the store does. */
function after(commands: readonly ScreenCommand[], height = 5, start: ScreenState = FIRST_SCREEN): ScreenState {
  let state = settle(start, tableAt(start), height);
  for (const command of commands) {
    state = update(state, command, contextOf(tableAt(state), height));
    state = settle(state, tableAt(state), height);
  }
  return state;
}

const podOf = (key: string | null) => key?.replace('uid-shop-', '').replace('/api', '');

describe('moving about', () => {
  it('starts on the first row that can be selected', () => {
    expect(podOf(after([]).selected)).toBe('a-1');
  });

  it('steps over sections, and stops at the ends', () => {
    expect(podOf(after(['down', 'down', 'down', 'down']).selected)).toBe('z-1');
    expect(podOf(after(['last']).selected)).toBe('h-1');
    expect(podOf(after(['last', 'down']).selected)).toBe('h-1');
    expect(podOf(after(['last', 'first', 'up']).selected)).toBe('a-1');
  });

  it('shows the heading of the first section again when it comes back to the top', () => {
    expect(after(['last', 'first']).top).toBe(0);
  });

  const moves = fc.array(
    fc.constantFrom<ScreenCommand>(
      'down',
      'up',
      'pageDown',
      'pageUp',
      'first',
      'last',
      'fold',
      'unfold',
      'help',
      'back',
      'open',
      'nextTab',
    ),
    { maxLength: 40 },
  );

  it('always has a selection that exists, is no heading, and is in sight', () => {
    fc.assert(
      fc.property(moves, fc.integer({ min: 1, max: 20 }), (commands, height) => {
        const state = after(commands, height);
        const { rows } = tableAt(state);
        const index = rows.findIndex((r) => r.key === state.selected);
        expect(rows[index]?.type).not.toBe('section');
        expect(index).toBeGreaterThanOrEqual(state.top);
        expect(index).toBeLessThan(state.top + height);
        expect(state.top).toBeLessThanOrEqual(Math.max(0, rows.length - height));
      }),
    );
  });

  it('stays on its container while rows come and go around it', () => {
    const rows = fc.shuffledSubarray(ENTRIES.filter((e) => !e.key.includes('d-1')));
    fc.assert(
      fc.property(rows, (others) => {
        const chosen = ENTRIES.find((e) => e.key.includes('d-1')) as (typeof ENTRIES)[number];
        const state = { ...FIRST_SCREEN, selected: chosen.key, hasChosen: true };
        expect(settle(state, tableAt(state, [...others, chosen]), 5).selected).toBe(chosen.key);
      }),
    );
  });

  it('follows the first row until somebody chooses one, whatever comes before it', () => {
    const first = settle(FIRST_SCREEN, tableAt(FIRST_SCREEN, ENTRIES.slice(2)), 5);
    const all = settle(first, tableAt(first), 5);
    expect(all.selected).toBe(settle(FIRST_SCREEN, tableAt(FIRST_SCREEN), 5).selected);
    expect(all.top).toBe(0);
    const chosen = after(['down']);
    expect(settle(chosen, tableAt(chosen), 5).selected).toBe(chosen.selected);
  });

  it('takes the row that took its place where its own is gone', () => {
    const state = after(['down']);
    const left = ENTRIES.filter((e) => e.key !== state.selected);
    expect(podOf(settle(state, tableAt(state, left), 5).selected)).toBe('c-1');
    expect(settle(state, tableAt(state, []), 5).selected).toBeNull();
  });
});

describe('folding', () => {
  it('folds the group of a pod and stands on it then, and unfolds it again', () => {
    const onPod = after(['down', 'down', 'down', 'down', 'down']);
    expect(podOf(onPod.selected)).toBe('z-2');
    const folded = after(['fold'], 5, onPod);
    const row = tableAt(folded).rows.find((r) => r.key === folded.selected);
    expect(row).toMatchObject({ type: 'group', isOpen: false });
    expect(after(['unfold'], 5, folded).selected).toBe(folded.selected);
    expect(tableAt(after(['unfold'], 5, folded)).rows.find((r) => r.key === folded.selected)).toMatchObject({ isOpen: true });
  });

  it('selects the group when everything is folded because it no longer fits', () => {
    const onPod = after(['down', 'down', 'down', 'down', 'down']);
    const small = tableAt(onPod, ENTRIES, 3);
    expect(small.rows.find((r) => r.key === settle(onPod, small, 3).selected)?.type).toBe('group');
  });
});

describe('the drill-down', () => {
  it('opens on the selected container and goes back to it', () => {
    const open = after(['down', 'open']);
    expect(open).toMatchObject({ mode: 'detail', detail: { tab: 'why', offset: null, runsBack: 0 } });
    expect(after(['back'], 5, open)).toMatchObject({ mode: 'table', detail: null, selected: open.selected });
  });

  it.each([
    ['tabWhy', 'why'],
    ['tabRuns', 'runs'],
    ['tabLogs', 'logs'],
    ['tabEvents', 'events'],
    ['tabSpec', 'spec'],
    ['tabRelated', 'related'],
  ] as const)('%s opens the tab %s, from the table too', (command, tab) => {
    expect(after([command]).detail?.tab).toBe(tab);
    expect(after(['open', 'nextTab', command]).detail?.tab).toBe(tab);
  });

  it('goes round its tabs', () => {
    expect(after(['open', 'previousTab']).detail?.tab).toBe('related');
    expect(after(['open', 'previousTab', 'nextTab']).detail?.tab).toBe('why');
  });

  it('goes back one run with each p', () => {
    expect(after(['tabLogs']).detail?.runsBack).toBe(0);
    expect(after(['tabLogs', 'previousRun']).detail?.runsBack).toBe(1);
    expect(after(['previousRun', 'previousRun']).detail?.runsBack).toBe(2);
    expect(after(['previousRun', 'tabLogs']).detail?.runsBack).toBe(0);
  });

  const typed = (text: string, commands: readonly ScreenCommand[] = []) =>
    after(commands, 5, endPrompt(type(after(['tabLogs', 'last', 'search']), text), false)).detail;

  it('searches from what is on the screen, on and back', () => {
    expect(typed('Error')).toMatchObject({ search: { text: 'Error', top: 0, lines: 40, step: 0 }, offset: null });
    expect(typed('Error', ['nextMatch', 'nextMatch', 'previousMatch'])?.search?.step).toBe(1);
    expect(typed('Error', ['nextMatch', 'down'])).toMatchObject({ search: { step: 1 }, offset: 1 });
    expect(typed('Error', ['down', 'nextMatch'])).toMatchObject({ search: { step: 1 }, offset: null });
  });

  it('gives up a search with Esc before it goes back, and stays where it is', () => {
    const open = after(['tabLogs', 'search']);
    expect(endPrompt(type(open, 'x'), true)).toMatchObject({ prompt: null, detail: { search: null, offset: 0 } });
    expect(typed('Error', ['back'])).toMatchObject({ search: null, offset: 0 });
    expect(typed('Error', ['back', 'back'])).toBeNull();
    expect(typed('')?.search).toBeNull();
  });

  it('looks for the same in the log of the run before, and for nothing in another tab', () => {
    expect(typed('Error', ['nextMatch', 'previousRun'])).toMatchObject({ runsBack: 1, search: { text: 'Error', step: 0 } });
    expect(typed('Error', ['tabEvents'])?.search).toBeNull();
    expect(after(['tabEvents', 'nextMatch']).detail?.search).toBeNull();
  });

  it('goes round its references, and follows one into its tab', () => {
    const references = [
      { line: 2, tab: 'logs', find: 'Error' },
      { line: 4, tab: 'events', find: 'Killing' },
    ] as const;
    const open = after(['open']);
    const table = tableAt(open);
    const context = { ...contextOf(table), detail: { ...contextOf(table).detail, references } };
    const next = update(open, 'nextReference', context);
    expect(update(open, 'follow', context).detail).toMatchObject({ tab: 'logs', search: { text: 'Error' } });
    expect(update(next, 'follow', context).detail).toMatchObject({ tab: 'events', search: { text: 'Killing' }, reference: 0 });
    expect(update(next, 'nextReference', context).detail?.reference).toBe(0);
    expect(update(open, 'follow', contextOf(table))).toBe(open);
  });

  it('breaks the lines of a log, or does not', () => {
    expect(after(['tabLogs', 'wrap']).detail?.wraps).toBe(false);
    expect(after(['tabLogs', 'wrap', 'wrap']).detail?.wraps).toBe(true);
    expect(after(['open', 'wrap']).detail?.wraps).toBe(true);
  });

  it('scrolls from what is on the screen, and not beyond its end', () => {
    expect(after(['open', 'down']).detail?.offset).toBe(1);
    expect(after(['open', 'last']).detail?.offset).toBe(30);
    expect(after(['open', 'up']).detail?.offset).toBe(0);
  });

  it('returns from help to where it was', () => {
    expect(after(['open', 'help', 'down', 'help']).mode).toBe('detail');
    expect(after(['help', 'back']).mode).toBe('table');
  });
});

describe('typing', () => {
  const typed = (...texts: string[]) => texts.reduce(type, after(['filter']));

  it('filters while it is typed, keeps it on Enter and drops it on Esc', () => {
    const state = typed('p', 'a');
    expect(state.filter).toBe('pa');
    expect(endPrompt(state, false)).toMatchObject({ prompt: null, filter: 'pa' });
    expect(endPrompt(state, true)).toMatchObject({ prompt: null, filter: '' });
    expect(update(endPrompt(state, false), 'back', contextOf(tableAt(state))).filter).toBe('');
  });

  it('takes back one character, whatever it is made of', () => {
    expect(erase(typed('a🦀'), false).filter).toBe('a');
    expect(erase(typed('abc'), true).filter).toBe('');
  });

  it('sorts by the letter after s, and by nothing else', () => {
    const choosing = after(['sort']);
    expect(choosing.choosesSort).toBe(true);
    expect(chooseSort(choosing, 'r')).toMatchObject({ choosesSort: false, sort: 'restarts' });
    expect(chooseSort(choosing, 'q')).toMatchObject({ choosesSort: false, sort: 'impact' });
  });
});
