import type { CauseRule } from '../cause.ts';
import { nameIn } from '../evidence/endpoint-in-line.ts';
import { command } from '../evidence/kubectl-hints.ts';
import { OWN_ACCOUNT, symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ended because a host name could not be resolved. */
export const dnsFailure: CauseRule = {
  id: 'dns-failure',
  title: 'A host name cannot be resolved',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    "The program ended because it could not resolve a host name: the name does not exist as written, or the cluster's DNS does not answer.",
    `The program ended by itself with an error, and the error line names a failed lookup: ENOTFOUND, EAI_AGAIN, "no such host" and similar. ${OWN_ACCOUNT}`,
    'Check the name, its namespace part and its suffix. If many workloads report many names at once, look at CoreDNS and at the network policies to it; if all report one name, that Service or record is gone.',
  ],
  decide: (facts) =>
    symptomVerdict(facts, 'dns-failure', cannotResolve, [
      command`kubectl -n ${facts.pod.namespace} get services`,
      'kubectl -n kube-system get pods -l k8s-app=kube-dns',
    ]),
};

function cannotResolve(line: string, around: string): string | null {
  const name = nameIn(line) ?? nameIn(around);
  return name === null ? null : `cannot resolve ${name}`;
}
