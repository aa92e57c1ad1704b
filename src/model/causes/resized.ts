import type { CauseRule } from '../cause.ts';
import { eventEvidence, forcedEndEvidence } from '../evidence/end-evidence.ts';
import { stopOf } from '../evidence/intentional-stop.ts';
import { describePod } from '../evidence/kubectl-hints.ts';

/**
 * The container's resources were changed, and its resize policy requires a restart. Not a failure.
 */
export const resized: CauseRule = {
  id: 'resized',
  title: 'Restarted to resize it: no failure',
  needs: ['pod status', 'pod events', 'restart history'],
  manual: [
    'The resources of the container were changed in place, and its resizePolicy requires a restart to apply that, so the kubelet stopped it and started it again. RESTARTS counts that, although nothing failed.',
    'An event of the kubelet says "resize requires restart" while this run lived (certain); or, without events, the run ended like one that was told to stop, and the next began immediately with other resources (likely).',
    'Nothing, if it was intended. If a vertical autoscaler does it too often, change resizePolicy to NotRequired if the program supports that.',
  ],
  decide: (facts) => {
    const stop = stopOf(facts);
    if (stop?.edit?.of !== 'resources') return null;
    const { kill } = stop.edit;
    return {
      summary: 'restarted: its resources were changed',
      confidence: kill === null ? 'likely' : 'certain',
      evidence: [...(kill === null ? [] : [eventEvidence(kill)]), ...forcedEndEvidence(facts, stop.end)],
      next: [describePod(facts)],
    };
  },
};
