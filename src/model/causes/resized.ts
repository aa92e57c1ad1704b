import type { CauseRule } from '../cause.ts';
import { eventEvidence, forcedEndEvidence } from '../evidence/end-evidence.ts';
import { stopOf } from '../evidence/intentional-stop.ts';
import { describePod } from '../evidence/kubectl-hints.ts';

/** The resources of the container were changed and its resize policy asks for a restart. No failure. */
export const resized: CauseRule = {
  id: 'resized',
  title: 'Restarted to resize it: no failure',
  needs: ['pod status', 'pod events', 'restart history'],
  manual: [
    'The resources of the container were changed in place, and its resizePolicy asks for a restart to apply that, so that the kubelet stopped it and started it anew. RESTARTS counts that, although nothing failed.',
    'An event of the kubelet says "resize requires restart" while this run lived (certain); or, where nobody saw events, it ended as one that is told to stop, and the next run began at once with other resources (likely).',
    'Nothing, if it was meant. If a vertical autoscaler does it too often, change resizePolicy to NotRequired where the program can take it.',
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
