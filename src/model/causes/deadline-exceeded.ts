import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseRule } from '../cause.ts';
import { describePod, logsOfDead } from '../evidence/kubectl-hints.ts';
import { podFailureOf } from '../evidence/last-termination.ts';

/** The pod ran longer than its activeDeadlineSeconds: the kubelet ended all of it. */
export const deadlineExceeded: CauseRule = {
  id: 'deadline-exceeded',
  title: 'The pod ran longer than its deadline',
  needs: ['pod status'],
  manual: [
    'The pod was active for longer than its activeDeadlineSeconds, so the kubelet ended all of it. Its containers are not restarted, whatever the restart policy.',
    'The pod is Failed, and its status gives the reason DeadlineExceeded. The exit codes of its containers (137, 143) are those of that stop. A Job has a deadline of its own, which deletes its pods instead.',
    'Find out what took so long: the end of the log shows how far it got. The time counts from the start of the pod and includes image pulls, init containers and every restart. Raise the deadline if the work needs it.',
  ],
  decide: (facts) => {
    if (podFailureOf(facts) !== 'DeadlineExceeded') return null;
    const message = firstLine(facts.pod.message);
    const summary = message === '' ? 'DeadlineExceeded' : `DeadlineExceeded: ${shorten(message)}`;
    return {
      summary,
      confidence: 'certain',
      evidence: [`pod status: ${summary}`],
      next: [describePod(facts), logsOfDead(facts)],
    };
  },
};
