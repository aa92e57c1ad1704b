import { shorten } from '../../text/truncate.ts';
import { bareLines } from './bare-lines.ts';
import { errorEntry, reasonBehind } from './error-entry.ts';
import { logEntriesOf } from './log-entries.ts';
import type { LogEntry } from './log-entry.ts';

/** The index of the log line that best explains why its run ended; -1 if none says anything. */
export function errorLineIndex(lines: readonly string[]): number {
  const text = lines.slice(-LINES_READ).join('\n');
  const entries = logEntriesOf(text);
  const said = reasonBehind(entries) ?? errorEntry(entries);
  return said === undefined ? -1 : lines.length - bareLines(text).length + said.index;
}

const LINES_READ = 200;
/**
 * The line of a log or termination message that best explains why a program ended: the last that
 * calls itself an error.
 */
export function errorLine(text: string): string {
  return shorten(errorEntry(logEntriesOf(text))?.text ?? '');
}

/** The entry that best explains why a program ended, as one line; '' if none reports a problem. */
export function errorIn(entries: readonly LogEntry[]): string {
  const said = errorEntry(entries);
  return said === undefined || said.weight === 0 ? '' : shorten(said.text);
}
