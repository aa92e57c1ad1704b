import { describe, expect, it } from 'vitest';
import { UNKNOWN_CLOCK } from '../../src/model/clock-skew.ts';
import { EMPTY_STATE } from '../../src/timeline/state.ts';
import { type HelpFacts, helpLines } from '../../src/view/help.ts';
import { lineWidth, textOf } from '../../src/view/lines/fit-line.ts';
import { BINDINGS } from '../../src/view/update/keys.ts';

const NOW = Date.parse('2026-11-22T18:14:00Z');
const FACTS: HelpFacts = { activity: null, state: EMPTY_STATE, wallNow: NOW };

describe('the help', () => {
  it('tells of a live session how old each collection is, how much is asked for, and which clock goes wrong', () => {
    const collection = {
      namespace: null,
      phase: 'live',
      since: NOW - 720_000,
      heardAt: NOW - 3000,
      error: null,
      retryAt: null,
    } as const;
    const refused = {
      phase: 'retrying',
      since: NOW - 20_000,
      heardAt: null,
      error: 'connection refused',
      retryAt: NOW + 4000,
    } as const;
    const activity = {
      collections: [
        { ...collection, kind: 'Pod' },
        { ...collection, kind: 'Event', namespace: 'shop', ...refused },
      ],
      requests: { total: 1213, perSecond: 1.38 },
      startedAt: NOW - 720_000,
    };
    const clock = { samples: [], skewMs: -3_600_000, uncertaintyMs: 1000, isLeast: false };
    const state = { ...EMPTY_STATE, clocks: EMPTY_STATE.clocks.set('node-a', clock).set('node-b', UNKNOWN_CLOCK) };
    const lines = helpLines({ activity, state, wallNow: NOW }, 160).map((line) => textOf(line).trim());
    expect(lines.slice(lines.indexOf('Data from the API server') + 1)).toEqual([
      'Pod           all namespaces: live for 12m, heard 3s ago',
      'Event         namespace shop: retrying for 20s, nothing heard yet; connection refused; again in 4s',
      'requests      1.4 requests/s to the API server (1,213 requests since 18:02)',
      'clock         the clock of node-a is 60m ahead of ours, give or take 1s; times are corrected',
    ]);
    expect(helpLines(FACTS, 160).map(textOf).join()).not.toContain('Data from the API server');
  });

  it('lists every binding with its words, at every width', () => {
    for (const width of [60, 80, 120, 250]) {
      const lines = helpLines(FACTS, width);
      for (const line of lines) expect(lineWidth(line)).toBe(width);
      const text = lines
        .map((line) =>
          textOf(line)
            .trim()
            .replace(/^.{0,12}? {2,}/, ''),
        )
        .join(' ')
        .replace(/\s+/g, ' ');
      for (const { help, shown } of BINDINGS) {
        expect(text).toContain(help);
        expect(
          lines.some((line) => textOf(line).includes(shown)),
          shown,
        ).toBe(true);
      }
    }
  });
});
