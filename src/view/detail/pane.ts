import type { EntryLink, Line, Span, TabLink } from '../lines/line.ts';

/** A line of a pane with a link to another tab. */
export interface Reference extends Omit<TabLink, 'type'> {
  readonly line: number;
}

/** A line of a pane that stands for a container, to be selected and opened. */
export interface PaneRow extends Omit<EntryLink, 'type'> {
  readonly line: number;
}

/** Lines to scroll through, made only when they are drawn. */
export interface Pane {
  /** The number of lines. */
  readonly height: number;
  /** The end shown first: a log's last lines, else the beginning. */
  readonly opensAt: 'top' | 'bottom';
  /** The links to follow, in the order of their lines; absent if there are none. */
  readonly references?: readonly Reference[];
  /** The rows to select, in the order of their lines; absent if there are none. */
  readonly rows?: readonly PaneRow[];
  /** The line to copy without a search, whole; absent if there is none. */
  readonly telling?: string;
  /** At most `count` of the lines, from number `from` on (0-based). */
  slice(from: number, count: number): readonly Line[];
  /**
   * The numbers of the lines in which a match begins, ascending, searched before they are wrapped
   * into rows; absent if the rows are all there is to search.
   */
  find?(pattern: RegExp): readonly number[];
  /** The text of a line before it was wrapped into rows; absent like `find`. */
  textAt?(line: number): string;
}

/** A pane over existing lines. */
export function paneOf(lines: readonly Line[], opensAt: Pane['opensAt'] = 'top'): Pane {
  return { height: lines.length, opensAt, slice: (from, count) => lines.slice(Math.max(0, from), Math.max(0, from) + count) };
}

/** A pane over existing lines that may have links: it finds them. */
export function linkedPane(lines: readonly Line[]): Pane {
  const links = lines.flatMap((spans, line) => {
    const link = spans.find(hasLink)?.link;
    return link === undefined ? [] : [{ ...link, line }];
  });
  const references = links.filter((link) => link.type === 'tab');
  const rows = links.filter((link) => link.type === 'entry');
  return {
    ...paneOf(lines),
    ...(references.length === 0 ? {} : { references }),
    ...(rows.length === 0 ? {} : { rows }),
  };
}

function hasLink({ link }: Span): boolean {
  return link !== undefined;
}

/** A pane below heading lines that scroll away with it. */
export function below(heading: readonly Line[], pane: Pane): Pane {
  const { find, textAt, references, rows } = pane;
  const shift = heading.length;
  if (shift === 0) return pane;
  return {
    ...pane,
    height: pane.height + shift,
    ...(references === undefined ? {} : { references: references.map((r) => ({ ...r, line: r.line + shift })) }),
    ...(rows === undefined ? {} : { rows: rows.map((r) => ({ ...r, line: r.line + shift })) }),
    slice: (from, count) => {
      const above = heading.slice(Math.max(0, from), Math.max(0, from) + count);
      return [...above, ...pane.slice(Math.max(0, from - shift), count - above.length)];
    },
    ...(find === undefined ? {} : { find: (pattern) => find(pattern).map((line) => line + shift) }),
    ...(textAt === undefined
      ? {}
      : { textAt: (line) => (line < shift ? (heading[line] ?? []).map((s) => s.text).join('') : textAt(line - shift)) }),
  };
}

/** How far a pane can be scrolled if `rows` of its lines are visible. */
function lastOffset(pane: Pick<Pane, 'height'>, rows: number): number {
  return Math.max(0, pane.height - rows);
}

/**
 * The first visible line: `offset` within the pane, or the end shown first if it was not scrolled
 * yet (null).
 */
export function topOf(pane: Pane, offset: number | null, rows: number): number {
  const last = lastOffset(pane, rows);
  if (offset === null) return pane.opensAt === 'bottom' ? last : 0;
  return Math.min(last, Math.max(0, offset));
}
