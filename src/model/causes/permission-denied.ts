import type { CauseRule } from '../cause.ts';
import { symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ran, and ended because the system refused it something. */
export const permissionDenied: CauseRule = {
  id: 'permission-denied',
  title: 'The system refused a permission',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program ran, and was refused something by the system: a file or a directory that its user may not open or write, a port below 1024, an operation that needs a capability.',
    'The program ended by itself with an error, and the line with which it did names a permission that it lacks: EACCES, EPERM or their words. Likely, because it is its own account; possible where its last line says only that it gives up and the line stands a little before, or where the line calls itself a warning or says that it tries again. A run that was killed for memory or by a probe is never explained by what it had logged. A command that cannot be executed at all is not-executable, and rights inside a database are an app-error.',
    'Compare the user that it runs as (runAsUser, fsGroup, the USER of the image) with the owner of the file or the volume. An image that was built for root breaks so under runAsNonRoot. For ports below 1024 take a higher one, or NET_BIND_SERVICE.',
  ],
  decide: (facts) => symptomVerdict(facts, 'permission-denied', () => null),
};
