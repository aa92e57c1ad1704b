import { describe, expect, it } from 'vitest';
import { BOUNDS } from '../../../../src/sources/kubernetes/bounds.ts';
import { NO_RETRY_YET, nextRetry, retryAfterMs } from '../../../../src/sources/kubernetes/watch/reconnect-backoff.ts';

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

describe('Retry-After', () => {
  const now = Date.parse('2026-11-22T15:00:00Z');
  it.each([
    ['9', 9000],
    ['7.5', 7500],
    ['999999999', BOUNDS.retryAfterMs],
    ['9'.repeat(20), BOUNDS.retryAfterMs],
    ['Sun, 22 Nov 2026 15:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 14:00:00 GMT', 0],
    ['Fri, 01 Jan 2100 00:00:00 GMT', BOUNDS.retryAfterMs],
    ['-5', null],
    ['soon', null],
    ['', null],
    ['0x10', null],
    ['2026', BOUNDS.retryAfterMs],
    ['Sun, 99 Nov 2026 99:00:30 GMT', null],
  ])('"%s" is %s ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});
