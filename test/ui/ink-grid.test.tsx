import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inkGrid } from '../../src/ui/ink-grid.tsx';
import { boxGrid, fitsInGrid, gridSize, type SmallTable } from '../../src/view/lines/small-table.ts';

// Headings are names of columns for ink-table: two cannot be the same.
const tables: fc.Arbitrary<SmallTable> = fc
  .record({
    headings: fc.uniqueArray(fc.constantFrom('CONTAINER', 'TYPE', 'IMAGE', 'SINCE'), { minLength: 1 }),
    cells: fc.array(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'B', '7', '.', '-', '│', '…', ' ', 'é') }), { minLength: 4, maxLength: 4 }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  })
  .map(({ headings, cells }) => ({ headings, rows: cells.map((row) => row.slice(0, headings.length)) }));

describe('a small table', () => {
  it('has the same lines whether ink-table draws its grid or a view does by itself', () => {
    fc.assert(
      fc.property(tables, (table) => {
        fc.pre(fitsInGrid(table, 500));
        const lines = inkGrid(table);
        expect(lines).toEqual(boxGrid(table));
        expect(lines).toHaveLength(gridSize(table).height);
      }),
      { numRuns: 40 },
    );
  });

  it('is drawn by ink-table once, as long as no cell changes', () => {
    const table = { headings: ['CONTAINER'], rows: [['api']] };
    expect(inkGrid({ ...table })).toBe(inkGrid({ ...table }));
    expect(inkGrid({ ...table, rows: [['web']] })).not.toBe(inkGrid(table));
  });
});
