import { renderToString, Text } from 'ink';
import { Table } from 'ink-table';
import type { PropsWithChildren } from 'react';
import type { Line } from '../view/lines/line.ts';
import { boxGrid, gridLines, gridSize, type SmallTable } from '../view/lines/small-table.ts';

// Frames show the same few tables again and again, and one takes ink 12 ms.
const MAX_KEPT = 16;
const drawn = new Map<string, readonly Line[]>();

/**
 * A small table with a grid, drawn by ink-table if `fitsInGrid` allows it. Draws each table only
 * once.
 */
export function inkGrid(table: SmallTable): readonly Line[] {
  const key = JSON.stringify(table);
  const known = drawn.get(key);
  if (known !== undefined) return known;
  const { width, height } = gridSize(table);
  const texts = textOf(table, width).split('\n');
  // React draws nothing while it is drawing something else, as in an effect.
  if (texts.length !== height) return boxGrid(table);
  const lines = gridLines(table, texts);
  if (drawn.size >= MAX_KEPT) drawn.clear();
  drawn.set(key, lines);
  return lines;
}

function textOf({ headings, rows }: SmallTable, columns: number): string {
  const data = rows.map((row) => Object.fromEntries(headings.map((heading, i) => [heading, row[i] ?? ''])));
  const parts = { header: Plain, cell: Plain, skeleton: Plain };
  return renderToString(<Table data={data} columns={[...headings]} {...parts} />, { columns });
}

// ink-table's own colours are not the theme's, and ink's ignore NO_COLOR.
function Plain({ children }: PropsWithChildren) {
  return <Text>{children}</Text>;
}
