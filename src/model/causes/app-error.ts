import type { CauseFacts, CauseRule } from '../cause.ts';
import { describePod, logsOfDead } from '../evidence/commands.ts';
import { endEvidence } from '../evidence/end-evidence.ts';
import { type End, killOf } from '../evidence/kill.ts';
import { lastWords } from '../evidence/last-words.ts';
import { neverStarted, newestEndOf } from '../evidence/newest-end.ts';
import { ntStatusName, signalOf } from '../exit-code.ts';

/** Signals that a program brings on itself. The others (KILL, TERM, INT, ...) somebody else sent, which is a cause of its own. */
const OWN_FAULTS: readonly string[] = ['SIGILL', 'SIGTRAP', 'SIGBUS', 'SIGFPE', 'SIGPIPE', 'SIGXCPU', 'SIGXFSZ', 'SIGSYS'];
const TOLD_TO_STOP: readonly (string | null)[] = ['STATUS_CONTROL_C_EXIT', 'DBG_TERMINATE_PROCESS'];
/** Reasons with which the exit code says nothing of the program. */
const NOT_ITS_OWN: readonly string[] = ['ContainerStatusUnknown', 'RestartingAllContainers', 'Unknown'];

/** The program ended itself with an error. What it said last is the best that is known of why. */
export const appError: CauseRule = {
  id: 'app-error',
  title: 'The program ended with an error',
  decide: (facts) => {
    const end = newestEndOf(facts);
    if (end === null || !endedItself(end) || killOf(facts, end) !== null) return null;
    return {
      summary: summaryOf(facts, end),
      confidence: 'likely',
      evidence: endEvidence(facts, end),
      next: [logsOfDead(facts), describePod(facts)],
    };
  },
};

function endedItself(end: End): boolean {
  const { exitCode, reason } = end;
  if (exitCode === null || exitCode === 0 || neverStarted(end) || NOT_ITS_OWN.includes(reason)) return false;
  const signal = signalOf(exitCode);
  return signal === null ? !TOLD_TO_STOP.includes(ntStatusName(exitCode)) : OWN_FAULTS.includes(signal);
}

function summaryOf(facts: CauseFacts, end: End): string {
  const { exitCode } = end;
  const name = exitCode === null ? null : (signalOf(exitCode) ?? ntStatusName(exitCode));
  const code = name === null ? `exit ${exitCode}` : `exit ${exitCode}: ${name}`;
  const line = lastWords(facts, end);
  return line === '' ? code : `${code}: ${line}`;
}
