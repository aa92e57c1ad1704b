import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aboutDuration, counted, durationLeft, grouped } from '../../src/text/duration.ts';

describe('durations', () => {
  it('round what is left up, and never below zero', () => {
    expect([durationLeft(258_100), durationLeft(1), durationLeft(0), durationLeft(-5000)]).toEqual(['4m19s', '1s', '0s', '0s']);
  });

  it('say no more of an estimate than is known', () => {
    expect([9000, 12_000, 58_000, 61_000, 259_000, 290_000, 700_000].map(aboutDuration)).toEqual([
      '~10s',
      '~15s',
      '~1m',
      '~90s',
      '~4m30s',
      '~5m',
      '~12m',
    ]);
  });
});

describe('counts', () => {
  it('part thousands, and know one from many', () => {
    expect([grouped(5012), grouped(999), grouped(1_234_567), counted(1, 'pod'), counted(0, 'pod')]).toEqual([
      '5,012',
      '999',
      '1,234,567',
      '1 pod',
      '0 pods',
    ]);
  });

  it('lose no digit', () => {
    fc.assert(fc.property(fc.nat(), (n) => grouped(n).replaceAll(',', '') === String(n)));
  });
});
