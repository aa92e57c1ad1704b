import type { CauseRule } from '../cause.ts';
import { describePod } from '../evidence/commands.ts';
import { imageFailureOf, networkFailureIn, registryOf } from '../evidence/image-failure.ts';

/** The registry did not answer: whether the image exists is not known. */
export const registryUnreachable: CauseRule = {
  id: 'registry-unreachable',
  title: 'The image registry cannot be reached',
  decide: (facts) => {
    const failure = imageFailureOf(facts);
    if (failure === null) return null;
    const network = networkFailureIn(failure.message);
    if (network === null && failure.reason !== 'RegistryUnavailable') return null;
    return {
      summary: `registry unreachable: ${registryOf(failure.image)}${network === null ? '' : `, ${network}`}`,
      confidence: failure.isStated ? 'certain' : 'likely',
      evidence: failure.evidence,
      next: [describePod(facts)],
    };
  },
};
