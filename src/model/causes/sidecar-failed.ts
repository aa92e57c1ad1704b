import type { CauseRule } from '../cause.ts';
import { containerSpecOf } from '../pod.ts';
import { appError } from './app-error.ts';

/**
 * A sidecar (an init container that always restarts) ended with an error without a more specific
 * cause.
 */
export const sidecarFailed: CauseRule = {
  id: 'sidecar-failed',
  title: 'A sidecar failed',
  needs: ['pod status', 'pod spec', 'restart history', 'logs'],
  manual: [
    'A sidecar ended with an error: an init container with restartPolicy: Always, which runs beside the containers of the pod and is restarted whenever it ends.',
    'The container is a sidecar and ended by itself with an error. If its end or its last words name a more specific cause (a certificate, a refused connection, memory), that one is shown instead.',
    "The app containers of the pod go on without it, so the pod may look healthy while the sidecar's work (proxy, logs, secrets) is missing. kubectl shows Init:CrashLoopBackOff although the pod runs. A sidecar that never starts holds back all containers after it.",
  ],
  decide: (facts) => {
    if (containerSpecOf(facts.pod, facts.container)?.type !== 'sidecar') return null;
    const own = appError.decide(facts);
    if (own === null) return null;
    return { ...own, summary: `sidecar failed: ${own.summary}` };
  },
};
