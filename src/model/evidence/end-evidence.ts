import type { CauseFacts } from '../cause.ts';
import { exitCodeInWords } from '../exit-code.ts';
import type { End, Kill } from './kill.ts';
import { neverStarted } from './newest-end.ts';
import { firstLine, shorten } from './one-line.ts';
import { tellingLine } from './telling-line.ts';

// As the API writes times: RFC 3339, UTC, whole seconds.
function apiTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The facts of an end, quoted: exit code and reason, times, message, and the last telling line of its log. */
export function endEvidence(facts: CauseFacts, end: End): string[] {
  const evidence = [stateOf(end), ...timesOf(end)];
  const message = neverStarted(end) ? shorten(firstLine(end.message), 400) : tellingLine(end.message);
  if (message !== '') evidence.push(`message: ${message}`);
  const log = tellingLine(facts.logTail);
  if (log !== '') evidence.push(`log: ${log}`);
  return evidence;
}

function stateOf({ exitCode, reason }: End): string {
  if (exitCode === null) return 'ended; its exit code is not known';
  const words = exitCodeInWords(exitCode, reason);
  return reason === '' ? `terminated, ${words}` : `terminated: ${reason}, ${words}`;
}

function timesOf({ startedAt, finishedAt }: End): string[] {
  if (finishedAt === null) return [];
  const ended = `ended ${apiTime(finishedAt)}`;
  return [startedAt === null ? ended : `ran ${Math.max(0, finishedAt - startedAt) / 1000}s, ${ended}`];
}

/** An event, quoted: who said it of what, how often and when last. */
export function eventEvidence({ event }: Pick<Kill, 'event'>): string {
  const times = event.count > 1 ? `${event.count} times, last ${apiTime(event.lastAt)}` : apiTime(event.lastAt);
  return `event ${event.reason} (${times}): ${shorten(firstLine(event.message))}`;
}

/** A waiting state, quoted; nothing where the container does not wait for a reason. */
export function waitingEvidence({ status }: CauseFacts): string[] {
  if (status?.state.is !== 'waiting' || status.state.reason === '') return [];
  const message = firstLine(status.state.message);
  return [message === '' ? `waiting: ${status.state.reason}` : `waiting: ${status.state.reason}: ${shorten(message, 400)}`];
}
