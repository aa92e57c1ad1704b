import { cutMiddle, padEnd, widthOf } from '../../text/cells.ts';
import { span } from './fit-line.ts';
import type { Line } from './line.ts';

/** A table of a few rows that do not tick: drawn with a grid (ink-table) where it fits, else as plain lines. */
export interface SmallTable {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

// ink-table draws two lines a row and takes 12 ms for 5 rows: beyond this it is neither readable nor fast.
const MOST_ROWS = 15;

function columnWidths({ headings, rows }: SmallTable): number[] {
  return headings.map((heading, i) => Math.max(widthOf(heading), ...rows.map((row) => widthOf(row[i] ?? ''))));
}

/** The cells and lines that a table takes up with its grid: a rule around every row, a space beside every cell. */
export function gridSize(table: SmallTable): { readonly width: number; readonly height: number } {
  const widths = columnWidths(table);
  return { width: widths.reduce((sum, w) => sum + w + 3, 1), height: 2 * table.rows.length + 3 };
}

/** Can ink-table draw it in `width` cells? It measures by UTF-16 units, so a cell of other widths would break its grid. */
export function fitsInGrid(table: SmallTable, width: number): boolean {
  if (table.rows.length === 0 || table.rows.length > MOST_ROWS) return false;
  const cells = [table.headings, ...table.rows].flat();
  return gridSize(table).width <= width && cells.every((cell) => widthOf(cell) === cell.length);
}

/** The table with one column cut in the middle, so that its grid takes `width` cells if `least` cells of that column allow it. */
export function narrowed(table: SmallTable, column: number, width: number, least: number): SmallTable {
  const over = gridSize(table).width - width;
  const now = columnWidths(table)[column] ?? 0;
  if (over <= 0) return table;
  const cells = Math.max(least, now - over);
  return { ...table, rows: table.rows.map((row) => row.map((cell, i) => (i === column ? cutMiddle(cell, cells) : cell))) };
}

/** The table without a grid, one line a row, what does not fit cut at the end of the line. */
export function plainTable(table: SmallTable, width: number): Line[] {
  const widths = columnWidths(table);
  const lineOf = (cells: readonly string[]) =>
    padEnd(` ${cells.map((cell, i) => padEnd(cell, widths[i] ?? 0)).join('  ')}`.trimEnd(), width).trimEnd();
  return [[span(lineOf(table.headings), 'dim')], ...table.rows.map((row): Line => [span(lineOf(row))])];
}
