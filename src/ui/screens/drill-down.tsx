import { Box } from 'ink';
import { useEffect } from 'react';
import type { PodRecord } from '../../timeline/state.ts';
import { type DetailFacts, headLines, paneRows, shownRecord, tabPane, visibleTab } from '../../view/detail/detail.ts';
import { hasGrids, type SpecPane } from '../../view/detail/spec-tab.ts';
import type { Detail, DrawnTab } from '../../view/update/screen-state.ts';
import { Grid } from '../components/grid.tsx';
import { Lines } from '../components/lines.tsx';
import { useFullObject } from '../full-object.ts';
import type { Theme } from '../theme.ts';

export interface DrillDownProps {
  readonly subject: DetailFacts;
  readonly detail: Detail;
  /** The cells and lines that the drill-down has: it fills them. */
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  /** As a session's. */
  readonly getObject: (record: PodRecord) => Promise<unknown>;
  /** What crashtop itself has to say; '' where it has nothing. */
  readonly notice: string;
  /** Told what of the tab is on the screen, so that keys know how far they can scroll, and what they can follow and copy. */
  readonly onDrawn: (drawn: DrawnTab) => void;
}

/** One container, or one workload, in depth: whose it is, the tabs, and as much of the open one as there is room for. */
export function DrillDown({ subject, detail, width, height, theme, getObject, notice, onDrawn }: DrillDownProps) {
  const object = useFullObject(getObject, shownRecord(subject), detail.tab === 'spec');
  const pane = tabPane(subject, { ...detail, links: true }, object, width);
  const rows = paneRows(height);
  const { top, drawn, lines } = visibleTab(pane, detail, rows, width);
  useEffect(() => onDrawn(drawn));
  const head = headLines(subject, detail, pane, height, width, notice);
  const grids = hasGrids(pane) ? pane : null;
  const grid = grids === null ? 0 : visibleGrid(grids, top, rows);
  const body = lines(top + grid, rows - grid);
  return (
    <Box flexDirection="column">
      <Lines lines={head.map(theme.paint)} />
      {grids !== null && grid > 0 && <Grids pane={grids} top={top} rows={grid} theme={theme} />}
      <Lines lines={body.map(theme.paint)} />
    </Box>
  );
}

function visibleGrid(pane: SpecPane, top: number, rows: number): number {
  return Math.max(0, Math.min(rows, pane.gridHeight - top));
}

interface GridsProps {
  readonly pane: SpecPane;
  readonly top: number;
  readonly rows: number;
  readonly theme: Theme;
}

// Grids scroll away with the lines below them, at their whole height: stretched to what is left of it their rows would shrink.
function Grids({ pane, top, rows, theme }: GridsProps) {
  return (
    <Box height={rows} alignItems="flex-start" overflow="hidden" contentOffsetY={top} flexShrink={0}>
      {pane.grids.map((table) => (
        <Box key={table.headings.join()} marginLeft={1} flexShrink={0}>
          <Grid table={table} theme={theme} />
        </Box>
      ))}
    </Box>
  );
}
