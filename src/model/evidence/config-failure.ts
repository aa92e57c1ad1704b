import type { CauseFacts, Confidence } from '../cause.ts';
import { blockOf } from './blocked-pod.ts';
import { eventEvidence, waitingEvidence } from './end-evidence.ts';
import { firstLine } from './one-line.ts';

/** What the kubelet said when it could not make the container's configuration or mount its volumes. */
export interface ConfigFailure {
  readonly message: string;
  /** `certain` where the status states it, `likely` where only an event does. */
  readonly confidence: Confidence;
  readonly evidence: readonly string[];
}

/** Why the container cannot be configured; null where nothing says so now. */
export function configFailureOf(facts: CauseFacts): ConfigFailure | null {
  const state = facts.status?.state;
  if (state?.is === 'waiting' && state.reason === 'CreateContainerConfigError') {
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
