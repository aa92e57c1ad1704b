import { describe, expect, it } from 'vitest';
import type { Connection } from '../../src/diagnosis/connection.ts';
import { type HeaderFacts, headerLines } from '../../src/view/header.ts';
import { lineWidth, textOf } from '../../src/view/lines/fit-line.ts';
import { FIRST_SCREEN, type TableModal } from '../../src/view/update/screen-state.ts';
import { missingPermissionsText } from '../../src/wording/missing-permissions.ts';
import { problem } from '../support/problem-builder.ts';
import { MINUTE, NOW, SECOND } from '../support/record-builder.ts';
import { headerFacts, stateOf } from '../support/screen-builder.ts';
import { CLUSTER } from '../support/sessions.ts';

function header(fields: Partial<HeaderFacts> = {}, width = 120): string[] {
  return headerLines(headerFacts(fields), width).map((line) => {
    expect(lineWidth(line)).toBe(width);
    return textOf(line).trim();
  });
}

const asking = (modal: TableModal) => ({ type: 'table', modal }) as const;
const FORBIDDEN = { what: 'nodes', namespace: null, why: 'nodes is forbidden' };
const LIVE = { state: stateOf([problem()]) };

describe('the header', () => {
  it('says what is watched, how old it is and what time it is', () => {
    const [first] = header(LIVE);
    expect(first).toMatch(/^crashtop prod-eu · all namespaces · 1 pod +● live, data 0s old +15:10:00 UTC$/);
  });

  it('names the scope', () => {
    const scope = (namespaces: readonly string[] | null, selector: string | null) =>
      header({ source: { ...CLUSTER, namespaces, selector } })[0];
    expect(scope(['shop'], null)).toContain('· namespace shop ·');
    expect(scope(['shop', 'infra'], 'app=web')).toContain('· 2 namespaces, -l app=web ·');
  });

  it('counts by name, the worst first, and what is new', () => {
    const counts = new Map([['down', 2] as const, ['degraded', 1] as const, ['holding', 3] as const]);
    expect(header({ counts, newCount: 3, newSince: NOW - 19 * MINUTE })[1]).toMatch(
      /^2 down {2}1 degraded {2}3 holding · \+3 new since 14:51 +sort: impact {2}\? help$/,
    );
  });

  it('says that nothing loops only once the pods were listed', () => {
    expect(header()[1]).toContain('nothing is crash-looping');
    expect(header({ state: { ...stateOf([]), podsListedAt: null } })[1]).not.toContain('nothing');
  });

  it.each<[string, Connection, RegExp]>([
    ['connecting', { phase: 'connecting', since: NOW - 3 * SECOND, to: 'prod-eu' }, /◌ connecting for 3s/],
    ['listing', { phase: 'listing', since: NOW, listed: 1500 }, /◌ listing: 1,500 pods so far/],
    ['live', { phase: 'live', heardAt: NOW - 42 * SECOND }, /● live, data 42s old/],
    ['silent', { phase: 'live', heardAt: NOW - 95 * SECOND }, /SILENT: no data for 95s/],
    [
      'lost',
      { phase: 'lost', since: NOW, heardAt: NOW - 12 * SECOND, reason: 'reset', retryAt: NOW + 2500 },
      /✗ NOT CONNECTED, data 12s old, retry in 3s/,
    ],
    ['refused', { phase: 'refused', since: NOW, reason: 'pods is forbidden' }, /✗ REFUSED/],
  ])('tells %s', (phase, connection, words) => {
    for (const width of [80, 120, 200]) {
      const [first] = header({ ...LIVE, connection }, width);
      expect(first).toMatch(words);
      // What is stale must never look live.
      expect(/● live/.test(first as string)).toBe(phase === 'live');
    }
  });

  it('is inverse throughout while a live session shows the past', () => {
    const lines = headerLines(headerFacts({ ...LIVE, notLive: 'NOT LIVE, 4m behind' }), 100);
    expect(textOf(lines[0] ?? [])).toContain('NOT LIVE, 4m behind');
    expect(new Set(lines[0]?.map((s) => s.tone))).toEqual(new Set(['alert']));
  });

  it('says that a recording is one, what of it was not seen, and on which day', () => {
    const recorded: Partial<HeaderFacts> = { ...LIVE, kind: 'replay', connection: { phase: 'recorded', cut: '' } };
    expect(header(recorded)[0]).toMatch(/\(prod-eu\) .* REPLAY of a recording +2026-11-22 15:10:00 UTC$/);
    expect(header({ ...recorded, kind: 'demo' })[0]).toContain('DEMO, a recording');
    expect(header({ ...recorded, connection: { phase: 'reading', done: 0.456 } })[0]).toContain('reading: 45%');
    expect(header({ ...recorded, connection: { phase: 'recorded', cut: 'cut off' } })[0]).toContain('REPLAY, cut off');
    const gap = { kind: 'Pod', namespace: null, from: NOW - 10 * SECOND, to: NOW + SECOND, reason: '', resumed: true };
    expect(header({ ...recorded, gaps: [gap] })[0]).toContain('not seen since 15:09:50');
    expect(header({ ...recorded, gaps: [{ ...gap, to: NOW }] })[0]).not.toContain('not seen');
  });

  it('says what rights hide at every width, on the first line or the second', () => {
    const state = { ...stateOf([problem()]), hidden: [FORBIDDEN] };
    for (let width = 60; width <= 250; width++) {
      const counts = new Map([['down', 12] as const, ['degraded', 11] as const, ['available', 4] as const]);
      expect(header({ state, counts }, width).join('\n'), `at ${width}`).toContain('nodes: forbidden');
    }
  });

  it('keeps what a filter hides visible', () => {
    const screen = { ...FIRST_SCREEN, table: { ...FIRST_SCREEN.table, filter: 'api' } };
    expect(header({ screen, filtered: 12, listed: 40 })[2]).toBe('filter: api  hides 12 of 40   Esc clears it');
    const typed = { ...screen, page: asking({ type: 'filter' }) };
    expect(header({ screen: typed, filtered: 12, listed: 40 })[2]).toMatch(/^filter: api▏ {2}hides 12 of 40/);
  });

  it('offers the letters to sort by', () => {
    const line = header({ screen: { ...FIRST_SCREEN, page: asking({ type: 'sort' }) } })[1];
    expect(line).toContain('i impact  n name  r restarts  t next start  o onset');
  });
});

describe('what is hidden', () => {
  it('is named in short, by namespace where it is one', () => {
    expect(missingPermissionsText([])).toBe('');
    // What takes nothing from a row is told where it would help.
    expect(missingPermissionsText(['revisions', 'configmaps', 'secrets'].map((what) => ({ ...FORBIDDEN, what })))).toBe('');
    expect(missingPermissionsText([FORBIDDEN, { ...FORBIDDEN, what: 'logs', namespace: 'shop' }])).toBe(
      'nodes, logs in shop: forbidden',
    );
    expect(missingPermissionsText([{ ...FORBIDDEN, why: 'not served' }])).toBe('nodes: not seen');
    expect(missingPermissionsText(['a', 'b', 'c', 'd', 'e'].map((what) => ({ ...FORBIDDEN, what })))).toBe(
      'a, b and 3 more: forbidden',
    );
    const owners = ['a', 'b', 'c'].map((namespace) => ({ ...FORBIDDEN, what: 'owners', namespace }));
    expect(missingPermissionsText([...owners, { ...FORBIDDEN, what: 'pods', namespace: null }])).toBe(
      'pods of other namespaces, owners in 3 namespaces: forbidden',
    );
    expect(
      missingPermissionsText([
        { ...FORBIDDEN, what: 'logs', namespace: 'a' },
        { ...FORBIDDEN, what: 'logs' },
      ]),
    ).toBe('logs: forbidden');
  });
});
