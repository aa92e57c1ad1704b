import type { CauseFacts, CauseRule, Verdict } from '../cause.ts';
import { describePod, logsOfDead } from '../evidence/commands.ts';
import { endEvidence, endOrWaitingEvidence } from '../evidence/end-evidence.ts';
import { type End, killOf } from '../evidence/kill.ts';
import { shellWords } from '../evidence/last-words.ts';
import { newestEndOf } from '../evidence/newest-end.ts';
import { execFailureInLog, execFailureOf, isThere, startFailureOf } from '../evidence/start-failure.ts';

/** The program is there, but cannot be executed: no permission, a directory, or not a program for this machine. */
export const notExecutable: CauseRule = {
  id: 'not-executable',
  title: 'The command cannot be executed',
  needs: ['pod status', 'pod events', 'logs'],
  manual: [
    'The file that the container is told to run is there, but cannot be executed: it lacks the permission to, or it is a directory.',
    'The container runtime names the file (certain), or a run ended with 126, the code with which shells say so (likely). A program for another machine has a page of its own: wrong-architecture.',
    'Set the permission where the image is built (COPY --chmod=755). A volume that is mounted over the file, with noexec or from a ConfigMap without defaultMode, hides the permission that the image had.',
  ],
  decide: (facts) => {
    const message = startFailureOf(facts);
    if (message !== null) return byRuntime(facts, message);
    const end = newestEndOf(facts);
    return end?.exitCode === 126 && killOf(facts, end) === null ? byShell(facts, end) : byLog(facts);
  },
};

function byRuntime(facts: CauseFacts, message: string): Verdict | null {
  const failure = execFailureOf(message);
  if (failure === null || !isThere(failure)) return null;
  const end = newestEndOf(facts);
  return {
    summary: `cannot start: ${failure.program === '' ? 'program' : failure.program}: ${failure.why}`,
    confidence: 'certain',
    evidence: endOrWaitingEvidence(facts, end),
    next: [describePod(facts)],
  };
}

function byShell(facts: CauseFacts, end: End): Verdict | null {
  const line = shellWords(facts, end);
  return {
    summary: line === '' ? 'exit 126: command not executable' : `exit 126: ${line}`,
    confidence: 'likely',
    evidence: endEvidence(facts, end),
    next: [logsOfDead(facts), describePod(facts)],
  };
}

function byLog(facts: CauseFacts): Verdict | null {
  const said = execFailureInLog(facts);
  if (said === null || !isThere(said.failure)) return null;
  const { program, why } = said.failure;
  return {
    summary: `cannot start: ${program === '' ? 'program' : program}: ${why}`,
    confidence: 'likely',
    evidence: endEvidence(facts, said.end),
    next: [describePod(facts), logsOfDead(facts)],
  };
}
