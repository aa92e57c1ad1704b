import type { CauseRule } from '../cause.ts';
import { imageFailureOf, shortImage } from '../evidence/image-failure.ts';
import { describePod } from '../evidence/kubectl-hints.ts';

/** The image is not on the node, and the pull policy forbids pulling it. */
export const imageNeverPull: CauseRule = {
  id: 'image-never-pull',
  title: 'The image is not on the node, and the pull policy is Never',
  needs: ['pod status'],
  manual: [
    'The imagePullPolicy is Never and the image is not on the node, so the container cannot be created.',
    'The kubelet states the waiting reason ErrImageNeverPull.',
    'Load the image onto every node where the pod may run, or change the policy to IfNotPresent and use an image name that a registry serves.',
  ],
  decide: (facts) => {
    const failure = imageFailureOf(facts);
    if (failure?.reason !== 'ErrImageNeverPull') return null;
    return {
      summary: `image not on node, pull policy Never: ${shortImage(failure.image)}`,
      confidence: 'certain',
      evidence: failure.evidence,
      next: [describePod(facts)],
    };
  },
};
