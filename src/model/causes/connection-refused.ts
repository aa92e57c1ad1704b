import type { CauseRule } from '../cause.ts';
import { addressIn } from '../evidence/endpoint-in-line.ts';
import { command } from '../evidence/kubectl-hints.ts';
import { OWN_ACCOUNT, symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ended because something that it depends on did not accept its connection. */
export const connectionRefused: CauseRule = {
  id: 'connection-refused',
  title: 'A dependency cannot be reached',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program ended because it could not connect to something that it needs: nothing listens at that address, or packets to it are lost.',
    `The program ended by itself with an error, and the error line names a failed connection: ECONNREFUSED, a connection timeout, no route. ${OWN_ACCOUNT}`,
    'Check whether the other side runs and is ready: a Service without ready endpoints refuses connections. Then check address and port in the configuration, then network policies. A program that waits and retries, instead of ending, would survive such an outage.',
  ],
  decide: (facts) =>
    symptomVerdict(facts, 'connection-refused', cannotReach, [command`kubectl -n ${facts.pod.namespace} get endpointslices`]),
};

const REFUSED = /refused/i;

// The innermost exception often names only an errno, and an outer one the address.
function cannotReach(line: string, around: string): string | null {
  const address = addressIn(line) ?? addressIn(around);
  if (address === null) return null;
  return REFUSED.test(line) ? `cannot reach ${address}` : `cannot reach ${address}: no answer`;
}
