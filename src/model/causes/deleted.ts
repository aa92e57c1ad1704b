import type { CauseRule } from '../cause.ts';
import { apiTime, forcedEndEvidence } from '../evidence/end-evidence.ts';
import { stopOf } from '../evidence/intentional-stop.ts';
import { describePod } from '../evidence/kubectl-hints.ts';

/** The container ended because its pod is being deleted. No failure, whatever the exit code. */
export const deleted: CauseRule = {
  id: 'deleted',
  title: 'Ended by the deletion of its pod: no failure',
  needs: ['pod status', 'restart history'],
  manual: [
    'The pod is being deleted, and its container ended with that. Exit code 143 or 137 is how a program ends that is told to stop: 137 means that it did not within its grace period.',
    'The container had restarted before, the end came after the deletion was asked for, and no earlier failure is known. A failure before the deletion stays the cause. The first run of a pod that goes the way of all pods is not listed at all.',
    'Nothing. If it ended with 137, let the program handle SIGTERM: it is killed in the middle of its work.',
  ],
  decide: (facts) => {
    const stop = stopOf(facts);
    const asked = facts.pod.deletionRequestedAt;
    if (stop === null || !stop.byDeletion || asked === null) return null;
    return {
      summary: `ended by the deletion of its pod (exit ${stop.end.exitCode})`,
      confidence: 'certain',
      evidence: [`deletion asked for at ${apiTime(asked)}`, ...forcedEndEvidence(facts, stop.end)],
      next: [describePod(facts)],
    };
  },
};
