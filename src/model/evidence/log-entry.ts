import type { Weight } from './line-weight.ts';

/** One thing that a program said, as one line without timestamps, colours and columns. Safe. */
export interface LogEntry extends Weight {
  readonly text: string;
  /** Which of the bare lines (bare-lines.ts) it is. */
  readonly index: number;
  /** More of the same, where a place may be named that `text` leaves out: the outer exceptions of a trace. */
  readonly around: string;
}
