/**
 * The cells of each column of the main table at one width; 0: the column is hidden. Columns and
 * gaps add up to the width.
 */
export interface Columns {
  /** The whole line. */
  readonly width: number;
  /** Selection mark, fold mark and a space. */
  readonly marks: number;
  readonly name: number;
  readonly avail: number;
  readonly why: number;
  readonly restarts: number;
  readonly ran: number;
  readonly nextStart: number;
  /** The bar's part of NEXT START. */
  readonly bar: number;
  readonly history: number;
}

/** Between two columns. */
export const GAP = 2;

const MARKS = 3;
/** Length of the history: one cell per minute. */
const HISTORY = 30;

interface Fixed {
  readonly from: number;
  readonly avail: number;
  readonly restarts: number;
  readonly ran: number;
  readonly nextStart: number;
  readonly bar: number;
  readonly history: number;
}

// From the widest to the narrowest: the first that fits is used.
const LAYOUTS: readonly Fixed[] = [
  { from: 200, avail: 7, restarts: 15, ran: 6, nextStart: 36, bar: 12, history: HISTORY },
  { from: 160, avail: 7, restarts: 14, ran: 6, nextStart: 24, bar: 10, history: HISTORY },
  { from: 120, avail: 6, restarts: 14, ran: 5, nextStart: 24, bar: 10, history: 0 },
  { from: 100, avail: 6, restarts: 14, ran: 0, nextStart: 21, bar: 7, history: 0 },
  { from: 0, avail: 5, restarts: 0, ran: 0, nextStart: 21, bar: 7, history: 0 },
];

/** The narrowest line that {@link columnsAt} supports. */
export const NARROWEST = 60;

/** The columns of the main table at a width (60 or more), and the width of each. */
export function columnsAt(width: number): Columns {
  const { from: _, ...fixed } = LAYOUTS.find((l) => width >= l.from) as Fixed;
  const shown = [fixed.avail, fixed.restarts, fixed.ran, fixed.nextStart, fixed.history].filter((w) => w > 0);
  const taken = MARKS + shown.reduce((sum, w) => sum + GAP + w, 0);
  const left = width - taken - GAP;
  // If space is short, names come first: a cut reason is readable in the footer.
  const name = Math.min(52, Math.floor(left * (width < 100 ? 0.54 : 0.48)));
  return { width, marks: MARKS, name, why: left - name, ...fixed };
}
