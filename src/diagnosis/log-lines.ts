import { errorLineIndex } from '../model/evidence/error-line.ts';
import { memoByIdentity } from '../text/memo-by-identity.ts';
import type { RunLog } from '../timeline/state.ts';

/** One line that a container printed. */
export interface LogLine {
  /**
   * The kubelet's time stamp as a time of the day in UTC, `18:04:22.123`; '' where the line has
   * none.
   */
  readonly time: string;
  readonly text: string;
}

// What `timestamps=true` puts before each line.
const STAMP = /^\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*(?:Z|[+-]\d\d:\d\d) ?/;

/** The lines of a log, without the empty one behind its last line feed. */
export function logLines(log: string): LogLine[] {
  if (log === '') return [];
  const lines = (log.endsWith('\n') ? log.slice(0, -1) : log).split('\n');
  return lines.map((line) => {
    const stamp = STAMP.exec(line);
    return stamp === null ? { time: '', text: line } : { time: stamp[1] as string, text: line.slice(stamp[0].length) };
  });
}

/**
 * Which line tells most of why the run died, the same that the cause quotes; -1 where there is
 * none.
 */
export function errorLineOf(lines: readonly LogLine[]): number {
  return errorLineIndex(lines.map(({ text }) => text));
}

/** The lines of one run's log. */
export interface PrintedLines {
  readonly lines: readonly LogLine[];
  /** As {@link errorLineOf}. */
  readonly telling: number;
}

/**
 * The lines of a log, worked out once: a log does not change, and what is on the screen is drawn
 * again every second.
 */
export const linesOf: (log: RunLog) => PrintedLines = memoByIdentity(({ text }) => {
  const lines = logLines(text);
  return { lines, telling: errorLineOf(lines) };
});
