import type { CauseRule } from '../cause.ts';
import { OWN_ACCOUNT, symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ended because a certificate was not accepted, or a TLS handshake failed. */
export const tlsFailure: CauseRule = {
  id: 'tls-failure',
  title: 'A certificate was not accepted, or TLS failed',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program ended because one side of a TLS connection did not accept the other: a certificate that expired or is for another name, an authority that is not trusted, a client certificate that was refused, or plain HTTP where TLS was expected.',
    `The program ended by itself with an error, and the error line names a certificate or a handshake: x509, "certificate verify failed", "bad certificate", PKIX path and similar. ${OWN_ACCOUNT}`,
    'Read which side complains: an unknown authority means that the image or a mounted bundle lacks the CA; an expired certificate has an owner, often cert-manager. Check the clock of the node as well.',
  ],
  decide: (facts) => symptomVerdict(facts, 'tls-failure', () => null),
};
