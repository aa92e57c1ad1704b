import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TableEntry } from '../../../src/diagnosis/entry.ts';
import { textOf } from '../../../src/view/lines/fit-line.ts';
import { mainScreenLines } from '../../../src/view/main-screen.ts';
import { GROUPINGS, type Grouping, nextGrouping, placeOf } from '../../../src/view/table/grouping.ts';
import { type Table, tableOf } from '../../../src/view/table/table.ts';
import { FIRST_SCREEN } from '../../../src/view/update/screen-state.ts';
import { FIRST_TABLE, settle, type TableState, updateTable } from '../../../src/view/update/table.ts';
import { problem, timed, workloadProblem } from '../../support/problem-builder.ts';
import { MINUTE, NOW, SECOND } from '../../support/record-builder.ts';
import { mainFacts } from '../../support/screen-builder.ts';

const DNS = { id: 'dns-failure', summary: 'exit 1: cannot resolve config.internal' } as const;

function tenant(namespace: string, pod: number, fields: Parameters<typeof problem>[0] = {}) {
  return problem({ namespace, pod: `api-${pod}`, cause: DNS, since: NOW - pod * MINUTE, node: `node-${pod}`, ...fields });
}

const nextStart = (inMs: number) => timed({ kind: 'published', at: NOW + inMs, delayMs: 300_000, from: NOW - MINUTE });
const ALPHA = [tenant('alpha', 1, { nextStart: nextStart(11_000) }), tenant('alpha', 2, { nextStart: nextStart(60_000) })];
const BETA = [tenant('beta', 3, { nextStart: nextStart(278_000) }), tenant('beta', 4)];
const GATEWAY = problem({ pod: 'gateway-1', workload: 'gateway', cause: { id: 'app-panic', summary: 'exit 2: panic: bad key' } });
const OTHER = problem({ pod: 'cart-1', workload: 'cart', cause: { id: 'app-error', summary: 'exit 1: lock is held' } });
const QUOTA = workloadProblem('burst');
const ALL: readonly TableEntry[] = [...ALPHA, ...BETA, GATEWAY, OTHER, QUOTA];

function tableBy(grouping: Grouping, entries = ALL, state: Partial<TableState> = {}, height = 0): Table {
  const request = { newSince: 0, wallNow: 0, before: null, sort: 'impact', folds: state.folds ?? new Map() } as const;
  return tableOf({ ...request, entries, grouping, height });
}

/** The main screen of these entries, grouped, as text. */
function screen(grouping: Grouping, columns: number, entries = ALL, selected: string | null = null): string[] {
  const table = tableBy(grouping, entries);
  const chosen = selected === null ? {} : { selected, hasChosen: true };
  const state = settle({ ...FIRST_TABLE, grouping, ...chosen }, { table, height: 20 });
  return mainScreenLines(mainFacts(entries, 20, { table, screen: { ...FIRST_SCREEN, table: state } }), { columns, rows: 40 }).map(
    textOf,
  );
}

describe('grouping', () => {
  it('goes round: workload, cause, node, namespace, none', () => {
    const round = GROUPINGS.map(nextGrouping);
    expect(round).toEqual(['cause', 'node', 'namespace', 'none', 'workload']);
  });

  it.each<[Grouping, readonly number[]]>([
    ['workload', [1, 1, 1, 2, 2]],
    ['cause', [1, 1, 1, 4]],
    ['node', [1, 1, 1, 1, 1, 2]],
    ['namespace', [2, 2, 3]],
    ['none', [1, 1, 1, 1, 1, 1, 1]],
  ])('by %s', (grouping, sizes) => {
    expect(
      tableBy(grouping)
        .groups.map((g) => g.entries.length)
        .toSorted(),
    ).toEqual(sizes);
  });

  it('keeps the key of a group while it gets worse or better, by all but the workload', () => {
    const states = fc.constantFrom('looping', 'holding', 'stable', 'restarting');
    const levels = fc.constantFrom('down', 'degraded', 'available');
    fc.assert(
      fc.property(states, levels, fc.constantFrom('cause', 'node', 'namespace', 'none'), (state, level, grouping) => {
        const changed = tenant('alpha', 1, { state, impact: { level } });
        expect(placeOf(changed, grouping)).toEqual(placeOf(ALPHA[0] as TableEntry, grouping));
      }),
    );
  });

  it('is the same whatever order the entries come in', () => {
    const shuffled = fc.shuffledSubarray([...ALL], { minLength: ALL.length });
    fc.assert(
      fc.property(fc.constantFrom(...GROUPINGS), shuffled, (grouping, entries) => {
        expect(tableBy(grouping, entries).rows.map((r) => r.key)).toEqual(tableBy(grouping).rows.map((r) => r.key));
      }),
    );
  });

  it('makes one line of one problem in several workloads, which says how many, and counts down to the last start', () => {
    const line = screen('cause', 200).find((l) => l.includes('dns-failure')) ?? '';
    expect(line).toContain('dns-failure  (4 pods, 2 namespaces)');
    expect(line).toContain('2 down');
    expect(line).toContain('exit 1: cannot resolve config.internal');
    expect(line).toContain('4m38s');
    expect(screen('cause', 120).join('\n')).toContain('dns-failure  (4 pods, 2 ns)');
    expect(screen('cause', 80).join('\n')).toContain('2 dn');
  });

  it('says under a row of several workloads of which each pod is, and what that has left', () => {
    const key = tableBy('cause').groupOf.get(ALPHA[0]?.key ?? '') as string;
    const table = tableBy('cause', ALL, { folds: new Map([[key, true]]) });
    const state = settle({ ...FIRST_TABLE, grouping: 'cause' }, { table, height: 20 });
    const lines = mainScreenLines(mainFacts(ALL, 20, { table, screen: { ...FIRST_SCREEN, table: state } }), {
      columns: 120,
      rows: 40,
    }).map(textOf);
    expect(lines.filter((l) => /^ {5}(?:alpha|beta)\/api-\d +0\/2 /.test(l))).toHaveLength(4);
  });

  it('leaves out of the reason what differs from workload to workload', () => {
    const oom = (namespace: string, limit: string) =>
      tenant(namespace, 1, { cause: { id: 'oom-killed', summary: `OOMKilled, limit ${limit}` } });
    expect(screen('cause', 120, [oom('a', '48Mi'), oom('b', '1Gi')]).join('\n')).toContain('OOMKilled, limit …');
    expect(screen('cause', 120, [oom('a', '48Mi'), oom('b', '48Mi')]).join('\n')).toContain('OOMKilled, limit 48Mi');
  });

  it('counts down to the first start of one workload, as before', () => {
    expect(screen('workload', 120).find((l) => l.includes('alpha/api'))).toContain(' 11s');
    expect(screen('cause', 120, ALPHA).find((l) => l.includes('alpha/api  (2 pods)'))).toContain(' 11s');
  });

  it('says by what rows stand together where it is not the workload', () => {
    expect(screen('cause', 120)[1]).toContain('group: cause  sort: impact');
    expect(screen('workload', 120)[1]).not.toContain('group:');
  });

  it('names the problems of a node and of a namespace', () => {
    expect(screen('namespace', 200).find((l) => l.includes('shop  (2 pods)'))).toMatch(/3 problems: .*app-panic/);
    const twoOnOne = [tenant('alpha', 1), tenant('beta', 1)];
    expect(screen('node', 200, twoOnOne).find((l) => l.includes('node-1  (2 pods)'))).toContain('cannot resolve config.internal');
  });

  it('lists a namespace of which only workloads tell', () => {
    const line = screen('namespace', 120, [QUOTA, workloadProblem('other')]).find((l) => l.includes('shop  (2 workloads)'));
    expect(line).toContain('not created');
  });

  it('says below the table, in the usual grouping, that the selected problem is one of several', () => {
    expect(screen('workload', 80).join('\n')).toContain('same problem in 2 workloads: v groups by cause');
    expect(screen('workload', 80, [GATEWAY, OTHER]).join('\n')).not.toContain('same problem');
    expect(screen('cause', 120).join('\n')).not.toContain('same problem');
    const group = tableBy('cause').groupOf.get(ALPHA[0]?.key ?? '') as string;
    expect(screen('cause', 120, ALL, group).join('\n')).toContain('dns-failure · 2 workloads: alpha/api, beta/api');
  });
});

describe('the selection', () => {
  function press(state: TableState, height: number): TableState {
    const context = { table: tableBy(state.grouping, ALL, state), height };
    const after = settle(updateTable(state, 'group', context), context);
    return settle(after, { table: tableBy(after.grouping, ALL, after), height });
  }

  it('stays on its container through all groupings, folded or not', () => {
    const chosen = { ...FIRST_TABLE, selected: (BETA[1] as TableEntry).key, hasChosen: true };
    let state = settle(chosen, { table: tableBy('none'), height: 5 });
    state = settle(state, { table: tableBy('workload'), height: 5 });
    for (const _ of GROUPINGS) {
      state = press(state, 5);
      const { rows, groupOf } = tableBy(state.grouping, ALL, state);
      const row = rows.find((r) => r.key === state.selected);
      const isGroup = row?.type === 'group';
      expect(isGroup ? groupOf.get((BETA[1] as TableEntry).key) : row?.key).toBe(state.selected);
      expect(state.anchor).toBe((BETA[1] as TableEntry).key);
    }
    expect(state.grouping).toBe('workload');
  });

  it('chooses no row where nobody has chosen one', () => {
    expect(press(settle(FIRST_TABLE, { table: tableBy('workload'), height: 5 }), 5)).toMatchObject({
      grouping: 'cause',
      hasChosen: false,
      selectedIndex: 1,
    });
  });

  it('stays on its container when a cause is known better, and so its group is another', () => {
    const before = settle({ ...FIRST_TABLE, selected: null, hasChosen: true }, { table: tableBy('workload', ALPHA), height: 5 });
    expect(before.selected).toContain('dns-failure');
    const better = ALPHA.map((e) => ({
      ...e,
      cause: { ...DNS, id: 'tls-failure' as const, confidence: 'likely' as const, evidence: [], next: [] },
    }));
    const after = settle(before, { table: tableBy('workload', [GATEWAY, ...better]), height: 5 });
    expect(after.selected).toContain('alpha/api#looping#tls-failure');
  });

  it('stays on its line of the screen while new rows come in above, but lets them in at the top', () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, i) =>
        problem({ pod: `p${i}`, workload: `w${i}`, since: NOW - 30 * MINUTE + i * SECOND }),
      );
    const [before, after] = [tableBy('none', rows(30)), tableBy('none', rows(33))];
    const scrolled = settle(
      { ...FIRST_TABLE, selected: rows(30)[10]?.key ?? '', top: 12, selectedIndex: 20, hasChosen: true },
      { table: before, height: 10 },
    );
    const moved = settle(scrolled, { table: after, height: 10 });
    expect(moved.selected).toBe(scrolled.selected);
    expect(moved.selectedIndex - moved.top).toBe(scrolled.selectedIndex - scrolled.top);
    const atTop = settle({ ...FIRST_TABLE, selected: rows(30)[29]?.key ?? '', hasChosen: true }, { table: before, height: 10 });
    expect(settle(atTop, { table: after, height: 10 })).toMatchObject({ top: 0, selected: atTop.selected });
  });
});
