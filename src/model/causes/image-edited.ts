import type { CauseRule } from '../cause.ts';
import { eventEvidence, forcedEndEvidence } from '../evidence/end-evidence.ts';
import { shortImage } from '../evidence/image-failure.ts';
import { stopOf } from '../evidence/intentional-stop.ts';
import { describePod } from '../evidence/kubectl-hints.ts';

/**
 * The pod's image was edited in place: the kubelet stopped the container and started it again. Not
 * a failure.
 */
export const imageEdited: CauseRule = {
  id: 'image-edited',
  title: 'Its image was edited in place: no failure',
  needs: ['pod status', 'pod events', 'restart history'],
  manual: [
    'The image of the container was changed in the pod itself, so the kubelet stopped it and started it with the new one. RESTARTS counts that, although nothing failed.',
    'Two runs in a row have different images, and the first ended like one that was told to stop; or an event says that the definition of the container changed. This cause applies only if nothing else explains the newest end.',
    'Nothing, if it was intended. If not, check who may edit pods. A pod edited by hand differs from the template of its workload until it is recreated.',
  ],
  decide: (facts) => {
    const stop = stopOf(facts);
    if (stop === null || stop.edit === null || stop.edit.of === 'resources') return null;
    const { end, edit } = stop;
    const known = edit.from !== '' && edit.to !== '' && edit.from !== edit.to;
    return {
      summary: known ? `restarted: image edited to ${shortImage(edit.to)}` : 'restarted: its definition was edited',
      confidence: edit.kill === null ? 'likely' : 'certain',
      evidence: [
        ...(known ? [`image before: ${edit.from}`, `image after: ${edit.to}`] : []),
        ...(edit.kill === null ? [] : [eventEvidence(edit.kill)]),
        ...forcedEndEvidence(facts, end),
      ],
      next: [describePod(facts)],
    };
  },
};
