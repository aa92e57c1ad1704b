import type { CauseRule } from '../cause.ts';
import { missingVerdict } from '../evidence/config-failure.ts';

/** A Secret that the container's environment or a volume needs does not exist. */
export const missingSecret: CauseRule = {
  id: 'missing-secret',
  title: 'A Secret is missing',
  needs: ['pod status', 'pod events'],
  manual: [
    'The container needs a Secret that does not exist in its namespace, for its environment or for a volume.',
    'The kubelet states CreateContainerConfigError with its name (certain), or an event FailedMount names it (likely). The kubelet looks again every few seconds, without a back-off, and continues once the Secret exists.',
    'Create it, or correct the reference; it must be in the namespace of the pod. If an operator creates it (certificates, external secrets), look at that operator first.',
  ],
  decide: (facts) => missingVerdict(facts, 'secret'),
};
