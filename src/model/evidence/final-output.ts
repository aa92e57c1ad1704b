import { shorten } from '../../text/truncate.ts';
import type { CauseFacts } from '../cause.ts';
import type { End } from './end.ts';
import { errorEntry, farError, reasonBehind } from './error-entry.ts';
import { errorIn } from './error-line.ts';
import { logEntriesOf } from './log-entries.ts';
import type { LogEntry } from './log-entry.ts';

/** What a run said, in its termination message and in its log: oldest first. */
interface Words {
  readonly message: readonly LogEntry[];
  readonly log: readonly LogEntry[];
}

// Every rule that reads them asks anew, and a log may be long.
const read = new WeakMap<CauseFacts, { readonly message: string; readonly words: Words }>();

/** What a run said. Its message it wrote on purpose, so that it goes before the log. */
export function finalOutputOf(facts: CauseFacts, { message }: End): Words {
  const known = read.get(facts);
  if (known?.message === message) return known.words;
  const words = { message: logEntriesOf(message), log: logEntriesOf(facts.logTail) };
  read.set(facts, { message, words });
  return words;
}

/** What the program said last that tells why it ended; undefined where it said nothing. Not shortened. */
export function finalError(facts: CauseFacts, end: End): LogEntry | undefined {
  const { message, log } = finalOutputOf(facts, end);
  return errorEntry(message) ?? errorEntry(log);
}

/** The reason that stands behind last words which say only that it is over; undefined where they say more, or nothing does. */
function reasonSaying(facts: CauseFacts, end: End): LogEntry | undefined {
  const { message, log } = finalOutputOf(facts, end);
  return reasonBehind(message) ?? (errorEntry(message) === undefined ? reasonBehind(log) : undefined);
}

/** Why it ended, as the program said last: in its termination message, which it wrote on purpose, or else in its log; '' if nothing. */
export function finalErrorLine(facts: CauseFacts, end: End): string {
  const said = reasonSaying(facts, end) ?? finalError(facts, end);
  // What calls itself an information, or is glad, is no reason.
  return said === undefined || said.isQuiet ? '' : shorten(said.text);
}

/** Did the run say something, of which nothing tells of an error? What it had got over stands far before its end. */
export function loggedNoError(facts: CauseFacts, end: End): 'nowhere' | 'near its end' | null {
  const { message, log } = finalOutputOf(facts, end);
  const sayings = [...message, ...log];
  if (sayings.length === 0 || finalErrorLine(facts, end) !== '') return null;
  return farError(log) === null ? 'nowhere' : 'near its end';
}

/** As {@link finalErrorLine}, but only words that tell of something that went wrong. */
export function finalErrorMessage(facts: CauseFacts, end: End): string {
  const { message, log } = finalOutputOf(facts, end);
  const reason = reasonSaying(facts, end);
  return reason === undefined ? errorIn(message) || errorIn(log) : shorten(reason.text);
}
