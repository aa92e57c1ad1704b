import { generate } from 'selfsigned';

/** A key and the certificate of it, PEM, for 127.0.0.1 and localhost: made for this run of the tests, trusted by nobody else. */
export interface TestCertificate {
  readonly key: string;
  readonly certificate: string;
}

let made: Promise<TestCertificate> | null = null;

/** The certificate of this process; the same each time. */
export function testCertificate(): Promise<TestCertificate> {
  made ??= make();
  return made;
}

async function make(): Promise<TestCertificate> {
  const pair = await generate([{ name: 'commonName', value: 'api-server.test' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: 'api-server.test' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key: pair.private, certificate: pair.cert };
}
