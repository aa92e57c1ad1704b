import { cutMiddle, padEnd, widthOf } from '../../text/cells.ts';
import { span } from './fit-line.ts';
import type { Line, Span, Tone } from './line.ts';

/** A table of a few static rows: drawn with a grid if it fits, else as plain lines. */
export interface SmallTable {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

// ink-table draws two lines per row and takes 12 ms for 5 rows: a longer table is neither readable
// nor fast.
const MAX_ROWS = 15;

function columnWidths({ headings, rows }: SmallTable): number[] {
  return headings.map((heading, i) => Math.max(widthOf(heading), ...rows.map((row) => widthOf(row[i] ?? ''))));
}

/**
 * The size of a table with its grid, in cells and lines: a rule around every row, a space beside
 * every cell.
 */
export function gridSize(table: SmallTable): { readonly width: number; readonly height: number } {
  const widths = columnWidths(table);
  return { width: widths.reduce((sum, w) => sum + w + 3, 1), height: 2 * table.rows.length + 3 };
}

/**
 * Draws a table with a grid, of exactly the size that {@link gridSize} gives. In a terminal this is
 * ink-table.
 */
export type GridPainter = (table: SmallTable) => readonly Line[];

/** Draws the grid with box characters, like ink-table, where there is no terminal. */
export function boxGrid(table: SmallTable): readonly Line[] {
  const widths = columnWidths(table);
  const rule = (left: string, cross: string, right: string) => left + widths.map((w) => '─'.repeat(w + 2)).join(cross) + right;
  const row = (cells: readonly string[]) => `│${widths.map((w, i) => ` ${padEnd(cells[i] ?? '', w)} `).join('│')}│`;
  const texts = [table.headings, ...table.rows].map(row);
  const ruled = texts.flatMap((text, i) => (i === 0 ? [text] : [rule('├', '┼', '┤'), text]));
  return gridLines(table, [rule('┌', '┬', '┐'), ...ruled, rule('└', '┴', '┘')]);
}

/** The lines of a grid drawn as text: its headings are strong, the grid itself is dim. */
export function gridLines(table: SmallTable, texts: readonly string[]): readonly Line[] {
  return texts.map((text, index): Line => {
    if (index % 2 === 0) return [span(text, 'dim')];
    return cellSpans(text, columnWidths(table), index === 1 ? 'strong' : 'plain');
  });
}

// Not by searching for the box character: a cell may contain one too.
function cellSpans(text: string, widths: readonly number[], tone: Tone): Span[] {
  const spans = [span(text.slice(0, 1), 'dim')];
  let at = 1;
  for (const width of widths) {
    const end = at + width + 2;
    spans.push(span(text.slice(at, end), tone), span(text.slice(end, end + 1), 'dim'));
    at = end + 1;
  }
  return spans;
}

/**
 * Can ink-table draw it in `width` cells? It measures by UTF-16 units, so cells of other widths
 * would break its grid.
 */
export function fitsInGrid(table: SmallTable, width: number): boolean {
  if (table.rows.length === 0 || table.rows.length > MAX_ROWS) return false;
  const cells = [table.headings, ...table.rows].flat();
  return gridSize(table).width <= width && cells.every((cell) => widthOf(cell) === cell.length);
}

/**
 * The table with one column cut in the middle, so that its grid takes `width` cells if `least`
 * cells of that column allow it.
 */
export function narrowed(table: SmallTable, column: number, width: number, least: number): SmallTable {
  const over = gridSize(table).width - width;
  const now = columnWidths(table)[column] ?? 0;
  if (over <= 0) return table;
  const cells = Math.max(least, now - over);
  return { ...table, rows: table.rows.map((row) => row.map((cell, i) => (i === column ? cutMiddle(cell, cells) : cell))) };
}

/** The table without a grid, one line per row, cut at the end of the line. */
export function tableWithoutGrid(table: SmallTable, width: number): Line[] {
  const widths = columnWidths(table);
  const lineOf = (cells: readonly string[]) =>
    padEnd(` ${cells.map((cell, i) => padEnd(cell, widths[i] ?? 0)).join('  ')}`.trimEnd(), width).trimEnd();
  return [[span(lineOf(table.headings), 'dim')], ...table.rows.map((row): Line => [span(lineOf(row))])];
}
