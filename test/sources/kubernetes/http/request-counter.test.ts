import { describe, expect, it } from 'vitest';
import { RequestCounter } from '../../../../src/sources/kubernetes/http/request-counter.ts';

const NOW = Date.parse('2026-11-22T15:00:00Z');

describe('RequestMeter', () => {
  it('tells the mean of the last minute, and all since the start', () => {
    const meter = new RequestCounter();
    expect(meter.read(NOW)).toEqual({ total: 0, perSecond: 0 });
    for (let i = 0; i < 60; i++) meter.count(NOW);
    for (let i = 0; i < 60; i++) meter.count(NOW + 30_000);
    expect(meter.read(NOW + 59_000)).toEqual({ total: 120, perSecond: 2 });
    expect(meter.read(NOW + 60_000)).toEqual({ total: 120, perSecond: 1 });
    expect(meter.read(NOW + 90_000)).toEqual({ total: 120, perSecond: 0 });
    meter.count(NOW + 3_600_000);
    expect(meter.read(NOW + 3_600_000)).toEqual({ total: 121, perSecond: 1 / 60 });
  });

  it('bears a clock that is put back', () => {
    const meter = new RequestCounter();
    meter.count(NOW);
    meter.count(NOW - 3_600_000);
    expect(meter.read(NOW)).toEqual({ total: 2, perSecond: 2 / 60 });
  });
});
