import { describe, expect, it } from 'vitest';
import { isStale, lastSeenAt, namespacesNotSeen } from '../../src/diagnosis/visibility.ts';
import type { Gap } from '../../src/timeline/state.ts';
import { headerLines } from '../../src/view/header.ts';
import { textOf } from '../../src/view/lines/fit-line.ts';
import { mainScreenLines } from '../../src/view/main-screen.ts';
import { problem, timed } from '../support/problem-builder.ts';
import { MINUTE, NOW, run, SECOND } from '../support/record-builder.ts';
import { headerFacts, mainFacts, stateOf } from '../support/screen-builder.ts';

function gap(namespace: string | null, fields: Partial<Gap> = {}): Gap {
  return { kind: 'Pod', namespace, from: NOW - 5 * MINUTE, to: null, reason: 'forbidden', resumed: false, ...fields };
}

describe('what is out of sight', () => {
  it('is a namespace whose pods have an open gap, and no other', () => {
    const sight = {
      now: NOW,
      seenUntil: null,
      gaps: [gap('shop'), gap('infra', { kind: 'Event' }), gap('web', { to: NOW - 1 })],
    };
    expect(['shop', 'infra', 'web'].map((ns) => lastSeenAt(ns, sight))).toEqual([NOW - 5 * MINUTE, null, null]);
    expect(['shop', 'infra', 'web'].map((ns) => isStale(ns, sight))).toEqual([true, false, false]);
    expect(namespacesNotSeen(sight.gaps, NOW)).toEqual(['shop']);
  });

  it('is all of a cluster in a gap of it, and as long as the connection is lost', () => {
    expect(lastSeenAt('shop', { now: NOW, seenUntil: null, gaps: [gap(null)] })).toBe(NOW - 5 * MINUTE);
    expect(lastSeenAt('shop', { now: NOW, seenUntil: NOW - 9 * MINUTE, gaps: [gap('shop')] })).toBe(NOW - 9 * MINUTE);
    expect(isStale('shop', { now: NOW, seenUntil: NOW - 20 * SECOND, gaps: [] })).toBe(false);
  });

  it('is what a recording shows within a gap, although it knows when that ends', () => {
    expect(lastSeenAt('shop', { now: NOW, seenUntil: null, gaps: [gap(null, { to: NOW + MINUTE })] })).toBe(NOW - 5 * MINUTE);
  });

  it('is marked on its rows, and on no other', () => {
    const ledger = [run(0, NOW - 20 * MINUTE, { finishedAt: null, ended: false })];
    const overdue = timed({ kind: 'overdue', at: NOW - 4 * MINUTE, from: NOW - 6 * MINUTE, delayMs: 80_000, was: 'published' });
    const entries = ['shop', 'infra'].map((namespace) =>
      problem({ namespace, pod: `${namespace}-1`, ledger, nextStart: overdue }),
    );
    const lines = mainScreenLines(mainFacts(entries, 30, { gaps: [gap('shop')] }), { columns: 200, rows: 40 }).map(textOf);
    const rowOf = (name: string) => lines.find((line) => line.includes(name)) ?? '';
    expect(rowOf('shop/shop-1')).toMatch(/not seen 5m0?s? .*\?/);
    expect(rowOf('infra/infra-1')).toContain('overdue 4m');
    expect(rowOf('infra/infra-1')).not.toContain('?');
  });

  it('still counts down to a start that is to come', () => {
    const published = timed({ kind: 'published', at: NOW + MINUTE, from: NOW - 4 * MINUTE, delayMs: 300_000 });
    const entries = [problem({ namespace: 'shop', pod: 'shop-1', nextStart: published })];
    const text = mainScreenLines(mainFacts(entries, 30, { gaps: [gap('shop')] }), { columns: 200, rows: 40 })
      .map(textOf)
      .join('\n');
    expect(text).not.toContain('not seen');
  });

  it('is named where the rights to all namespaces went', () => {
    const hidden = [{ what: 'pods', namespace: null, why: 'dev may not list pods' }];
    const said = (...names: string[]) =>
      headerLines(headerFacts({ state: { ...stateOf([]), hidden }, gaps: names.map((name) => gap(name)) }), 200).map(textOf)[0];
    expect(said()).toContain('· pods of other namespaces: forbidden');
    expect(said('infra', 'web')).toContain('· pods of infra, web and other namespaces: forbidden');
    expect(said('a', 'b', 'c', 'd')).toContain('· pods of a, b, 2 more and other namespaces: forbidden');
  });
});
