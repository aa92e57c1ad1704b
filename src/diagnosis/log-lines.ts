import { errorLineIndex } from '../model/evidence/error-line.ts';
import { memoByIdentity } from '../text/memo-by-identity.ts';
import type { RunLog } from '../timeline/state.ts';

/** One line that a container printed. */
export interface LogLine {
  /** The kubelet's time stamp as a UTC time of day, `18:04:22.123`; '' if the line has none. */
  readonly time: string;
  readonly text: string;
}

// The prefix that `timestamps=true` adds to each line.
const STAMP = /^\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*(?:Z|[+-]\d\d:\d\d) ?/;

/** Splits a log into lines, without the empty one after its last line feed. */
export function logLines(log: string): LogLine[] {
  if (log === '') return [];
  const lines = (log.endsWith('\n') ? log.slice(0, -1) : log).split('\n');
  return lines.map((line) => {
    const stamp = STAMP.exec(line);
    return stamp === null ? { time: '', text: line } : { time: stamp[1] as string, text: line.slice(stamp[0].length) };
  });
}

/**
 * The index of the line that best explains why the run ended, the one that the cause quotes; -1 if
 * there is none.
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

/** The lines of a log, computed once: a log never changes, and the screen is drawn every second. */
export const linesOf: (log: RunLog) => PrintedLines = memoByIdentity(({ text }) => {
  const lines = logLines(text);
  return { lines, telling: errorLineOf(lines) };
});
