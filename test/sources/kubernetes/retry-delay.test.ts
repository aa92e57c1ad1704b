import { describe, expect, it } from 'vitest';
import { NO_RETRY_YET, nextRetry } from '../../../src/sources/kubernetes/retry-delay.ts';

function waits(times: readonly number[], chance: number): number[] {
  let delay = NO_RETRY_YET;
  return times.map((now) => {
    const next = nextRetry(delay, now, chance);
    delay = next.delay;
    return next.waitMs;
  });
}

describe('nextRetry', () => {
  it('doubles from 0.8 s to 30 s', () => {
    expect(waits([0, 1, 2, 3, 4, 5, 6, 7], 0)).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  });

  it('is lengthened by up to its own length', () => {
    expect(waits([0, 1], 0.5)).toEqual([1200, 2400]);
    expect(waits([0, 1], 0.999)).toEqual([1599, 3198]);
  });

  it('begins anew after two minutes in which it was not needed', () => {
    expect(waits([0, 1000, 121_000, 241_001], 0)).toEqual([800, 1600, 3200, 800]);
  });
});
