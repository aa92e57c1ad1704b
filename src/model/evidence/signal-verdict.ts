import type { CauseFacts, Verdict } from '../cause.ts';
import { ntStatusName, signalOf } from '../exit-code.ts';
import { endEvidence } from './end-evidence.ts';
import { finalErrorMessage } from './final-output.ts';
import { describePod, logsOfDead } from './kubectl-hints.ts';
import { selfExitOf } from './self-exit.ts';

/**
 * The verdict of a rule about a signal that a program causes itself.
 * @param exitCode 128 + the signal's number.
 * @param ntStatus the name of its Windows equivalent.
 * @param words what it is called.
 */
export function signalVerdict(facts: CauseFacts, exitCode: number, ntStatus: string, words: string): Verdict | null {
  const end = selfExitOf(facts);
  if (end === null || end.exitCode === null) return null;
  const isWindows = ntStatusName(end.exitCode) === ntStatus;
  if (end.exitCode !== exitCode && !isWindows) return null;
  const what = isWindows ? ntStatus : `exit ${exitCode}: ${signalOf(exitCode)}`;
  const line = finalErrorMessage(facts, end);
  return {
    summary: line === '' ? `${what}, ${words}` : `${what}: ${line}`,
    confidence: 'likely',
    evidence: endEvidence(facts, end),
    next: [logsOfDead(facts), describePod(facts)],
  };
}
