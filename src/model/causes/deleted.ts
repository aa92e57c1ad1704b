import type { CauseRule } from '../cause.ts';
import { apiTime, forcedEndEvidence } from '../evidence/end-evidence.ts';
import { stopOf } from '../evidence/intentional-stop.ts';
import { describePod } from '../evidence/kubectl-hints.ts';

/** The container ended because its pod is being deleted: not a failure, whatever the exit code. */
export const deleted: CauseRule = {
  id: 'deleted',
  title: 'Ended by the deletion of its pod: no failure',
  needs: ['pod status', 'restart history'],
  manual: [
    'The pod is being deleted, and that ended its container. Exit codes 143 and 137 mean that the program was told to stop: 137 that it did not do so within its grace period.',
    'The container had restarted before, the end came after the deletion was requested, and no earlier failure is known. A failure before the deletion remains the cause. A pod that is deleted in its first run is not listed at all.',
    'Nothing. If it ended with 137, let the program handle SIGTERM: it is killed in the middle of its work.',
  ],
  decide: (facts) => {
    const stop = stopOf(facts);
    const asked = facts.pod.deletionRequestedAt;
    if (stop === null || !stop.byDeletion || asked === null) return null;
    return {
      summary: `ended by the deletion of its pod (exit ${stop.end.exitCode})`,
      confidence: 'certain',
      evidence: [`deletion requested at ${apiTime(asked)}`, ...forcedEndEvidence(facts, stop.end)],
      next: [describePod(facts)],
    };
  },
};
