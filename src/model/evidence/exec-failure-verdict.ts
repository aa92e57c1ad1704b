import { shorten } from '../../text/truncate.ts';
import type { CauseFacts, Verdict } from '../cause.ts';
import type { End } from './end.ts';
import { endEvidence, endOrWaitingEvidence } from './end-evidence.ts';
import { finalErrorMessage, finalOutputOf } from './final-output.ts';
import { killOf } from './kill.ts';
import { describePod, logsOfDead } from './kubectl-hints.ts';
import { lastTerminationOf } from './last-termination.ts';
import { panicOf } from './panic.ts';
import { type ExecFailure, execFailureInLog, execFailureOf, startFailureOf } from './start-failure.ts';

/** One way in which a program cannot be run. */
export interface ExecFailureKind {
  /** Does the runtime report this way? */
  readonly isIt: (failure: ExecFailure) => boolean;
  /** The summary of the runtime's report on the container's own command: "cannot start: ...". */
  readonly wordsFor: (failure: ExecFailure) => string;
  /** The exit code of a shell that could not run a program in this way. */
  readonly shellCode: number;
  /** The same in words, in case the shell said none. */
  readonly shellMeaning: string;
  /**
   * A shell's words for it at the end of its line; without such a line near the end the code means
   * something else.
   */
  readonly shellSays: RegExp;
  /** Does a line with these words report something else after all? */
  readonly isOther?: (line: string) => boolean;
}

/**
 * The verdict of a rule about programs that cannot be run: from the runtime's message, a shell, or
 * the container's own log.
 */
export function execFailureVerdict(facts: CauseFacts, kind: ExecFailureKind): Verdict | null {
  const message = startFailureOf(facts);
  if (message !== null) return byRuntime(facts, kind, message);
  const end = lastTerminationOf(facts);
  return end?.exitCode === kind.shellCode && killOf(facts, end) === null ? byShell(facts, kind, end) : byLog(facts, kind);
}

/** "cannot start: /app/server: permission denied". */
export function describeFailure({ program, why }: ExecFailure): string {
  return `cannot start: ${program === '' ? 'program' : program}: ${why}`;
}

function byRuntime(facts: CauseFacts, { isIt, wordsFor }: ExecFailureKind, message: string): Verdict | null {
  const failure = execFailureOf(message);
  if (failure === null || !isIt(failure)) return null;
  return {
    summary: wordsFor(failure),
    confidence: 'certain',
    evidence: endOrWaitingEvidence(facts, lastTerminationOf(facts)),
    next: [describePod(facts)],
  };
}

function byShell(facts: CauseFacts, { shellCode, shellMeaning, shellSays, isOther }: ExecFailureKind, end: End): Verdict | null {
  const line = shellLine(facts, end, shellSays);
  // A runtime that prints a trace and ends has its own code, and a program that cannot be loaded
  // other words.
  if (isOther?.(line ?? finalErrorMessage(facts, end)) || (line === null && panicOf(facts, end) !== null)) return null;
  // Shells say so on standard error: if nothing at all is known of the log, the code has to do.
  const isSilent = facts.logTail.trim() === '' && end.message === '';
  const meaning = isSilent ? shellMeaning : `perhaps ${shellMeaning}; its log does not say so`;
  const quote = line === null ? [] : [`log: "${shorten(line)}"`];
  return {
    summary: `exit ${shellCode}: ${line === null ? meaning : shorten(line.replace(SHELL, ''))}`,
    confidence: line !== null || isSilent ? 'likely' : 'possible',
    evidence: [...new Set([...quote, ...endEvidence(facts, end)])],
    next: [logsOfDead(facts), describePod(facts)],
  };
}

const SHELL = /^\S*sh: (?:line )?(?:\d+: )?/;
const NEAR = 10;

/**
 * The line near the end with which a shell says that it could not run a program; null if there is
 * none.
 */
function shellLine(facts: CauseFacts, end: End, says: RegExp): string | null {
  const { message, log } = finalOutputOf(facts, end);
  const said = [...log, ...message].slice(-NEAR).findLast(({ text }) => says.test(text));
  return said?.text ?? null;
}

function byLog(facts: CauseFacts, { isIt }: ExecFailureKind): Verdict | null {
  const said = execFailureInLog(facts);
  if (said === null || !isIt(said.failure)) return null;
  return {
    summary: describeFailure(said.failure),
    confidence: 'likely',
    evidence: endEvidence(facts, said.end),
    next: [describePod(facts), logsOfDead(facts)],
  };
}
