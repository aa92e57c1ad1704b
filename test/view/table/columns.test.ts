import { describe, expect, it } from 'vitest';
import { columnsAt, GAP, NARROWEST } from '../../../src/view/table/columns.ts';

describe('the columns', () => {
  it('add up to the width at every width', () => {
    for (let width = NARROWEST; width <= 250; width++) {
      const { marks, name, avail, why, restarts, ran, nextStart, history } = columnsAt(width);
      const rest = [avail, why, restarts, ran, nextStart, history].filter((w) => w > 0);
      expect(marks + name + rest.reduce((sum, w) => sum + GAP + w, 0)).toBe(width);
      expect(Math.min(name, why), `at ${width}`).toBeGreaterThanOrEqual(11);
    }
  });

  it('are those of the design at 80, 120 and 160', () => {
    const shown = (width: number) => {
      const { restarts, ran, history } = columnsAt(width);
      return [restarts > 0, ran > 0, history > 0];
    };
    expect([shown(80), shown(120), shown(159), shown(160)]).toEqual([
      [false, false, false],
      [true, true, false],
      [true, true, false],
      [true, true, true],
    ]);
  });
});
