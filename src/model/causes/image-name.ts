import type { CauseRule } from '../cause.ts';
import { describePod } from '../evidence/commands.ts';
import { imageFailureOf, shortImage } from '../evidence/image-failure.ts';
import { rootOfError } from '../evidence/start-failure.ts';

/** The image reference cannot be parsed: nothing is ever pulled. */
export const imageName: CauseRule = {
  id: 'image-name',
  title: 'The image name is not valid',
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
