import { firstLine } from '../../text/truncate.ts';
import type { CauseFacts, Confidence, Verdict } from '../cause.ts';
import { blockOf } from './blocked-pod.ts';
import { eventEvidence, waitingEvidence } from './end-evidence.ts';
import { command, describePod } from './kubectl-hints.ts';

/** The kubelet's words on why it could not configure the container or mount its volumes. */
export interface ConfigFailure {
  readonly message: string;
  /** `certain` if the status states it, `likely` if only an event does. */
  readonly confidence: Confidence;
  readonly evidence: readonly string[];
}

/** Why the container cannot be configured; null if nothing says so now. */
export function configFailureOf(facts: CauseFacts): ConfigFailure | null {
  const state = facts.status?.state;
  if (state?.type === 'waiting' && state.reason === 'CreateContainerConfigError') {
    return { message: firstLine(state.message), confidence: 'certain', evidence: waitingEvidence(facts) };
  }
  const event = blockOf(facts);
  return event === null
    ? null
    : {
        message: firstLine(event.message),
        confidence: 'likely',
        evidence: [...waitingEvidence(facts), eventEvidence({ event })],
      };
}

const NOT_FOUND = {
  configmap: /\bconfigmaps? "([^"]+)" not found/i,
  secret: /\bsecrets? "([^"]+)" not found/i,
} as const;

/**
 * The verdict that an object which the container needs does not exist; null if nothing says so now.
 */
export function missingVerdict(facts: CauseFacts, kind: keyof typeof NOT_FOUND): Verdict | null {
  const failure = configFailureOf(facts);
  const name = NOT_FOUND[kind].exec(failure?.message ?? '')?.[1];
  if (failure === null || name === undefined) return null;
  return {
    summary: `${kind} "${name}" not found`,
    confidence: failure.confidence,
    evidence: failure.evidence,
    next: [
      command`kubectl -n ${facts.pod.namespace} get ${kind} ${name}`,
      command`kubectl -n ${facts.pod.namespace} get ${`${kind}s`}`,
      describePod(facts),
    ],
  };
}
