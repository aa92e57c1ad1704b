import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ledger, Run } from '../../src/model/ledger.ts';
import { areAlike, crashRate, lengthTrend, RATE_MS, runLengths } from '../../src/model/run-trend.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const NOW = Date.parse('2026-11-22T15:10:00Z');

const seconds = (...lengths: number[]) => ({ lengths: lengths.map((s) => s * SECOND), hasOutlived: false });

function run(attempt: number, startedAt: number, lastedMs: number | null): Run {
  const finishedAt = lastedMs === null ? null : startedAt + lastedMs;
  return {
    containerID: `containerd://${attempt}`,
    attempt,
    attemptIsStated: true,
    startedAt,
    finishedAt,
    ended: finishedAt !== null,
    exitCode: finishedAt === null ? null : 1,
    reason: 'Error',
    message: '',
    image: '',
    publishedDelay: null,
    forgottenBefore: 0,
    stop: null,
    endIsInferred: false,
    followsRestartOfAll: false,
  };
}

/** Runs of 4 s that ended so many minutes ago, oldest first. */
function endedAgo(...minutes: number[]): Ledger {
  return minutes.map((m, i) => run(i, NOW - m * MINUTE - 4 * SECOND, 4 * SECOND));
}

describe('the trend of run lengths', () => {
  it.each([
    ['too-few', seconds(40, 20, 10)],
    ['steady', seconds(40, 39, 38, 38, 38)],
    ['steady', seconds(0, 0, 1, 0)],
    ['shorter', seconds(60, 45, 33, 25, 19)],
    ['longer', seconds(10, 14, 19, 30)],
    // One odd run decides nothing.
    ['shorter', seconds(60, 50, 45, 90, 33, 25, 19, 15)],
    ['uneven', seconds(10, 60, 12, 55, 11, 58)],
    ['uneven', seconds(10, 60, 40, 90)],
    ['steady', seconds(358, 363, 356, 362, 359)],
  ])('is %s', (trend, lengths) => {
    expect(lengthTrend(lengths)).toBe(trend);
  });

  it('turns round with the runs, and needs a difference that counts', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 4, maxLength: 12 });
    const turned = { longer: 'shorter', shorter: 'longer' } as Readonly<Record<string, string>>;
    fc.assert(
      fc.property(lengths, (values) => {
        const trend = lengthTrend(seconds(...values));
        const back = lengthTrend(seconds(...values.toReversed()));
        expect(back).toBe(turned[trend] ?? trend);
        if (areAlike(Math.min(...values) * SECOND, Math.max(...values) * SECOND)) expect(trend).toBe('steady');
      }),
    );
  });

  it('counts the run that goes on only once it has outlived the others', () => {
    const ended = [run(0, NOW - 30 * MINUTE, 60 * SECOND), run(1, NOW - 25 * MINUTE, 60 * SECOND)];
    const running = (ageSeconds: number) => runLengths([...ended, run(2, NOW - ageSeconds * SECOND, null)], NOW);
    expect(running(74)).toEqual(seconds(60, 60));
    expect(running(76)).toEqual({ lengths: [60_000, 60_000, 76_000], hasOutlived: true });
    expect(lengthTrend(running(76))).toBe('outlived');
  });
});

describe('the rate of crashes', () => {
  const rateOf = (ledger: Ledger, fields: { unobserved?: number; createdAt?: number | null } = {}) =>
    crashRate([{ ledger, unobserved: 0, createdAt: NOW - 60 * MINUTE, ...fields }], NOW);

  it('compares the last ten minutes with the ten before; one more is chance', () => {
    expect(rateOf(endedAgo(25, 15, 8, 5, 2))).toEqual({ counts: [1, 1, 3], trend: 'more', isByBackoff: true });
    expect(rateOf(endedAgo(25, 15, 8, 5))).toMatchObject({ counts: [1, 1, 2], trend: 'even' });
    expect(rateOf([])).toEqual({ counts: [0, 0, 0], trend: 'even', isByBackoff: false });
  });

  it('does not praise a container for the back-off that keeps it away', () => {
    const backedOff = rateOf(endedAgo(19, 18.7, 18, 17, 15, 12, 7, 2));
    expect(backedOff).toEqual({ counts: [0, 6, 2], trend: 'fewer', isByBackoff: true });
    // Here it crashed every two minutes, and then no more.
    expect(rateOf(endedAgo(19, 17, 15, 13, 11))).toEqual({ counts: [0, 5, 0], trend: 'fewer', isByBackoff: false });
  });

  it('knows that shorter runs at the same waits are worse', () => {
    const at = (minutes: number, lasted: number, attempt: number) => run(attempt, NOW - minutes * MINUTE, lasted * SECOND);
    const ledger = [
      at(20, 240, 0),
      at(15, 180, 1),
      at(11, 90, 2),
      at(8.5, 60, 3),
      at(6.5, 40, 4),
      at(4.8, 30, 5),
      at(3.3, 20, 6),
    ];
    expect(rateOf(ledger)).toEqual({ counts: [0, 2, 5], trend: 'more', isByBackoff: false });
  });

  it('says nothing where not all was seen, or the pod was not there', () => {
    expect(rateOf(endedAgo(15, 14, 13, 2), { unobserved: 3 })).toMatchObject({ trend: 'unknown' });
    expect(rateOf(endedAgo(15, 14, 13, 2), { createdAt: NOW - 16 * MINUTE })).toMatchObject({ trend: 'unknown' });
    // A pod that is new hides that of the others, too, but not where those alone crash more.
    const old = { ledger: endedAgo(15, 9, 6, 3), unobserved: 0, createdAt: NOW - 60 * MINUTE };
    const young = { ledger: endedAgo(4, 2), unobserved: 0, createdAt: NOW - 5 * MINUTE };
    expect(crashRate([old, young], NOW)).toMatchObject({ counts: [0, 1, 5], trend: 'more' });
    expect(crashRate([{ ...old, ledger: endedAgo(15, 13, 11) }, young], NOW)).toMatchObject({ trend: 'unknown' });
  });

  it('counts each crash of the last half hour once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 3600 }), { maxLength: 40 }), (ago) => {
        const ledger = ago.toSorted((a, b) => b - a).map((s, i) => run(i, NOW - s * SECOND, 0));
        const { counts } = rateOf(ledger);
        expect(counts.reduce((sum, n) => sum + n, 0)).toBe(ago.filter((s) => s * SECOND < 3 * RATE_MS).length);
      }),
    );
  });
});
