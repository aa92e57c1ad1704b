import { memoByIdentity } from '../../text/memo-by-identity.ts';
import { shorten } from '../../text/truncate.ts';
import type { CauseFacts } from '../cause.ts';
import type { End } from './end.ts';
import { errorEntry, farError, reasonBehind } from './error-entry.ts';
import { errorIn } from './error-line.ts';
import { logEntriesOf } from './log-entries.ts';
import type { LogEntry } from './log-entry.ts';

/** What a run wrote to its termination message and its log: oldest first. */
interface Words {
  readonly message: readonly LogEntry[];
  readonly log: readonly LogEntry[];
}

/** What a run wrote. Its termination message is deliberate, so it takes precedence over the log. */
export function finalOutputOf(facts: CauseFacts, { message }: End): Words {
  return wordsIn(facts, message);
}

// Every rule that reads them asks again, and a log may be long.
const wordsIn = memoByIdentity(
  ({ logTail }: CauseFacts, message: string): Words => ({ message: logEntriesOf(message), log: logEntriesOf(logTail) }),
);

/**
 * The program's last words that explain why it ended, not shortened; undefined if it wrote nothing.
 */
export function finalError(facts: CauseFacts, end: End): LogEntry | undefined {
  const { message, log } = finalOutputOf(facts, end);
  return errorEntry(message) ?? errorEntry(log);
}

/**
 * The reason behind last words that only say that it is over; undefined if they say more, or there
 * is none.
 */
function reasonEntry(facts: CauseFacts, end: End): LogEntry | undefined {
  const { message, log } = finalOutputOf(facts, end);
  return reasonBehind(message) ?? (errorEntry(message) === undefined ? reasonBehind(log) : undefined);
}

/**
 * Why it ended, in the program's last words: from its deliberate termination message, else from its
 * log; '' if there are none.
 */
export function finalErrorLine(facts: CauseFacts, end: End): string {
  const said = reasonEntry(facts, end) ?? finalError(facts, end);
  // Words at info level, or good news, are no reason.
  return said === undefined || said.isQuiet ? '' : shorten(said.text);
}

/**
 * Did the run write something, but no error? An error from which it recovered is far before its
 * end.
 */
export function loggedNoError(facts: CauseFacts, end: End): 'nowhere' | 'near its end' | null {
  const { message, log } = finalOutputOf(facts, end);
  const entries = [...message, ...log];
  if (entries.length === 0 || finalErrorLine(facts, end) !== '') return null;
  return farError(log) === null ? 'nowhere' : 'near its end';
}

/** As {@link finalErrorLine}, but only words that report a problem. */
export function finalErrorMessage(facts: CauseFacts, end: End): string {
  const { message, log } = finalOutputOf(facts, end);
  const reason = reasonEntry(facts, end);
  return reason === undefined ? errorIn(message) || errorIn(log) : shorten(reason.text);
}
