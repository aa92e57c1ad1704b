import type { CauseRule } from '../cause.ts';
import { addressIn } from '../evidence/endpoint-in-line.ts';
import { command } from '../evidence/kubectl-hints.ts';
import { symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ended because something that it depends on did not take its connection. */
export const connectionRefused: CauseRule = {
  id: 'connection-refused',
  title: 'A dependency cannot be reached',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program ended because it could not connect to something that it needs: nobody listens at that address, or packets to it come to nothing.',
    'The program ended by itself with an error, and the line with which it did names a connection that failed: ECONNREFUSED, a timeout of connecting, no route. Likely, because it is its own account; possible where its last line says only that it gives up and the line stands a little before, or where the line calls itself a warning or says that it tries again. A run that was killed for memory or by a probe is never explained by what it had logged.',
    'See whether the other side runs and is ready: a Service without ready endpoints refuses. Then address and port in the configuration, then network policies. A program that waits and tries again, instead of ending, would outlive such an outage.',
  ],
  decide: (facts) =>
    symptomVerdict(facts, 'connection-refused', cannotReach, [command`kubectl -n ${facts.pod.namespace} get endpointslices`]),
};

const REFUSED = /refused/i;

// The innermost exception often names an errno only, and one of those around it the address.
function cannotReach(line: string, around: string): string | null {
  const address = addressIn(line) ?? addressIn(around);
  if (address === null) return null;
  return REFUSED.test(line) ? `cannot reach ${address}` : `cannot reach ${address}: no answer`;
}
