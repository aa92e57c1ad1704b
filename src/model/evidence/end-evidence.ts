import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseFacts } from '../cause.ts';
import { describeExitCode } from '../exit-code.ts';
import type { End } from './end.ts';
import { errorEntry, farError, reasonBehind } from './error-entry.ts';
import { finalOutputOf } from './final-output.ts';
import type { Kill } from './kill.ts';
import { neverStarted } from './last-termination.ts';
import type { LogEntry } from './log-entry.ts';
import { runLengths } from './run-lengths.ts';

/** Formats a time (epoch ms) as the API writes times: RFC 3339, UTC, whole seconds. */
export function apiTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/**
 * The facts of an end that the program itself caused, quoted: its last words first, since they
 * explain it, then exit code and reason, times, and durations of its runs.
 */
export function endEvidence(facts: CauseFacts, end: End): string[] {
  return [...outputEvidence(facts, end), stateOf(end), ...timesOf(end), ...runLengths(facts)];
}

/**
 * As {@link endEvidence} for an end that came from outside: the last words need not explain it, so
 * they come last.
 */
export function forcedEndEvidence(facts: CauseFacts, end: End): string[] {
  return [stateOf(end), ...timesOf(end), ...runLengths(facts), ...outputEvidence(facts, end)];
}

// The line of the termination message and the line of the log that explain it, in quotation marks:
// untrusted words, as found.
function outputEvidence(facts: CauseFacts, end: End): string[] {
  if (neverStarted(end)) return end.message === '' ? [] : [`message: ${shorten(firstLine(end.message), 400)}`];
  const { message, log } = finalOutputOf(facts, end);
  return [...quotes('message', message), ...quotes('log', log)];
}

function quotes(source: string, entries: readonly LogEntry[]): string[] {
  const quoted = [reasonBehind(entries), errorEntry(entries)].flatMap((said) =>
    said === undefined ? [] : [`${source}: "${shorten(said.text)}"`],
  );
  const far = farError(entries);
  return far === null ? quoted : [...quoted, `${source}, ${far.linesBefore} lines before its end: "${shorten(far.said.text)}"`];
}

function stateOf({ exitCode, reason }: End): string {
  if (exitCode === null) return 'ended; exit code unknown';
  const words = describeExitCode(exitCode, reason);
  return reason === '' ? `terminated, ${words}` : `terminated: ${reason}, ${words}`;
}

function timesOf({ startedAt, finishedAt }: End): string[] {
  if (finishedAt === null) return [];
  const ended = `ended ${apiTime(finishedAt)}`;
  return [startedAt === null ? ended : `ran ${Math.max(0, finishedAt - startedAt) / 1000}s, ${ended}`];
}

/**
 * Says in these words that no event reports something; if events are hidden, says that instead,
 * since it cannot be known.
 */
export function noKillKnown({ eventsHidden }: CauseFacts, words: string): string {
  return eventsHidden === '' ? words : `its events are hidden: ${shorten(eventsHidden)}`;
}

/** Quotes an event: its reason, how often and when last, its message. */
export function eventEvidence({ event }: Pick<Kill, 'event'>): string {
  const times = event.count > 1 ? `${event.count} times, last ${apiTime(event.lastAt)}` : apiTime(event.lastAt);
  return `event ${event.reason} (${times}): ${shorten(firstLine(event.message), 400)}`;
}

/** Quotes a waiting state; empty if the container is not waiting for a reason. */
export function waitingEvidence({ status }: CauseFacts): string[] {
  if (status?.state.type !== 'waiting' || status.state.reason === '') return [];
  const message = firstLine(status.state.message);
  return [message === '' ? `waiting: ${status.state.reason}` : `waiting: ${status.state.reason}: ${shorten(message, 400)}`];
}

/** Quotes the end or, before there is one, what the container waits for. */
export function endOrWaitingEvidence(facts: CauseFacts, end: End | null): string[] {
  return end === null ? waitingEvidence(facts) : endEvidence(facts, end);
}

/**
 * The node's Ready condition unless it is True: then the API's words on the pod may be outdated.
 */
export function nodeEvidence({ node }: CauseFacts): string[] {
  if (node === undefined || node.ready === '' || node.ready === 'True') return [];
  const since = node.readySince === null ? '' : ` since ${apiTime(node.readySince)}`;
  return [`node ${node.name}: Ready is ${node.ready}${since}; the status of its pods may be outdated`];
}
