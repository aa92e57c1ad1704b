import type { Weight } from './line-weight.ts';

/** One message of a program, as one line without timestamps, colours and columns. Safe. */
export interface LogEntry extends Weight {
  readonly text: string;
  /** Its index among the bare lines (bare-lines.ts). */
  readonly index: number;
  /**
   * More context, which may name a place that `text` leaves out: the outer exceptions of a trace.
   */
  readonly around: string;
}
