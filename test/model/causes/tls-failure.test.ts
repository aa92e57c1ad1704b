import { describe, it } from 'vitest';
import { expectLoggedReason } from '../../support/cause-expectations.ts';
import { ends, examineLogs, examineTold } from '../../support/examined-runs.ts';

describe('certificates and handshakes', () => {
  examineLogs(
    ends('tls-failure', [
      'remote error: tls: handshake failure',
      'tls: private key does not match public key',
      'tls: failed to find any PEM data in certificate input',
      'curl: (60) SSL certificate problem: unable to get local issuer certificate',
      'System.Net.Http.HttpRequestException: The SSL connection could not be established, see inner exception.',
      'javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target',
      'Error: write EPROTO 140:error:1408F10B:SSL routines:ssl3_get_record:wrong version number',
      'x509: certificate has expired or is not yet valid: current time 2026-11-22T15:00:01Z is after 2026-11-01T00:00:00Z',
    ]),
  );
});

describe('structured logs that were kept back until the rules were done', () => {
  examineTold([
    {
      of: 'logrus in JSON',
      log: `{"level":"info","msg":"loading","time":"2026-11-22T15:00:00Z"}
{"error":"x509: certificate signed by unknown authority","level":"fatal","msg":"cannot fetch the key set","time":"2026-11-22T15:00:01Z"}`,
      id: ['tls-failure'],
      says: ['signed by unknown authority'],
    },
  ]);
});

describe('structured logs', () => {
  examineTold([
    {
      of: 'Serilog compact, an inner exception about a certificate',
      exitCode: 134,
      log: String.raw`{"@t":"2026-11-22T15:00:00.101Z","@mt":"Starting web host"}
{"@t":"2026-11-22T15:00:01.101Z","@mt":"Host terminated unexpectedly","@l":"Fatal","@x":"System.Net.Http.HttpRequestException: The SSL connection could not be established, see inner exception.\n ---> System.Security.Authentication.AuthenticationException: The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot\n   at System.Net.Security.SslStream.CompleteHandshake(SslAuthenticationOptions sslAuthenticationOptions)\n   --- End of inner exception stack trace ---\n   at System.Net.Http.ConnectHelper.EstablishSslConnectionAsync(SslClientAuthenticationOptions sslOptions)"}`,
      id: ['tls-failure'],
      says: ['UntrustedRoot'],
    },
  ]);
});

describe('what the program says that it died of', () => {
  it.each([
    ['x509: certificate signed by unknown authority', 'tls-failure', 'exit 1: x509: certificate signed by unknown authority'],
    [
      'Error: self-signed certificate in certificate chain',
      'tls-failure',
      'exit 1: Error: self-signed certificate in certificate chain',
    ],
    [
      'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1010)',
      'tls-failure',
      'exit 1: ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1010)',
    ],
  ])('%s', (logTail, id, summary) => expectLoggedReason(logTail, id, summary));
});
