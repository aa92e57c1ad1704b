import type { CauseRule } from '../cause.ts';
import { containerSpecOf } from '../pod.ts';
import { appError } from './app-error.ts';

/** A sidecar (an init container that is restarted always) ended with an error that names no cause of its own. */
export const sidecarFailed: CauseRule = {
  id: 'sidecar-failed',
  title: 'A sidecar failed',
  needs: ['pod status', 'pod spec', 'restart history', 'logs'],
  manual: [
    'A sidecar ended with an error: an init container with restartPolicy: Always, which runs beside the containers of the pod and is started again whenever it ends.',
    'The container is a sidecar and ended by itself with an error. Where its end or its last words name a cause of their own (a certificate, a connection refused, memory), that one is told instead.',
    'The app containers of the pod go on without it, so that the pod may look healthy while what the sidecar does (proxy, logs, secrets) is missing. kubectl shows it as Init:CrashLoopBackOff although the pod runs. Its startup, if it never came up, holds back all containers behind it.',
  ],
  decide: (facts) => {
    if (containerSpecOf(facts.pod, facts.container)?.type !== 'sidecar') return null;
    const own = appError.decide(facts);
    if (own === null) return null;
    return { ...own, summary: `sidecar failed: ${own.summary}` };
  },
};
