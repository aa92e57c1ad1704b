import { type Table, tableOf } from '../../src/view/table/table.ts';
import type { DrawnTab } from '../../src/view/update/detail.ts';
import { type PageContext, settled, update } from '../../src/view/update/page.ts';
import type { ScreenCommand } from '../../src/view/update/screen-command.ts';
import { FIRST_SCREEN, type ScreenState } from '../../src/view/update/screen-state.ts';
import { problem } from './problem-builder.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** Eight workloads of a pod each, the first three of them down, and one of two pods. */
export const ENTRIES = [
  ...NAMES.map((name) => problem({ pod: `${name}-1`, workload: name, impact: { level: name < 'd' ? 'down' : 'degraded' } })),
  problem({ pod: 'z-1', workload: 'z' }),
  problem({ pod: 'z-2', workload: 'z' }),
];

/** The table of those entries as a screen lists them. */
export function tableAt({ table }: ScreenState, entries = ENTRIES, height = 100): Table {
  return tableOf({ entries, sort: 'impact', folds: table.folds, height, newSince: 0, wallNow: 0, before: null });
}

/** What is on the screen: a table, and tabs of 40 lines of which ten are seen, from the first on. */
export function contextOf(table: Table, height = 5, detail: Partial<DrawnTab> = {}): PageContext {
  const pane = { lines: 40, height: 10, top: 0 };
  return { table, height, detail: { ...pane, references: [], rows: [], row: null, line: '', ...detail }, help: pane };
}

/** The screen after commands, settled after each as a frame does. */
export function after(commands: readonly ScreenCommand[], height = 5, start: ScreenState = FIRST_SCREEN): ScreenState {
  let screen = settled(start, { table: tableAt(start), height });
  for (const command of commands) {
    screen = update(screen, command, contextOf(tableAt(screen), height));
    screen = settled(screen, { table: tableAt(screen), height });
  }
  return screen;
}
