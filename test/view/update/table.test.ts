import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableOf } from '../../../src/view/table/table.ts';
import type { ScreenCommand } from '../../../src/view/update/screen-command.ts';
import { FIRST_TABLE, settle, type TableState } from '../../../src/view/update/table.ts';
import { after, ENTRIES, tableAt } from '../../support/screen-commands.ts';

const tableAfter = (...args: Parameters<typeof after>) => after(...args).table;
const podOf = (key: string | null) => key?.replace('uid-shop-', '').replace('/api', '');

function settledIn(state: TableState, entries: typeof ENTRIES, height = 100): TableState {
  const table = tableOf({ entries, sort: 'impact', folds: state.folds, height, newSince: 0, wallNow: 0, before: null });
  return settle(state, { table, height: Math.min(height, 5) });
}

describe('the selection in the table', () => {
  it('starts on the first row that can be selected', () => {
    expect(podOf(tableAfter([]).selected)).toBe('a-1');
  });

  it('steps over sections, and stops at the ends', () => {
    expect(podOf(tableAfter(['down', 'down', 'down', 'down']).selected)).toBe('z-1');
    expect(podOf(tableAfter(['last']).selected)).toBe('h-1');
    expect(podOf(tableAfter(['last', 'down']).selected)).toBe('h-1');
    expect(podOf(tableAfter(['last', 'first', 'up']).selected)).toBe('a-1');
  });

  it('shows the heading of the first section again when it comes back to the top', () => {
    expect(tableAfter(['last', 'first']).top).toBe(0);
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

  it('always exists, is no heading, and is in sight', () => {
    fc.assert(
      fc.property(moves, fc.integer({ min: 1, max: 20 }), (commands, height) => {
        const screen = after(commands, height);
        const { rows } = tableAt(screen);
        const { selected, top } = screen.table;
        const index = rows.findIndex((r) => r.key === selected);
        expect(rows[index]?.type).not.toBe('section');
        expect(index).toBeGreaterThanOrEqual(top);
        expect(index).toBeLessThan(top + height);
        expect(top).toBeLessThanOrEqual(Math.max(0, rows.length - height));
      }),
    );
  });

  it('stays on its container while rows come and go around it', () => {
    const rows = fc.shuffledSubarray(ENTRIES.filter((e) => !e.key.includes('d-1')));
    fc.assert(
      fc.property(rows, (others) => {
        const chosen = ENTRIES.find((e) => e.key.includes('d-1')) as (typeof ENTRIES)[number];
        const state = { ...FIRST_TABLE, selected: chosen.key, hasChosen: true };
        expect(settledIn(state, [...others, chosen]).selected).toBe(chosen.key);
      }),
    );
  });

  it('follows the first row until somebody chooses one, whatever comes before it', () => {
    const first = settledIn(FIRST_TABLE, ENTRIES.slice(2));
    const all = settledIn(first, ENTRIES);
    expect(all.selected).toBe(settledIn(FIRST_TABLE, ENTRIES).selected);
    expect(all.top).toBe(0);
    const chosen = tableAfter(['down']);
    expect(settledIn(chosen, ENTRIES).selected).toBe(chosen.selected);
  });

  it('is not chosen by who changes what is listed, but by who moves, opens or folds', () => {
    for (const command of ['filter', 'sort', 'group', 'help'] as const)
      expect(tableAfter([command]).hasChosen, command).toBe(false);
    for (const command of ['up', 'open', 'fold', 'showAll', 'back'] as const)
      expect(tableAfter([command]).hasChosen, command).toBe(true);
  });

  it('takes the row that took its place where its own is gone', () => {
    const state = tableAfter(['down']);
    const left = ENTRIES.filter((e) => e.key !== state.selected);
    expect(podOf(settledIn(state, left).selected)).toBe('c-1');
    expect(settledIn(state, []).selected).toBeNull();
  });
});

describe('folding', () => {
  const onPod = after(['down', 'down', 'down', 'down', 'down']);

  it('folds the group of a pod and stands on it then, and unfolds it again', () => {
    expect(podOf(onPod.table.selected)).toBe('z-2');
    const folded = after(['fold'], 5, onPod);
    const row = tableAt(folded).rows.find((r) => r.key === folded.table.selected);
    expect(row).toMatchObject({ type: 'group', isOpen: false });
    const unfolded = after(['unfold'], 5, folded);
    expect(unfolded.table.selected).toBe(folded.table.selected);
    expect(tableAt(unfolded).rows.find((r) => r.key === folded.table.selected)).toMatchObject({ isOpen: true });
  });

  it('selects the group when everything is folded because it no longer fits', () => {
    const small = tableAt(onPod, ENTRIES, 3);
    const { selected } = settle(onPod.table, { table: small, height: 3 });
    expect(small.rows.find((r) => r.key === selected)?.type).toBe('group');
  });
});
