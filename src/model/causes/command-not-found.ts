import type { CauseFacts, CauseRule, Verdict } from '../cause.ts';
import { describePod, logsOfDead } from '../evidence/commands.ts';
import { endEvidence, endOrWaitingEvidence } from '../evidence/end-evidence.ts';
import { type End, killOf } from '../evidence/kill.ts';
import { shellWords } from '../evidence/last-words.ts';
import { newestEndOf } from '../evidence/newest-end.ts';
import { execFailureInLog, execFailureOf, isThere, startFailureOf } from '../evidence/start-failure.ts';

/** The program to run does not exist: the runtime says so of the container's own command, or a shell in it of another. */
export const commandNotFound: CauseRule = {
  id: 'command-not-found',
  title: 'The command does not exist',
  needs: ['pod status', 'pod events', 'logs'],
  manual: [
    'What the container is told to run does not exist in its image: the entry point itself, or a command that a shell in the container calls.',
    'The container runtime names the file that it could not find (certain); or a run ended with 127, the code with which shells say so (likely). A program that lacks a shared library ends with 127 too; that is an app-error.',
    'Compare command and args in the spec with what the image holds: a typing error, another path in the new tag, a slim image without a shell, or args where command was meant. For a script look at its first line: an interpreter that is missing reads the same.',
  ],
  decide: (facts) => {
    const message = startFailureOf(facts);
    if (message !== null) return byRuntime(facts, message);
    const end = newestEndOf(facts);
    return end?.exitCode === 127 && killOf(facts, end) === null ? byShell(facts, end) : byLog(facts);
  },
};

function byRuntime(facts: CauseFacts, message: string): Verdict | null {
  const failure = execFailureOf(message);
  if (failure === null || isThere(failure)) return null;
  const end = newestEndOf(facts);
  return {
    summary: failure.program === '' ? 'cannot start: program not found' : `cannot start: ${failure.program} not found`,
    confidence: 'certain',
    evidence: endOrWaitingEvidence(facts, end),
    next: [describePod(facts)],
  };
}

// The dynamic linker ends with 127 too: the program is there, a library of it is not.
const LIBRARY = /shared librar(?:y|ies)|Error relocating/i;

function byShell(facts: CauseFacts, end: End): Verdict | null {
  const line = shellWords(facts, end);
  if (LIBRARY.test(line)) return null;
  return {
    summary: line === '' ? 'exit 127: command not found' : `exit 127: ${line}`,
    confidence: 'likely',
    evidence: endEvidence(facts, end),
    next: [logsOfDead(facts), describePod(facts)],
  };
}

function byLog(facts: CauseFacts): Verdict | null {
  const said = execFailureInLog(facts);
  if (said === null || isThere(said.failure)) return null;
  const { program, why } = said.failure;
  return {
    summary: `cannot start: ${program === '' ? 'program' : program}: ${why}`,
    confidence: 'likely',
    evidence: endEvidence(facts, said.end),
    next: [describePod(facts), logsOfDead(facts)],
  };
}
