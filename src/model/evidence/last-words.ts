import type { CauseFacts } from '../cause.ts';
import type { End } from './kill.ts';
import { errorLine, tellingLine } from './telling-line.ts';

/** What the program said last: in its termination message, which it wrote on purpose, or else in its log; '' if nothing. */
export function lastWords({ logTail }: CauseFacts, { message }: End): string {
  return tellingLine(message) || tellingLine(logTail);
}

/** As {@link lastWords}, but only words that tell of something that went wrong. */
export function errorWords({ logTail }: CauseFacts, { message }: End): string {
  return errorLine(message) || errorLine(logTail);
}

const SHELL = /^\S*sh: (?:line )?(?:\d+: )?/;

/** As {@link errorWords}, without the name of the shell that says them: "migrate-up: not found". */
export function shellWords(facts: CauseFacts, end: End): string {
  return errorWords(facts, end).replace(SHELL, '');
}
