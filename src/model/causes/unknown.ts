import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseFacts, CauseRule, Verdict } from '../cause.ts';
import type { End } from '../evidence/end.ts';
import { endEvidence, eventEvidence, forcedEndEvidence, waitingEvidence } from '../evidence/end-evidence.ts';
import { finalErrorMessage } from '../evidence/final-output.ts';
import { imageFailureOf, rateLimitIn, shortImage } from '../evidence/image-failure.ts';
import { type Kill, killOf } from '../evidence/kill.ts';
import { describeNode, describePod, logsOfDead } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf, neverStarted, podFailureOf } from '../evidence/last-termination.ts';
import { reasonOfError } from '../evidence/start-failure.ts';
import { ntStatusName, signalOf } from '../exit-code.ts';

/** Something failed, and no other cause matches: shows what is known. */
export const unknown: CauseRule = {
  id: 'unknown',
  title: 'Unknown; shows what is known',
  needs: ['pod status', 'restart history', 'pod events', 'logs'],
  manual: [
    'Something failed, and the facts match none of the other causes. crashtop shows what is known, and guesses nothing.',
    'This comes last: a new waiting reason, an end whose code says nothing, a stop by the kubelet without a reason, a back-off whose run was never seen. It is never certain.',
    'Read the evidence and the description of the pod. Missing permissions (events, logs, nodes) may be the reason; the header lists them.',
  ],
  decide: (facts) => byPod(facts) ?? byWaiting(facts) ?? byEnd(facts) ?? byBackOff(facts),
};

function byPod(facts: CauseFacts): Verdict | null {
  const reason = podFailureOf(facts);
  if (reason === null) return null;
  const message = firstLine(facts.pod.message);
  const summary = message === '' ? reason : `${reason}: ${shorten(message)}`;
  return { summary, confidence: 'likely', evidence: [`pod status: ${summary}`], next: [describePod(facts)] };
}

const NO_FAILURE: readonly string[] = ['', 'CrashLoopBackOff', 'ContainerCreating', 'PodInitializing'];

function byWaiting(facts: CauseFacts): Verdict | null {
  const state = facts.status?.state;
  if (state?.type !== 'waiting' || NO_FAILURE.includes(state.reason)) return null;
  const verdict = { confidence: 'likely', evidence: waitingEvidence(facts), next: [describePod(facts)] } as const;
  const image = imageFailureOf(facts);
  const root = image === null ? reasonOfError(state.message) : (rateLimitIn(image.message) ?? reasonOfError(image.message));
  if (image === null) return { ...verdict, summary: root === '' ? state.reason : `${state.reason}: ${root}` };
  const what = `cannot pull ${shortImage(image.image)}`;
  return { ...verdict, evidence: image.evidence, summary: root === '' ? what : `${what}: ${root}` };
}

function byEnd(facts: CauseFacts): Verdict | null {
  const end = lastTerminationOf(facts);
  if (end === null) return null;
  const kill = killOf(facts, end);
  if (kill?.why === 'stop') return byStop(facts, end, kill);
  if (end.exitCode === 0) return null;
  return {
    summary: endSummary(facts, end),
    // Then the runtime states the reason in its own words; only its cause is unknown.
    confidence: neverStarted(end) ? 'likely' : 'possible',
    evidence: endEvidence(facts, end),
    next: [describePod(facts), logsOfDead(facts)],
  };
}

function byStop(facts: CauseFacts, end: End, kill: Kill): Verdict {
  return {
    summary: `stopped by the kubelet (exit ${end.exitCode}); reason unknown`,
    confidence: 'likely',
    evidence: [eventEvidence(kill), ...forcedEndEvidence(facts, end)],
    next: [describePod(facts), describeNode(facts)],
  };
}

function endSummary(facts: CauseFacts, end: End): string {
  const { exitCode, message } = end;
  if (neverStarted(end)) return `cannot start: ${reasonOfError(message)}`;
  if (exitCode === null) return 'ended; exit code unknown';
  const name = signalOf(exitCode) ?? ntStatusName(exitCode);
  const line = finalErrorMessage(facts, end);
  return `exit ${exitCode}${name === null ? '' : ` (${name})`}${line === '' ? '' : `: ${line}`}`;
}

function byBackOff(facts: CauseFacts): Verdict | null {
  const state = facts.status?.state;
  if (state?.type !== 'waiting' || state.reason !== 'CrashLoopBackOff') return null;
  return {
    summary: 'CrashLoopBackOff; its end was not seen',
    confidence: 'possible',
    evidence: waitingEvidence(facts),
    next: [logsOfDead(facts)],
  };
}
