import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectPullFailure } from '../../support/cause-expectations.ts';
import { factsOf, pulling, RESOLVE } from '../../support/cause-facts.ts';

describe('registry-unreachable', () => {
  it.each([
    ['dial tcp: lookup registry.example.com on 10.0.0.10:53: no such host', 'no such host'],
    ['dial tcp 10.0.0.1:443: i/o timeout', 'i/o timeout'],
    ['dial tcp 10.0.0.1:443: connect: connection refused', 'connection refused'],
    [
      'unexpected status from HEAD request to https://registry.example.com/v2/: 503 Service Unavailable',
      '503 Service Unavailable',
    ],
    ['failed to do request: Head "https://registry.example.com/v2/x": EOF', 'EOF'],
  ])('%s', (message, why) => {
    const summary = `registry unreachable: registry.example.com, ${why}`;
    expect(pulling('ErrImagePull', message)).toMatchObject({ id: 'registry-unreachable', confidence: 'certain', summary });
  });

  it('is what RegistryUnavailable says, whatever the message', () => {
    expect(pulling('RegistryUnavailable', 'image pull failed')).toMatchObject({
      id: 'registry-unreachable',
      summary: 'registry unreachable: registry.example.com',
    });
  });

  it('names the registry of an image without one', () => {
    expect(pulling('ErrImagePull', 'i/o timeout', [], 'nginx')?.summary).toBe('registry unreachable: docker.io, i/o timeout');
    expect(pulling('ErrImagePull', 'i/o timeout', [], 'library/nginx')?.summary).toBe(
      'registry unreachable: docker.io, i/o timeout',
    );
    expect(pulling('ErrImagePull', 'i/o timeout', [], 'localhost/nginx')?.summary).toBe(
      'registry unreachable: localhost, i/o timeout',
    );
  });

  it('is not a program that cannot reach something', () => {
    const logTail = 'dial tcp: lookup db on 10.0.0.10:53: no such host';
    const terminated = { exitCode: 1, reason: 'Error', finishedAt: '2026-11-22T15:00:10Z' };
    expect(causeOf(factsOf({ status: { state: { terminated } }, logTail }))).toMatchObject({ id: 'dns-failure' });
  });
});

describe('pulls that fail, in the words of runtimes and registries', () => {
  it.each([
    [
      'an authority that the node does not trust',
      `${RESOLVE}failed to do request: Head "https://registry.example.com/v2/shop/app/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
      'registry-unreachable',
      'registry unreachable: docker.io, x509: certificate signed by unknown authority',
    ],
    [
      'a registry without TLS',
      `${RESOLVE}failed to do request: Head "https://10.0.0.9:5000/v2/shop/app/manifests/1": http: server gave HTTP response to HTTPS client`,
      'registry-unreachable',
      'server gave HTTP response to HTTPS client',
    ],
    [
      'a registry that does not answer',
      `${RESOLVE}failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1.99": dial tcp 54.198.86.24:443: i/o timeout`,
      'registry-unreachable',
      'i/o timeout',
    ],
    [
      'a registry that fails itself',
      `${RESOLVE}unexpected status from HEAD request to https://quay.io/v2/shop/app/manifests/1: 500 Internal Server Error`,
      'registry-unreachable',
      '500 Internal Server Error',
    ],
    [
      'a name that cannot be resolved',
      `${RESOLVE}failed to do request: Head "https://registry.internal/v2/": dial tcp: lookup registry.internal on 10.0.0.2:53: no such host`,
      'registry-unreachable',
      'no such host',
    ],
  ])('%s', (_, message, id, summary) => expectPullFailure(message, id, summary));
});
