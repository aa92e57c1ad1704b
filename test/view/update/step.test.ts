import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TableEntry } from '../../../src/diagnosis/entry.ts';
import { tableOf } from '../../../src/view/table/table.ts';
import type { Detail, DrawnTab } from '../../../src/view/update/detail.ts';
import type { Effect } from '../../../src/view/update/effect.ts';
import { BINDINGS, commandFor } from '../../../src/view/update/keys.ts';
import { paste } from '../../../src/view/update/modal.ts';
import { settled } from '../../../src/view/update/page.ts';
import { FIRST_SCREEN, modalOf, openDetail, type ScreenState } from '../../../src/view/update/screen-state.ts';
import { press, type StepContext } from '../../../src/view/update/step.ts';
import { problem, workloadProblem } from '../../support/problem-builder.ts';
import { MINUTE, NOW } from '../../support/record-builder.ts';
import { ENTRIES } from '../../support/screen-commands.ts';

const HOUR = 60 * MINUTE;
const acknowledged = { type: 'acknowledged', of: { by: 'anna' } } as unknown as NonNullable<TableEntry['acknowledgement']>;
const ALL: readonly TableEntry[] = [
  ...ENTRIES,
  problem({ pod: 'old-1', workload: 'old', since: NOW - 30 * HOUR }),
  { ...problem({ pod: 'known-1', workload: 'known' }), acknowledgement: acknowledged },
  workloadProblem('never-made'),
];

type World = Pick<StepContext, 'playback' | 'isOffered'> & { readonly entries: readonly TableEntry[] };

const HEAD: World = { playback: { session: 'live', state: 'live' }, isOffered: false, entries: ALL };
const WORLDS: readonly World[] = [
  HEAD,
  { ...HEAD, isOffered: true },
  { ...HEAD, playback: { session: 'live', state: 'paused' } },
  { ...HEAD, playback: { session: 'recording', state: 'playing' } },
  { ...HEAD, entries: [] },
];

/** What a tab has on the screen: one that has rows, one that has references, and others that have neither. */
function drawn(detail: Detail | null): DrawnTab {
  const top = Math.min(30, detail?.offset ?? 0);
  const rows =
    detail?.tab === 'related' ? ENTRIES.map((e, i) => ({ line: 4 * i, id: `${i}`, opens: e.key, name: e.record.pod.name })) : [];
  const references = detail?.tab === 'why' ? [{ line: 2, tab: 'logs', find: 'Error' } as const] : [];
  const inSight = rows.filter((r) => r.line >= top && r.line < top + 10);
  const row = inSight.find((r) => r.id === detail?.row?.id) ?? inSight[0] ?? null;
  return { lines: 40, height: 10, top, references, rows, row, line: 'Error: boom' };
}

function contextOf(screen: ScreenState, { entries, playback, isOffered }: World): StepContext {
  const { sort, folds, grouping, filter } = screen.table;
  const shown = entries.filter((e) => e.workload.name.includes(filter));
  const table = tableOf({ entries: shown, sort, folds, grouping, height: 5, newSince: 0, wallNow: 0, before: null });
  const detail = openDetail(screen);
  const help = { lines: 60, height: 20, top: screen.page.type === 'help' ? screen.page.offset : 0 };
  const subject = entries.find((e) => e.key === detail?.key) ?? null;
  const times = { now: NOW, startsAt: NOW - HOUR, endsAt: NOW };
  return { table, height: 5, entries, subject, detail: drawn(detail), help, playback, isOffered, menuHeight: 12, ...times };
}

/** A key, and then what a frame does. */
function stepped(screen: ScreenState, key: string, world: World): { screen: ScreenState; effects: readonly Effect[] } {
  const before = frozen(settled(screen, contextOf(screen, world)));
  const { screen: after, effects } = press(before, key, contextOf(before, world));
  return { screen: settled(after, contextOf(after, world)), effects };
}

function afterKeys(keys: readonly string[], world: World): ScreenState {
  return keys.reduce((screen, key) => stepped(screen, key, world).screen, FIRST_SCREEN);
}

// Who changes what is on the screen in place fails.
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

const BOUND = BINDINGS.flatMap((b) => b.keys);
const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...BOUND) },
  { weight: 2, arbitrary: fc.constantFrom('x', 'c', 's', '/', ':', '?', 'enter', 'tab', '6', 'escape') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('i', 'n', 'r', 't', 'o', '1', '4', 'd', 'w', 'e', 'x', '9', 's', 'ctrl+u', 'backspace'),
  },
  { weight: 1, arbitrary: fc.constantFrom('delete', 'é', '🦀', '\u001b', 'f13', '') },
);
// What a person does in one go: letters at random seldom come to it.
const phrase = fc.constantFrom(
  ['/', 'e', 'enter'],
  ['6', '/', 'e', 'enter'],
  ['6', 'enter'],
  ['enter', '/', 'b'],
  [':', '9', 's', 'enter'],
  ['x', '1'],
  ['c', 'n'],
  ['s', 'r'],
);
const alone = key.map((name) => [name]);
const keys = fc.array(fc.oneof({ weight: 2, arbitrary: alone }, phrase), { maxLength: 30 }).map((said) => said.flat());
const world = fc.constantFrom(...WORLDS);

/** How many things lie on top of each other over the table. */
function depthOf(screen: ScreenState): number {
  const { page } = screen;
  let depth = page.type === 'help' ? 1 : page.modal === null ? 0 : 1;
  const typed = modalOf(screen)?.type === 'search';
  for (let detail = openDetail(screen), isFirst = true; detail !== null; detail = detail.from, isFirst = false)
    depth += detail.search === null || (isFirst && typed) ? 1 : 2;
  return depth;
}

/** What is wrong with a screen; the types say the same, where nobody casts. */
function faultOf({ page, table }: ScreenState, context: StepContext): string {
  const index = context.table.rows.findIndex((r) => r.key === table.selected);
  if (
    table.selected === null ? context.table.rows.some((r) => r.type !== 'section') : context.table.rows[index]?.type === 'section'
  )
    return 'no row is selected';
  if (table.selected !== null && (index < table.top || index >= table.top + context.height))
    return 'the selection is not in sight';
  const fields = { table: 'modal,type', detail: 'detail,modal,type', help: 'behind,offset,type' }[page.type];
  if (Object.keys(page).sort().join() !== fields) return `a page of ${page.type} has ${Object.keys(page)}`;
  if (page.type === 'help') return page.offset >= 0 && page.offset <= 40 ? '' : 'the help is scrolled beyond its end';
  const allowed = { table: ['filter', 'sort', 'goTo', 'copy', 'acknowledge'], detail: ['search', 'goTo', 'copy', 'acknowledge'] };
  const { modal } = page;
  if (modal === null) return '';
  if (!allowed[page.type].includes(modal.type)) return `${modal.type} over ${page.type}`;
  if (page.type === 'detail' && modal.type === 'search' && page.detail.search !== null) return 'two searches';
  if (modal.type === 'copy' && modal.menu.choices.length === 0) return 'nothing to choose from';
  return modal.type === 'acknowledge' && modal.keys.length === 0 ? 'nothing to acknowledge' : '';
}

describe('any row of keys', () => {
  it('leaves a legal screen after each key, and changes none in place', () => {
    fc.assert(
      fc.property(keys, world, (pressed, w) => {
        let screen = FIRST_SCREEN;
        for (const name of pressed) {
          screen = stepped(screen, name, w).screen;
          expect(faultOf(screen, contextOf(screen, w)), name).toBe('');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is undone by Esc, which closes one thing at a time, until the table has the keys', () => {
    fc.assert(
      fc.property(keys, world, (pressed, w) => {
        let screen = afterKeys(pressed, w);
        for (let depth = depthOf(screen); depth > 0; depth = depthOf(screen)) {
          const { screen: after, effects } = stepped(screen, 'escape', w);
          expect(depthOf(after)).toBe(depth - 1);
          expect(effects).toEqual([]);
          screen = after;
        }
        expect(screen.page).toEqual({ type: 'table', modal: null });
      }),
      { numRuns: 300 },
    );
  });

  it('loses no effect: where the screen has the keys, each does what the table of keys says', () => {
    const expected = (name: string, screen: ScreenState, w: World) => {
      const isLive = w.playback.session === 'live';
      const canTravel = !isLive || w.playback.state !== 'live';
      const command = commandFor(name, { page: screen.page.type, isLive, canTravel });
      if (command?.type === 'program' || command?.type === 'session') return { type: command.id };
      return command?.type === 'playback' ? command : null;
    };
    fc.assert(
      fc.property(keys, fc.constantFrom(...BOUND), world, (pressed, name, w) => {
        const screen = afterKeys(pressed, w);
        if (modalOf(screen) !== null) return;
        const effect = expected(name, screen, w);
        const step = stepped(screen, name, w);
        if (effect === null) expect(step.effects.map((e) => e.type)).not.toContain('quit');
        else expect(step).toEqual({ screen: settled(screen, contextOf(screen, w)), effects: [effect] });
      }),
    );
  });

  it('never keeps Ctrl-C and Ctrl-Z from quitting and suspending, whatever has the keys', () => {
    fc.assert(
      fc.property(keys, world, (pressed, w) => {
        const screen = afterKeys(pressed, w);
        const context = contextOf(screen, w);
        expect(press(screen, 'ctrl+c', context)).toEqual({ screen, effects: [{ type: 'quit' }] });
        expect(press(screen, 'ctrl+z', context)).toEqual({ screen, effects: [{ type: 'suspend' }] });
      }),
    );
  });

  it('has pasted text between without a fault', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            key,
            fc.string({ unit: 'grapheme' }).map((text) => ({ text })),
          ),
          { maxLength: 40 },
        ),
        (done) => {
          let screen = FIRST_SCREEN;
          for (const one of done) {
            screen = typeof one === 'string' ? stepped(screen, one, HEAD).screen : paste(frozen(screen), one.text);
            screen = settled(screen, contextOf(screen, HEAD));
            expect(faultOf(screen, contextOf(screen, HEAD))).toBe('');
          }
        },
      ),
    );
  });
});

describe('Esc on the table', () => {
  const pressed = (screen: ScreenState, w: World) => stepped(screen, 'escape', w);
  const [, offered, past] = WORLDS as [World, World, World];
  const filtered = { ...FIRST_SCREEN, table: { ...FIRST_SCREEN.table, filter: 'a' } };

  it('clears the filter before it returns to the head, and the head before an offer is declined', () => {
    expect(pressed(filtered, past)).toMatchObject({ screen: { table: { filter: '' } }, effects: [] });
    expect(pressed(FIRST_SCREEN, past).effects).toEqual([{ type: 'playback', event: { type: 'return' } }]);
    expect(pressed(FIRST_SCREEN, { ...past, isOffered: true }).effects).toEqual([
      { type: 'playback', event: { type: 'return' } },
    ]);
    expect(pressed(FIRST_SCREEN, offered).effects).toEqual([{ type: 'decline' }]);
    expect(pressed(FIRST_SCREEN, HEAD).effects).toEqual([]);
  });
});

describe('x, A and X', () => {
  const on = (name: string): ScreenState => {
    const entry = ALL.find((e) => e.workload.name === name) as TableEntry;
    return { ...FIRST_SCREEN, table: { ...FIRST_SCREEN.table, selected: entry.key, grouping: 'none', hasChosen: true } };
  };

  it('ask until when, and take back what is acknowledged', () => {
    expect(modalOf(stepped(on('b'), 'x', HEAD).screen)).toMatchObject({ type: 'acknowledge', keys: ['uid-shop-b-1/api'] });
    const known = stepped(on('known'), 'x', HEAD);
    expect(known.effects).toEqual([{ type: 'takeBack', keys: ['uid-shop-known-1/api'] }]);
    expect(modalOf(known.screen)).toBeNull();
  });

  it('take what is older than a day, or say that nothing is', () => {
    expect(modalOf(stepped(FIRST_SCREEN, 'A', HEAD).screen)).toMatchObject({ keys: ['uid-shop-old-1/api'] });
    const none = stepped(FIRST_SCREEN, 'A', { ...HEAD, entries: ENTRIES });
    expect(none.effects).toEqual([{ type: 'say', text: 'no unacknowledged problem is older than a day' }]);
    expect(none.screen.page).toEqual(FIRST_SCREEN.page);
  });

  it('say in the drill-down what they did behind it', () => {
    const open = stepped(FIRST_SCREEN, 'enter', HEAD).screen;
    const [shows] = stepped(open, 'X', HEAD).effects;
    expect(shows).toEqual({ type: 'say', text: 'the table shows acknowledged problems' });
    expect(stepped(FIRST_SCREEN, 'X', HEAD).effects).toEqual([]);
  });
});

describe('c', () => {
  it('offers what there is of the selected row, and in the drill-down the line that is looked at', () => {
    const menuOf = (...names: string[]) => {
      const modal = modalOf(afterKeys([...names, 'c'], HEAD));
      return modal?.type === 'copy' ? modal.menu.choices.map((c) => c.key) : null;
    };
    expect(menuOf()).toEqual(['n', 'e']);
    expect(menuOf('enter')).toEqual(['n', 'e', 'l']);
    expect(modalOf(afterKeys(['c'], { ...HEAD, entries: [] }))).toBeNull();
  });
});
