import type { CauseRule } from '../cause.ts';
import { imageFailureOf, shortImage } from '../evidence/image-failure.ts';
import { describePod } from '../evidence/kubectl-hints.ts';
import { rootOfError } from '../evidence/start-failure.ts';

/** The image reference cannot be parsed: nothing is ever pulled. */
export const imageName: CauseRule = {
  id: 'image-name',
  title: 'The image name is not valid',
  needs: ['pod status'],
  manual: [
    'The image reference is not valid, so nothing can be pulled: a capital letter, a space, an empty tag, a template variable that was never filled in.',
    'The kubelet states the waiting reason InvalidImageName. The container was never created, and nothing is retried until the spec changes.',
    'Correct the image in the workload, not in the pod. Look for the place where the reference is put together: a chart value, a variable of the pipeline.',
  ],
  decide: (facts) => {
    const failure = imageFailureOf(facts);
    if (failure?.reason !== 'InvalidImageName') return null;
    const why = failure.message === '' ? '' : `, ${rootOfError(failure.message)}`;
    return {
      summary: `image name not valid: ${shortImage(failure.image)}${why}`,
      confidence: 'certain',
      evidence: failure.evidence,
      next: [describePod(facts)],
    };
  },
};
