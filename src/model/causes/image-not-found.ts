import type { CauseRule } from '../cause.ts';
import { imageFailureOf, missingPullSecret, shortImage } from '../evidence/image-failure.ts';
import { describePod } from '../evidence/kubectl-hints.ts';

const NOT_FOUND = /not found|manifest unknown|name unknown|MANIFEST_UNKNOWN|NAME_UNKNOWN/i;
// Registries answer like this to leave open which of the two it is.
const NOT_FOUND_OR_DENIED = /repository does not exist or may require|does not exist or no pull access/i;
// The image exists, but not for this platform.
const OTHER_PLATFORM =
  /no match for platform|no matching manifest|no child with platform|no image found in (?:manifest list|image index) for architecture/i;

/** The registry answered, and does not have the image. */
export const imageNotFound: CauseRule = {
  id: 'image-not-found',
  title: 'The registry does not have the image',
  needs: ['pod status', 'pod events'],
  manual: [
    'The registry answered, and it does not have that image or that tag. If a registry does not reveal what it has, the image may also exist, and the pod may not be allowed to pull it.',
    `The error of the pull says "not found", "manifest unknown" or similar (certain if the status quotes it, likely from an event). Possible if the registry's message leaves open whether the image is missing or forbidden.`,
    'Check name and tag against the registry. The usual reason is a tag that was never pushed, or was removed by a retention rule; the next is a build that failed silently. Then look at imagePullSecrets.',
  ],
  decide: (facts) => {
    const failure = imageFailureOf(facts);
    if (failure === null || OTHER_PLATFORM.test(failure.message)) return null;
    const mayBeDenied = NOT_FOUND_OR_DENIED.test(failure.message);
    if (!mayBeDenied && !NOT_FOUND.test(failure.message)) return null;
    // A missing pull secret shows which of the two it is.
    if (mayBeDenied && missingPullSecret(facts)?.isTelling) return null;
    const image = shortImage(failure.image);
    return {
      summary: mayBeDenied ? `image not found, or access denied: ${image}` : `image not found: ${image}`,
      confidence: mayBeDenied ? 'possible' : failure.isStated ? 'certain' : 'likely',
      evidence: failure.evidence,
      next: [describePod(facts)],
    };
  },
};
