import type { CauseRule } from '../cause.ts';
import { configFailureOf } from '../evidence/config-failure.ts';
import { describePod } from '../evidence/kubectl-hints.ts';

const VIOLATED =
  /container has runAsNonRoot and image (?<what>will run as root|has non-numeric user \((?<user>[^)]{0,253})\)|has an invalid user id)|container's runAsUser(?:Name)? .{0,100}?(?<spec>breaks? non-root policy)/;

/**
 * runAsNonRoot is required, but the user of the image or of the spec is root or cannot be checked
 * (kubelet, verifyRunAsNonRoot).
 */
export const runAsNonRoot: CauseRule = {
  id: 'run-as-non-root',
  title: 'runAsNonRoot is set, but the image runs as root',
  needs: ['pod status'],
  manual: [
    'The security context requires runAsNonRoot, and the user of the image is root, or is given by a name that the kubelet cannot check; or the same context sets runAsUser to 0.',
    'The kubelet states it in CreateContainerConfigError.',
    'Set runAsUser to a number other than 0, or give the image a numeric USER. Check that this user may write where the program writes.',
  ],
  decide: (facts) => {
    const failure = configFailureOf(facts);
    const violated = VIOLATED.exec(failure?.message ?? '')?.groups;
    if (failure === null || violated === undefined) return null;
    return {
      summary: `runAsNonRoot, but ${whyNot(violated)}`,
      confidence: failure.confidence,
      evidence: failure.evidence,
      next: [describePod(facts)],
    };
  },
};

function whyNot({ spec, user, what }: Readonly<Record<string, string | undefined>>): string {
  if (spec !== undefined) return 'runAsUser is root';
  if (user !== undefined) return `the image's user "${user}" is not numeric`;
  return what === 'will run as root' ? 'the image runs as root' : "the image's user ID is not valid";
}
