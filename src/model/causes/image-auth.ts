import type { CauseRule } from '../cause.ts';
import { imageFailureOf, missingPullSecret, networkFailureIn, shortImage } from '../evidence/image-failure.ts';
import { command, describePod } from '../evidence/kubectl-hints.ts';

const REFUSED =
  /\b40[13]\b (?:Unauthorized|Forbidden)|status(?: code)?:? 40[13]\b|\bunauthorized\b|authentication required|authorization failed|no basic auth credentials|insufficient_scope|access (?:is )?(?:denied|forbidden)|requested access to the resource is denied|permission .{0,100}denied|failed to fetch (?:oauth|anonymous) token/i;

/**
 * The registry refuses this pull. If it leaves open whether it has the image, the cause is
 * image-not-found.
 */
export const imageAuth: CauseRule = {
  id: 'image-auth',
  title: 'The registry refuses the pull',
  needs: ['pod status', 'pod events'],
  manual: [
    'The registry answered, and does not let the node or the pod pull the image: credentials are missing, wrong or expired, or do not allow access to that repository.',
    'The error of the pull is 401 or 403, or says so in words (certain if the status quotes it, likely from an event). From 1.37 on, the kubelet reports an unreadable pull secret only after a failed pull: then that is the reason. Registries that do not reveal what they have leave it open: then the cause is image-not-found, possible.',
    'Check whether the pod names an imagePullSecret (its service account may add one), whether that Secret exists in this namespace and is for this host, and when its token expires. If all pulls of a node are refused, look at the credential provider of its kubelet.',
  ],
  decide: (facts) => {
    const failure = imageFailureOf(facts);
    if (failure === null) return null;
    const secret = missingPullSecret(facts);
    const isRefused = REFUSED.test(failure.message);
    if (!isRefused && !(secret?.isTelling && networkFailureIn(failure.message) === null)) return null;
    const why = secret?.isTelling ? 'its pull secret could not be read' : 'pull refused by the registry';
    return {
      summary: `${why}: ${shortImage(failure.image)}`,
      confidence: failure.isStated && isRefused ? 'certain' : 'likely',
      evidence: secret === null ? failure.evidence : [...failure.evidence, secret.evidence],
      next: [
        describePod(facts),
        command`kubectl -n ${facts.pod.namespace} get serviceaccounts -o yaml`,
        command`kubectl -n ${facts.pod.namespace} get secrets`,
      ],
    };
  },
};
