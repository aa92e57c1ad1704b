import type { CauseRule } from '../cause.ts';
import { imageFailureOf, networkFailureIn, registryOf } from '../evidence/image-failure.ts';
import { describePod } from '../evidence/kubectl-hints.ts';

/** The registry did not answer: whether the image exists is unknown. */
export const registryUnreachable: CauseRule = {
  id: 'registry-unreachable',
  title: 'The image registry cannot be reached',
  needs: ['pod status', 'pod events'],
  manual: [
    'The node cannot reach the image registry, or the registry cannot answer: whether the image exists is unknown.',
    'The pull failed with an error of the network, of name resolution, of TLS (a certificate that the node does not trust), or with an answer 500 to 504.',
    'Check whether other nodes can pull: then it is that node, its DNS or its proxy. If none can, look at the registry and at the network in between. Running containers are not affected until they move.',
  ],
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
