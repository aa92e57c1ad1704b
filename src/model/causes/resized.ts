import type { CauseRule } from '../cause.ts';
import { describePod } from '../evidence/commands.ts';
import { eventEvidence, forcedEndEvidence } from '../evidence/end-evidence.ts';
import { stopOf } from '../evidence/stop.ts';

/** The resources of the container were changed and its resize policy asks for a restart. No failure. */
export const resized: CauseRule = {
  id: 'resized',
  title: 'Restarted to resize it: no failure',
  needs: ['pod status', 'pod events', 'restart history'],
  manual: [
    'The resources of the container were changed in place, and its resizePolicy asks for a restart to apply that, so that the kubelet stopped it and started it anew. RESTARTS counts that, although nothing failed.',
    'An event of the kubelet says "resize requires restart" while this run lived.',
    'Nothing, if it was meant. If a vertical autoscaler does it too often, change resizePolicy to NotRequired where the program can take it.',
  ],
  decide: (facts) => {
    const stop = stopOf(facts);
    const kill = stop?.edit?.of === 'resources' ? stop.edit.kill : null;
    if (stop === null || kill === null) return null;
    return {
      summary: 'restarted: its resources were changed',
      confidence: 'certain',
      evidence: [eventEvidence(kill), ...forcedEndEvidence(facts, stop.end)],
      next: [describePod(facts)],
    };
  },
};
