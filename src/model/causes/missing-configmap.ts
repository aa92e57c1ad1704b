import type { CauseRule } from '../cause.ts';
import { describePod, kubectl } from '../evidence/commands.ts';
import { configFailureOf } from '../evidence/config-failure.ts';

const NOT_FOUND = /\bconfigmaps? "([^"]+)" not found/i;

/** A ConfigMap that the container's environment or a volume needs does not exist. */
export const missingConfigmap: CauseRule = {
  id: 'missing-configmap',
  title: 'A ConfigMap is missing',
  needs: ['pod status', 'pod events'],
  manual: [
    'The container needs a ConfigMap that does not exist in its namespace, for its environment or for a volume.',
    'The kubelet states CreateContainerConfigError with its name (certain), or an event FailedMount names it (likely). It looks again every few seconds, without a back-off, and goes on once the ConfigMap is there.',
    'Create it, or correct the reference; it must be in the namespace of the pod. A reference may also be marked optional. Look whether a rollout renamed it and pruned the old one.',
  ],
  decide: (facts) => {
    const failure = configFailureOf(facts);
    const name = NOT_FOUND.exec(failure?.message ?? '')?.[1];
    if (failure === null || name === undefined) return null;
    return {
      summary: `configmap "${name}" not found`,
      confidence: failure.confidence,
      evidence: failure.evidence,
      next: [kubectl(facts, 'get', 'configmap', name), kubectl(facts, 'get', 'configmaps'), describePod(facts)],
    };
  },
};
