import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry, TableEntry } from '../../../src/diagnosis/entry.ts';
import {
  countWorkloads,
  namesOf,
  type Row,
  SECTIONS,
  sectionOf,
  type Table,
  type TableRequest,
  tableOf,
} from '../../../src/view/table/table.ts';
import { problem, timed, workloadProblem } from '../../support/problem-builder.ts';
import { MINUTE, NOW } from '../../support/record-builder.ts';

function table(entries: readonly TableEntry[], fields: Partial<TableRequest> = {}): Table {
  return tableOf({ entries, sort: 'impact', folds: new Map(), height: 100, newSince: 0, wallNow: 0, before: null, ...fields });
}

/** The rows in short: `DOWN`, `v shop/api` for an open group, `> shop/api` for a folded one, and names of pods. */
function rows({ rows }: Table): string[] {
  return rows.map((row: Row) => {
    if (row.type === 'section') return row.section.toUpperCase();
    if (row.type === 'group') return `${row.isOpen ? 'v' : '>'} ${row.group.entries[0].workload.name}`;
    return `${row.isMember ? '  ' : ''}${namesOf(row.entry).name}`;
  });
}

const API_1 = problem({ pod: 'api-1', since: NOW - 9 * MINUTE });
const API_2 = problem({ pod: 'api-2', since: NOW - 8 * MINUTE });
const WEB = problem({ pod: 'web-1', workload: 'web', impact: { level: 'degraded', lowest: 1 }, since: NOW - 5 * MINUTE });
const CART = problem({ pod: 'cart-1', workload: 'cart', impact: { level: 'degraded', lowest: 1 }, since: NOW - 2 * MINUTE });
const HELD = problem({ pod: 'held-1', workload: 'held', state: 'holding' });
const GONE = problem({ pod: 'gone-1', workload: 'gone', state: 'deleted', goneAt: NOW });
const ALL = [GONE, WEB, API_1, HELD, CART, API_2];

describe('the table', () => {
  it('puts what hurts most first, the newest before the older, pods of one workload with one cause together', () => {
    expect(rows(table(ALL))).toEqual([
      'DOWN',
      'v api',
      '  api-2',
      '  api-1',
      'DEGRADED',
      'cart-1',
      'web-1',
      'HOLDING',
      'held-1',
      'DELETED',
      'gone-1',
    ]);
  });

  it('folds groups when not everything fits, unless somebody opened them', () => {
    expect(rows(table(ALL, { height: 10 })).slice(0, 3)).toEqual(['DOWN', '> api', 'DEGRADED']);
    const group = table(ALL).groupOf.get(API_1.key) as string;
    expect(rows(table(ALL, { height: 10, folds: new Map([[group, true]]) })).slice(0, 3)).toEqual(['DOWN', 'v api', '  api-2']);
    expect(rows(table(ALL, { folds: new Map([[group, false]]) })).slice(0, 3)).toEqual(['DOWN', '> api', 'DEGRADED']);
  });

  it('parts pods of one workload with different causes', () => {
    const other = problem({ pod: 'api-3', cause: { id: 'oom-killed', summary: 'OOMKilled' } });
    expect(table([API_1, API_2, other]).groups).toHaveLength(2);
  });

  it('puts new trouble before old of the same section', () => {
    const old = problem({ pod: 'old-1', workload: 'old', since: NOW - 60 * MINUTE });
    expect(rows(table([old, API_1], { newSince: NOW - 10 * MINUTE })).slice(1)).toEqual(['api-1', 'old-1']);
  });

  it.each([
    ['name', ['api', 'cart-1', 'gone-1', 'held-1', 'web-1']],
    ['onset', ['cart-1', 'web-1', 'api']],
  ] as const)('sorts by %s, without sections', (sort, order) => {
    const shown = rows(table(ALL, { sort, height: 0 })).map((r) => r.replace(/^> /, ''));
    expect(shown.slice(0, order.length)).toEqual(order);
  });

  it('sorts by restarts and by the next start', () => {
    const often = problem({ pod: 'often', workload: 'often', status: { restartCount: 40 } });
    const soon = problem({
      pod: 'soon',
      workload: 'soon',
      nextStart: timed({ kind: 'published', at: NOW + 5, delayMs: 10, from: NOW }),
    });
    expect(rows(table([API_1, soon, often], { sort: 'restarts' }))[0]).toBe('often');
    expect(rows(table([API_1, often, soon], { sort: 'next start' }))[0]).toBe('soon');
  });

  it('keeps the order for five seconds while things change, and shows what is new at once', () => {
    const before = table([WEB, API_1], { wallNow: 1000 });
    // API recovers, and something new breaks: rows stay where they were, the new one stands where it belongs.
    const recovered = {
      ...API_1,
      trouble: { state: 'looping', kind: 'crash', since: NOW - 9 * MINUTE },
      impact: { level: 'available', available: 2, desired: 2, lowest: 2 },
    } as Entry;
    const changed = [CART, recovered, WEB];
    const held = table(changed, { wallNow: 5999, before: before.order });
    expect(rows(held)).toEqual(['DOWN', 'api-1', 'DEGRADED', 'cart-1', 'web-1']);
    expect(held.order).toBe(before.order);
    const fresh = table(changed, { wallNow: 6000, before: before.order });
    expect(rows(fresh)).toEqual(['DEGRADED', 'cart-1', 'web-1', 'AVAILABLE', 'api-1']);
  });

  it('forgets the order when sorted by something else', () => {
    const before = table(ALL, { wallNow: 1000 });
    expect(rows(table(ALL, { wallNow: 1001, before: before.order, sort: 'name' }))[0]).toBe('v api');
  });

  it('lists a workload for itself as a row among the others, which keeps its place', () => {
    const quota = workloadProblem('quota', { since: NOW - 5 * MINUTE });
    const failing = workloadProblem('nightly', { since: NOW - 5 * MINUTE, level: 'down', failedPods: 4, impact: null });
    const first = table([WEB, quota, API_1, failing], { wallNow: 1000 });
    expect(rows(first)).toEqual(['DOWN', 'nightly', 'api-1', 'DEGRADED', 'quota', 'web-1']);
    expect(rows(table([failing, API_1, quota, WEB], { wallNow: 1100, before: first.order }))).toEqual(rows(first));
    expect(rows(table([quota, failing], { sort: 'restarts' }))).toEqual(['nightly', 'quota']);
    expect(rows(table([API_1, quota], { sort: 'next start' }))).toHaveLength(2);
    expect(Object.fromEntries(countWorkloads([quota, failing]))).toEqual({ down: 1, degraded: 1 });
  });

  it('counts workloads, not pods', () => {
    expect(Object.fromEntries(countWorkloads(ALL))).toEqual({ down: 1, degraded: 2, holding: 1, deleted: 1 });
  });

  const entries = fc.uniqueArray(
    fc.record({
      pod: fc.stringMatching(/^[a-z]{1,4}$/),
      workload: fc.constantFrom('a', 'b', 'c'),
      state: fc.constantFrom('looping', 'holding', 'stable', 'restarting', 'deleted'),
      level: fc.constantFrom('down', 'degraded', 'available'),
      minutes: fc.integer({ min: 0, max: 40 }),
    }),
    { selector: (p) => p.pod, maxLength: 20 },
  );
  const built = entries.map((all) =>
    all.map((p) =>
      problem({ ...p, since: NOW - p.minutes * MINUTE, impact: { level: p.level } } as Parameters<typeof problem>[0]),
    ),
  );

  it('shows every entry once when open, in sections from the worst on, whatever order it is given', () => {
    fc.assert(
      fc.property(built, fc.integer({ min: 0, max: 9999 }), (list, wallNow) => {
        const order = table(list.slice(0, 7), { wallNow: 0 }).order;
        const result = table(list, { wallNow, before: order, height: 1000, folds: new Map() });
        const seen = result.groups.flatMap((g) => g.entries.map((e) => e.key));
        expect(seen.toSorted()).toEqual(list.map((e) => e.key).toSorted());
        const sections = result.rows.filter((r) => r.type === 'section').map((r) => SECTIONS.indexOf(r.section));
        expect(sections).toEqual(sections.toSorted((a, b) => a - b));
        expect(new Set(sections).size).toBe(sections.length);
      }),
    );
  });

  it('is the same whatever order the entries come in', () => {
    fc.assert(
      fc.property(
        built.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          expect(rows(table(shuffled))).toEqual(rows(table(list)));
        },
      ),
    );
  });

  it('stands each group in the section of its worst entry', () => {
    fc.assert(
      fc.property(built, (list) => {
        for (const group of table(list).groups) {
          const worst = Math.min(...group.entries.map((e) => SECTIONS.indexOf(sectionOf(e))));
          expect(SECTIONS.indexOf(group.section)).toBe(worst);
        }
      }),
    );
  });
});
