import type { CauseRule } from '../cause.ts';
import { OWN_ACCOUNT, symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ran, and ended because the system refused it a permission. */
export const permissionDenied: CauseRule = {
  id: 'permission-denied',
  title: 'The system refused a permission',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program ran, and the system refused it something: a file or a directory that its user may not open or write, a port below 1024, an operation that needs a capability.',
    `The program ended by itself with an error, and the error line names a missing permission: EACCES, EPERM or their messages. ${OWN_ACCOUNT} A command that cannot be executed at all is not-executable, and permissions inside a database are an app-error.`,
    'Compare the user that it runs as (runAsUser, fsGroup, the USER of the image) with the owner of the file or the volume. An image built for root fails like this under runAsNonRoot. Instead of a port below 1024 use a higher one, or add NET_BIND_SERVICE.',
  ],
  decide: (facts) => symptomVerdict(facts, 'permission-denied', () => null),
};
