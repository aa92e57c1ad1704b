import { Text } from 'ink';
import { Table } from 'ink-table';
import { memo, type PropsWithChildren, useMemo } from 'react';
import type { Tone } from '../../view/lines/line.ts';
import type { SmallTable } from '../../view/lines/small-table.ts';
import type { Theme } from '../theme.ts';

interface GridProps {
  readonly table: SmallTable;
  readonly theme: Theme;
}

/** A small table with a grid, drawn by ink-table: `fitsInGrid` says whether it can. It is drawn again only when a cell changes. */
export const Grid = memo(
  function Grid({ table, theme }: GridProps) {
    const parts = useMemo(
      () => ({ header: inTone('strong', theme), cell: inTone('plain', theme), skeleton: inTone('dim', theme) }),
      [theme],
    );
    const data = table.rows.map((row) => Object.fromEntries(table.headings.map((heading, i) => [heading, row[i] ?? ''])));
    return <Table data={data} columns={[...table.headings]} {...parts} />;
  },
  (before, after) => before.theme === after.theme && JSON.stringify(before.table) === JSON.stringify(after.table),
);

// ink-table's own colours are not the theme's, and ink's do not know NO_COLOR.
function inTone(tone: Tone, theme: Theme) {
  return ({ children }: PropsWithChildren) => <Text>{theme.paint([{ text: String(children), tone }])}</Text>;
}
