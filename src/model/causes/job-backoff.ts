import type { CauseRule } from '../cause.ts';
import { eventEvidence, forcedEndEvidence } from '../evidence/end-evidence.ts';
import { stopOf } from '../evidence/intentional-stop.ts';
import { command, describePod } from '../evidence/kubectl-hints.ts';

const GAVE_UP: readonly string[] = ['BackoffLimitExceeded', 'DeadlineExceeded', 'FailedIndexes', 'PodFailurePolicy'];

/**
 * The Job gave up and deleted the pod: that ended the container, whatever made earlier attempts
 * fail.
 */
export const jobBackoff: CauseRule = {
  id: 'job-backoff',
  title: 'Its Job gave up and ended the pod',
  needs: ['pod status', 'owner events', 'restart history'],
  manual: [
    'The pod belongs to a Job that has given up: as many attempts failed as its backoffLimit allows, or its deadline passed. The Job then deletes the pods that still run.',
    'The newest end came with the deletion of the pod, no failure of its own is known, and an event of its Job says that it gave up. If a run failed by itself before, that failure is the cause: it is why the Job gave up.',
    'The Job does not retry by itself. Find out why the attempts failed (crashtop keeps the runs that it saw), then delete the Job and create it again. A CronJob continues with its next schedule.',
  ],
  decide: (facts) => {
    const stop = stopOf(facts);
    if (stop === null || !stop.byDeletion || facts.pod.controller?.kind !== 'Job') return null;
    const event = facts.ownerEvents.findLast(({ reason }) => GAVE_UP.includes(reason));
    if (event === undefined) return null;
    return {
      summary: `its Job gave up: ${event.reason}`,
      confidence: 'likely',
      evidence: [eventEvidence({ event }), ...forcedEndEvidence(facts, stop.end)],
      next: [command`kubectl -n ${facts.pod.namespace} describe job ${facts.pod.controller.name}`, describePod(facts)],
    };
  },
};
