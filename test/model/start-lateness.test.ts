import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectationOf, learnStart, medianLateness, rhythmOf, type Syncs } from '../../src/model/start-lateness.ts';

const SYNCS: Syncs = { rhythm: 'by expiry', lastAt: null, learned: [] };
const T0 = 1_000_000_000;

// The same numbers at each run (mulberry32).
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How late the first look behind the end of a wait is, ms: kubelets from 1.35 on (pod_workers.go, completeWork). */
function simulated(leftMs: number, random: () => number): number {
  let left = leftMs;
  while (left > 0) left -= Math.min(left, 60_000) * (1 + random() / 2);
  return -left;
}

describe('the median lateness', () => {
  it("is that of the kubelet's rule, simulated", () => {
    const random = randomFrom(1);
    for (let left = 2500; left <= 300_000; left += 12_500) {
      const late = Array.from({ length: 20_000 }, () => simulated(left, random)).toSorted((a, b) => a - b);
      expect(Math.abs(medianLateness(left) - (late[10_000] as number)), `${left} ms left`).toBeLessThan(500);
    }
  });

  it('goes on beyond the longest wait', () => {
    expect(medianLateness(600_000)).toBe(medianLateness(300_000));
    expect(medianLateness(-5)).toBe(0);
  });
});

describe('the window of a start', () => {
  const due = (delayMs: number, more: object = {}) => ({ at: T0 + delayMs, from: T0, delayMs, ...more });
  const windowOf = (delayMs: number, syncs: Partial<Syncs>) => {
    const { expectedAt, lateAfter } = expectationOf(due(delayMs), { ...SYNCS, ...syncs });
    return [expectedAt - T0 - delayMs, lateAfter - T0 - delayMs];
  };

  it('follows from the last look that an event tells of', () => {
    expect(windowOf(40_000, { lastAt: T0 + 1000 })).toEqual([39_000 / 4 + 1300, 39_000 / 2 + 3000]);
    expect(windowOf(300_000, { lastAt: T0 + 290_000 })).toEqual([2500 + 1300, 5000 + 3000]);
    // 75 s were left: the step of a minute may end in time, and the look behind it is nearly on time.
    expect(windowOf(80_000, { lastAt: T0 + 5000 })).toEqual([3200 + 1300, 15_000 + 3000]);
  });

  it('is half of the delay where no look is told, or only one of long ago', () => {
    expect(windowOf(20_000, {})[1]).toBe(13_000);
    expect(windowOf(160_000, { lastAt: T0 + 1000 })[1]).toBe(33_000);
    // A look of the wait before says nothing.
    expect(windowOf(20_000, { lastAt: T0 - 30_000 })).toEqual(windowOf(20_000, {}));
  });

  it('of kubelets before 1.35 is the rest of an interval of 10 to 15 s', () => {
    expect(windowOf(20_000, { rhythm: 'steady', lastAt: T0 + 14_000 })).toEqual([6500 + 1300, 18_000]);
    expect(windowOf(300_000, { rhythm: 'steady' })).toEqual([5200 + 1300, 18_000]);
    expect(windowOf(300_000, { rhythm: 'unknown' })[1]).toBe(33_000);
    expect([rhythmOf('v1.34.9'), rhythmOf('v1.35.0-rc.1'), rhythmOf(''), rhythmOf('x')]).toEqual([
      ...['steady', 'by expiry', 'unknown', 'unknown'],
    ]);
  });

  it('of a restart that nothing holds is the time that a container takes to be made', () => {
    expect(windowOf(0, {})).toEqual([2500, 15_000]);
  });

  it('always has the expected start in it, however long the wait', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300_000 }),
        fc.option(fc.integer({ min: -10_000, max: 300_000 })),
        fc.constantFrom('steady' as const, 'by expiry' as const, 'unknown' as const),
        (delayMs, look, rhythm) => {
          const [expected = 0, late = 0] = windowOf(delayMs, { rhythm, lastAt: look === null ? null : T0 + look });
          expect(expected).toBeGreaterThan(0);
          expect(late).toBeGreaterThanOrEqual(3000);
          if (look === null) expect(late).toBeGreaterThanOrEqual(expected - 1500);
        },
      ),
    );
  });
});

describe('what a node teaches', () => {
  const due = { at: T0 + 20_000, from: T0, delayMs: 20_000 };

  it('moves the expected start by the middle of what was seen, once it was seen often enough', () => {
    const usual = expectationOf(due, SYNCS).expectedAt;
    let learned: readonly number[] = [];
    for (let i = 0; i < 9; i++) learned = learnStart(due, { ...SYNCS, learned }, usual + 6000);
    expect(expectationOf(due, { ...SYNCS, learned }).expectedAt).toBe(usual);
    for (let i = 0; i < 60; i++) learned = learnStart(due, { ...SYNCS, learned }, usual + 6000);
    expect(learned).toHaveLength(31);
    expect(expectationOf(due, { ...SYNCS, learned }).expectedAt).toBe(usual + 6000);
  });

  it('does not learn from a start that something else made', () => {
    const usual = expectationOf(due, SYNCS).expectedAt;
    expect(learnStart(due, SYNCS, usual - 12_000)).toBe(SYNCS.learned);
    expect(learnStart(due, SYNCS, usual + 90_000)).toBe(SYNCS.learned);
    // 40 s after the only look that is known anything within 20 s is as good.
    const wide = { at: T0 + 40_000, from: T0, delayMs: 40_000 };
    expect(learnStart(wide, SYNCS, wide.at + 15_000)).toBe(SYNCS.learned);
  });
});
