import { describe, expect, it } from 'vitest';
import { impactOf, isStatusCurrent, joinSamples } from '../../src/model/impact.ts';

const at = (seconds: number) => seconds * 1000;

describe('impact', () => {
  it('is judged by the lowest of the last five minutes, so that a loop that is up for a moment does not hide', () => {
    const samples = [
      { at: at(0), available: 3 },
      { at: at(100), available: 1 },
      { at: at(130), available: 2 },
    ];
    expect(impactOf({ available: 2, desired: 3 }, samples, at(90), at(200))).toEqual({
      level: 'degraded',
      available: 2,
      desired: 3,
      lowest: 1,
    });
    expect(impactOf({ available: 2, desired: 3 }, samples, at(90), at(130 + 301)).lowest).toBe(2);
  });

  it('is none where no pod is wanted: 0 of 0 is no outage', () => {
    expect(impactOf({ available: 0, desired: 0 }, [{ at: at(0), available: 0 }], 0, at(200)).level).toBe('available');
    expect(impactOf({ available: 0, desired: 1 }, [{ at: at(0), available: 0 }], 0, at(200)).level).toBe('down');
  });

  it('takes the sample that held when the window began', () => {
    expect(
      impactOf(
        { available: 1, desired: 1 },
        [
          { at: at(0), available: 0 },
          { at: at(400), available: 1 },
        ],
        0,
        at(500),
      ).level,
    ).toBe('down');
  });

  it('does not count what lay before the trouble: every rollout begins with no pod', () => {
    const samples = [
      { at: at(0), available: 0 },
      { at: at(20), available: 3 },
    ];
    expect(impactOf({ available: 3, desired: 3 }, samples, at(60), at(100)).level).toBe('available');
  });

  it.each([
    [0, 2, 'down'],
    [1, 2, 'degraded'],
    [2, 2, 'available'],
  ])('calls %i of %i %s', (available, desired, level) => {
    expect(impactOf({ available, desired }, [], 0, at(10)).level).toBe(level);
  });
});

describe('two sources of availability', () => {
  const pods = [
    { at: at(0), available: 3 },
    { at: at(100), available: 1 },
    { at: at(130), available: 3 },
  ];

  it('are joined where the second becomes known: that hides no dip, and is none', () => {
    const joined = joinSamples(pods, [{ at: at(110), available: 2 }]);
    expect(joined.map((s) => s.available)).toEqual([3, 1, 2]);
    expect(impactOf({ available: 3, desired: 3 }, joined, 0, at(140)).lowest).toBe(1);
    const late = joinSamples([{ at: at(0), available: 3 }], [{ at: at(100), available: 3 }]);
    expect(impactOf({ available: 3, desired: 3 }, late, 0, at(120)).level).toBe('available');
    expect(joinSamples(pods, [])).toBe(pods);
  });

  it('a status is believed until the pods changed, differ from it, and it has not followed for half a minute', () => {
    const told = { available: 3, samples: [], heardAt: at(100) };
    const seen = (available: number, heardAt: number) => ({ available, samples: [], heardAt });
    expect(isStatusCurrent(told, seen(3, at(200)), 0, at(900))).toBe(true);
    expect(isStatusCurrent(told, seen(0, at(90)), 0, at(900))).toBe(true);
    expect(isStatusCurrent(told, seen(0, at(200)), 0, at(225))).toBe(true);
    expect(isStatusCurrent(told, seen(0, at(200)), 0, at(231))).toBe(false);
    expect(isStatusCurrent(told, seen(5, at(200)), 60_000, at(231))).toBe(true);
  });
});
