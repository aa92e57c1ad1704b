import type { CauseFacts, CauseRule } from '../cause.ts';
import { describePod, logsOfDead } from '../evidence/commands.ts';
import { endEvidence, waitingEvidence } from '../evidence/end-evidence.ts';
import { type End, killOf } from '../evidence/kill.ts';
import { shellWords } from '../evidence/last-words.ts';
import { newestEndOf } from '../evidence/newest-end.ts';
import { execFailureOf, isThere, startFailureOf } from '../evidence/start-failure.ts';

/** The program to run does not exist: the runtime says so of the container's own command, or a shell in it of another. */
export const commandNotFound: CauseRule = {
  id: 'command-not-found',
  title: 'The command does not exist',
  decide: (facts) => {
    const message = startFailureOf(facts);
    if (message !== null) return byRuntime(facts, message);
    const end = newestEndOf(facts);
    return end?.exitCode === 127 && killOf(facts, end) === null ? byShell(facts, end) : null;
  },
};

function byRuntime(facts: CauseFacts, message: string): ReturnType<CauseRule['decide']> {
  const failure = execFailureOf(message);
  if (failure === null || isThere(failure)) return null;
  const end = newestEndOf(facts);
  return {
    summary: failure.program === '' ? 'cannot start: program not found' : `cannot start: ${failure.program} not found`,
    confidence: 'certain',
    evidence: end === null ? waitingEvidence(facts) : endEvidence(facts, end),
    next: [describePod(facts)],
  };
}

// The dynamic linker ends with 127 too: the program is there, a library of it is not.
const LIBRARY = /shared librar(?:y|ies)|Error relocating/i;

function byShell(facts: CauseFacts, end: End): ReturnType<CauseRule['decide']> {
  const line = shellWords(facts, end);
  if (LIBRARY.test(line)) return null;
  return {
    summary: line === '' ? 'exit 127: command not found' : `exit 127: ${line}`,
    confidence: 'likely',
    evidence: endEvidence(facts, end),
    next: [logsOfDead(facts), describePod(facts)],
  };
}
