import type { CauseRule } from '../cause.ts';
import { describePod, kubectl } from '../evidence/commands.ts';
import { configFailureOf } from '../evidence/config-failure.ts';

const NOT_FOUND = /\bsecrets? "([^"]+)" not found/i;

/** A Secret that the container's environment or a volume needs does not exist. */
export const missingSecret: CauseRule = {
  id: 'missing-secret',
  title: 'A Secret is missing',
  needs: ['pod status', 'pod events'],
  manual: [
    'The container needs a Secret that does not exist in its namespace, for its environment or for a volume.',
    'The kubelet states CreateContainerConfigError with its name (certain), or an event FailedMount names it (likely). It looks again every few seconds, without a back-off, and goes on once the Secret is there.',
    'Create it, or correct the reference; it must be in the namespace of the pod. Where an operator makes it (certificates, external secrets), look at that operator first.',
  ],
  decide: (facts) => {
    const failure = configFailureOf(facts);
    const name = NOT_FOUND.exec(failure?.message ?? '')?.[1];
    if (failure === null || name === undefined) return null;
    return {
      summary: `secret "${name}" not found`,
      confidence: failure.confidence,
      evidence: failure.evidence,
      next: [kubectl(facts, 'get', 'secret', name), kubectl(facts, 'get', 'secrets'), describePod(facts)],
    };
  },
};
