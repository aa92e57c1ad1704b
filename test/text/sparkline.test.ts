import { describe, expect, it } from 'vitest';
import { sparkline } from '../../src/text/sparkline.ts';

describe('a sparkline', () => {
  it.each([
    [[40, 39, 38, 38, 38], '▅▅▅▅▅'],
    [[60, 45, 33, 25, 19], '█▆▄▃▃'],
    [[3, 3, 3, 3, 960], '▁▁▁▁█'],
    [[0, 0, 0], '▁▁▁'],
    [[], ''],
  ])('of %j', (values, bars) => {
    expect(sparkline(values)).toBe(bars);
  });
});
