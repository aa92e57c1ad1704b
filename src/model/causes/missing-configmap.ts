import type { CauseRule } from '../cause.ts';
import { missingVerdict } from '../evidence/config-failure.ts';

/** A ConfigMap that the container's environment or a volume needs does not exist. */
export const missingConfigmap: CauseRule = {
  id: 'missing-configmap',
  title: 'A ConfigMap is missing',
  needs: ['pod status', 'pod events'],
  manual: [
    'The container needs a ConfigMap that does not exist in its namespace, for its environment or for a volume.',
    'The kubelet states CreateContainerConfigError with its name (certain), or an event FailedMount names it (likely). The kubelet looks again every few seconds, without a back-off, and continues once the ConfigMap exists.',
    'Create it, or correct the reference; it must be in the namespace of the pod. A reference may also be marked optional. Check whether a rollout renamed it and pruned the old one.',
  ],
  decide: (facts) => missingVerdict(facts, 'configmap'),
};
