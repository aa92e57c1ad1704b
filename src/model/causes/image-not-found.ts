import type { CauseRule } from '../cause.ts';
import { imageFailureOf, missingPullSecret, shortImage } from '../evidence/image-failure.ts';
import { describePod } from '../evidence/kubectl-hints.ts';

const NOT_FOUND = /not found|manifest unknown|name unknown|MANIFEST_UNKNOWN|NAME_UNKNOWN/i;
// Registries answer so where they do not want to tell which of the two it is.
const NOT_FOUND_OR_DENIED = /repository does not exist or may require|does not exist or no pull access/i;
// The image is there, only not for this machine.
const OTHER_PLATFORM =
  /no match for platform|no matching manifest|no child with platform|no image found in (?:manifest list|image index) for architecture/i;

/** The registry answered, and does not have the image. */
export const imageNotFound: CauseRule = {
  id: 'image-not-found',
  title: 'The registry does not have the image',
  needs: ['pod status', 'pod events'],
  manual: [
    'The registry answered, and it does not have that image or that tag. Where a registry does not tell strangers what it has, it may also be there and the pod lacks the right to pull it.',
    'The error of the pull says "not found", "manifest unknown" or the like (certain where the status quotes it, likely from an event). The words with which registries leave it open whether the image is missing or forbidden make it possible.',
    'Check name and tag against the registry. A tag that was never pushed, or removed by a retention rule, is the usual reason; a build that failed quietly is the next. Then look at imagePullSecrets.',
  ],
  decide: (facts) => {
    const failure = imageFailureOf(facts);
    if (failure === null || OTHER_PLATFORM.test(failure.message)) return null;
    const mayBeDenied = NOT_FOUND_OR_DENIED.test(failure.message);
    if (!mayBeDenied && !NOT_FOUND.test(failure.message)) return null;
    // Which of the two it is, a pull secret that is not there tells.
    if (mayBeDenied && missingPullSecret(facts)?.isTelling) return null;
    const image = shortImage(failure.image);
    return {
      summary: mayBeDenied ? `image not found, or no right to pull it: ${image}` : `image not found: ${image}`,
      confidence: mayBeDenied ? 'possible' : failure.isStated ? 'certain' : 'likely',
      evidence: failure.evidence,
      next: [describePod(facts)],
    };
  },
};
