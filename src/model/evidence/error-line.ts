import { shorten } from '../../text/truncate.ts';
import { bareLines } from './bare-lines.ts';
import { errorEntry, reasonBehind } from './error-entry.ts';
import { logEntriesOf } from './log-entries.ts';
import type { LogEntry } from './log-entry.ts';

/** Which of some lines of a log tells best why its run ended; -1 where none says anything. */
export function errorLineIndex(lines: readonly string[]): number {
  const text = lines.slice(-LINES_READ).join('\n');
  const sayings = logEntriesOf(text);
  const said = reasonBehind(sayings) ?? errorEntry(sayings);
  return said === undefined ? -1 : lines.length - bareLines(text).length + said.index;
}

const LINES_READ = 200;
/** The line of a log or a termination message that tells best why a program ended: the last that calls itself an error. */
export function errorLine(text: string): string {
  return shorten(errorEntry(logEntriesOf(text))?.text ?? '');
}

/** The saying that tells best why a program ended, as one line; '' where none says that something went wrong. */
export function errorIn(sayings: readonly LogEntry[]): string {
  const said = errorEntry(sayings);
  return said === undefined || said.weight === 0 ? '' : shorten(said.text);
}
