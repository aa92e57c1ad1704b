import type { Line } from './line.ts';

/** Lines to scroll through, made only when they are drawn. */
export interface Pane {
  /** How many lines there are. */
  readonly height: number;
  /** Which end somebody wants to see first: a log's last lines, else the beginning. */
  readonly opensAt: 'top' | 'bottom';
  /** At most `count` of the lines, from number `from` on (0-based). */
  slice(from: number, count: number): readonly Line[];
}

/** A pane over lines that exist already. */
export function paneOf(lines: readonly Line[], opensAt: Pane['opensAt'] = 'top'): Pane {
  return { height: lines.length, opensAt, slice: (from, count) => lines.slice(Math.max(0, from), Math.max(0, from) + count) };
}

/** How far a pane can be scrolled where `rows` of its lines are visible. */
export function lastOffset(pane: Pick<Pane, 'height'>, rows: number): number {
  return Math.max(0, pane.height - rows);
}

/** The first visible line: `offset` within the pane, or where it opens where nobody scrolled yet (null). */
export function topOf(pane: Pane, offset: number | null, rows: number): number {
  const last = lastOffset(pane, rows);
  if (offset === null) return pane.opensAt === 'bottom' ? last : 0;
  return Math.min(last, Math.max(0, offset));
}
