import type { CauseFacts, CauseRule } from '../cause.ts';
import { describePod, logsOfDead } from '../evidence/commands.ts';
import { endEvidence, waitingEvidence } from '../evidence/end-evidence.ts';
import { type End, killOf } from '../evidence/kill.ts';
import { shellWords } from '../evidence/last-words.ts';
import { newestEndOf } from '../evidence/newest-end.ts';
import { execFailureOf, isThere, startFailureOf } from '../evidence/start-failure.ts';

/** The program is there, but cannot be executed: no permission, a directory, or not a program for this machine. */
export const notExecutable: CauseRule = {
  id: 'not-executable',
  title: 'The command cannot be executed',
  decide: (facts) => {
    const message = startFailureOf(facts);
    if (message !== null) return byRuntime(facts, message);
    const end = newestEndOf(facts);
    return end?.exitCode === 126 && killOf(facts, end) === null ? byShell(facts, end) : null;
  },
};

function byRuntime(facts: CauseFacts, message: string): ReturnType<CauseRule['decide']> {
  const failure = execFailureOf(message);
  if (failure === null || !isThere(failure)) return null;
  const end = newestEndOf(facts);
  return {
    summary: `cannot start: ${failure.program === '' ? 'program' : failure.program}: ${failure.why}`,
    confidence: 'certain',
    evidence: end === null ? waitingEvidence(facts) : endEvidence(facts, end),
    next: [describePod(facts)],
  };
}

function byShell(facts: CauseFacts, end: End): ReturnType<CauseRule['decide']> {
  const line = shellWords(facts, end);
  return {
    summary: line === '' ? 'exit 126: command not executable' : `exit 126: ${line}`,
    confidence: 'likely',
    evidence: endEvidence(facts, end),
    next: [logsOfDead(facts), describePod(facts)],
  };
}
