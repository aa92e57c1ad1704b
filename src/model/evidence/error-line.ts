import { shorten } from '../../text/truncate.ts';
import { bareLines } from './bare-lines.ts';
import { reasonBehind, tellingSaying } from './error-entry.ts';
import { sayingsOf } from './log-entries.ts';
import type { Saying } from './log-entry.ts';

/** Which of some lines of a log tells best why its run ended; -1 where none says anything. */
export function tellingIndex(lines: readonly string[]): number {
  const text = lines.slice(-LINES_READ).join('\n');
  const sayings = sayingsOf(text);
  const said = reasonBehind(sayings) ?? tellingSaying(sayings);
  return said === undefined ? -1 : lines.length - bareLines(text).length + said.index;
}

const LINES_READ = 200;
/** The line of a log or a termination message that tells best why a program ended: the last that calls itself an error. */
export function tellingLine(text: string): string {
  return shorten(tellingSaying(sayingsOf(text))?.text ?? '');
}

/** The saying that tells best why a program ended, as one line; '' where none says that something went wrong. */
export function errorIn(sayings: readonly Saying[]): string {
  const said = tellingSaying(sayings);
  return said === undefined || said.weight === 0 ? '' : shorten(said.text);
}
