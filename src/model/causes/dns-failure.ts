import type { CauseRule } from '../cause.ts';
import { nameIn } from '../evidence/endpoint-in-line.ts';
import { command } from '../evidence/kubectl-hints.ts';
import { symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ended because a name could not be resolved. */
export const dnsFailure: CauseRule = {
  id: 'dns-failure',
  title: 'A host name cannot be resolved',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program ended because it could not turn a host name into an address: the name does not exist as it is written, or the DNS of the cluster does not answer.',
    'The program ended by itself with an error, and the line with which it did names a lookup that failed: ENOTFOUND, EAI_AGAIN, "no such host" and their like. Likely, because it is its own account; possible where its last line says only that it gives up and the line stands a little before, or where the line calls itself a warning or says that it tries again. A run that was killed for memory or by a probe is never explained by what it had logged.',
    'Check the name, its namespace part and its ending. If many workloads say so of many names at once, look at CoreDNS and at the network policies to it; if all say so of one name, that Service or record is gone.',
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
