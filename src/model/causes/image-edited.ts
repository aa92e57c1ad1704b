import type { CauseRule } from '../cause.ts';
import { eventEvidence, forcedEndEvidence } from '../evidence/end-evidence.ts';
import { shortImage } from '../evidence/image-failure.ts';
import { stopOf } from '../evidence/intentional-stop.ts';
import { describePod } from '../evidence/kubectl-hints.ts';

/** Somebody edited the image of the pod in place: the kubelet stopped the container and started it anew. No failure. */
export const imageEdited: CauseRule = {
  id: 'image-edited',
  title: 'Its image was edited in place: no failure',
  needs: ['pod status', 'pod events', 'restart history'],
  manual: [
    'Somebody changed the image of the container in the pod itself, so that the kubelet stopped it and started it with the new one. RESTARTS counts that, although nothing failed.',
    'Two runs in a row have different images and the first ended as one that is told to stop, or an event says that the definition of the container changed. It is asked only where nothing else explains the newest end.',
    'Nothing, if it was meant. If not: see who may edit pods. A pod that was edited by hand differs from the template of its workload until it is made anew.',
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
