import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../../src/model/causes/index.ts';
import { event, factsOf, waiting } from '../given-facts.ts';

const IMAGE = 'docker.io/library/nginx:1.99';
const PULL = `failed to pull and unpack image "${IMAGE}": `;
const RESOLVE = `${PULL}failed to resolve reference "${IMAGE}": `;

const pull = (message: string, reason = 'ErrImagePull', events: Parameters<typeof event>[] = []) =>
  causeOf(factsOf({ container: { image: IMAGE }, status: waiting(reason, message), events: events.map((e) => event(...e)) }));

describe('pulls that fail, in the words of runtimes and registries', () => {
  it.each([
    ['containerd, a tag that is not there', `${RESOLVE}${IMAGE}: not found`, 'image-not-found', 'image not found: '],
    [
      'CRI-O, a tag that is not there',
      'reading manifest 1.99 in docker.io/library/nginx: manifest unknown',
      'image-not-found',
      'image not found: ',
    ],
    [
      'Docker Hub, which does not say whether it is there',
      `${RESOLVE}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      'image-not-found',
      'image not found, or access denied: ',
    ],
    [
      'a registry that knows no such user',
      `${RESOLVE}failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://ghcr.io/token?scope=repository%3Ashop%3Apull&service=ghcr.io: 401 Unauthorized`,
      'image-auth',
      'pull refused by the registry: ',
    ],
    [
      'a registry that lets nobody in',
      `${RESOLVE}failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://gcr.io/v2/token?scope=x&service=gcr.io: 403 Forbidden`,
      'image-auth',
      'pull refused by the registry: ',
    ],
    [
      'CRI-O with a wrong password',
      'initializing source docker://quay.io/shop/app:1: unable to retrieve auth token: invalid username/password: unauthorized: access to the requested resource is not authorized',
      'image-auth',
      'pull refused by the registry: ',
    ],
    [
      'a limit of pulls, in two lines',
      `${PULL}failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://registry-1.docker.io/v2/library/nginx/manifests/sha256:ba57: 429 Too Many Requests\ntoomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit`,
      'unknown',
      `cannot pull ${IMAGE}: You have reached your unauthenticated pull rate limit`,
    ],
    [
      'a limit of pulls, in one line that ends in an address',
      `${PULL}failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/sha256:ba57: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit`,
      'unknown',
      `cannot pull ${IMAGE}: You have reached your pull rate limit`,
    ],
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
    [
      'containerd, another machine',
      `${PULL}no match for platform in manifest: not found`,
      'wrong-architecture',
      "the node's platform",
    ],
    [
      'CRI-O, another machine',
      'choosing image instance: no image found in manifest list for architecture "arm64", variant "v8", OS "linux"',
      'wrong-architecture',
      "the node's platform",
    ],
    [
      'Docker, another machine',
      'no matching manifest for linux/arm64/v8 in the manifest list entries',
      'wrong-architecture',
      "the node's platform",
    ],
    [
      'a node without space',
      `${PULL}failed to extract layer sha256:0b1f: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs/usr/lib/x.so: no space left on device`,
      'disk-full',
      'no space left on the node to pull',
    ],
    ['the pace of the kubelet', 'pull QPS exceeded', 'unknown', `cannot pull ${IMAGE}: pull QPS exceeded`],
  ])('%s', (_, message, id, summary) => {
    for (const cause of [
      pull(message),
      pull(`rpc error: code = Unknown desc = ${message}`),
      pull(`Back-off pulling image "${IMAGE}": ErrImagePull: ${message}`, 'ImagePullBackOff'),
    ]) {
      expect(cause).toMatchObject({
        id,
        confidence: id === 'unknown' ? 'likely' : summary.includes('or access denied') ? 'possible' : 'certain',
      });
      expect(cause?.summary).toContain(summary);
    }
  });

  it('are told by the last event through a back-off that says nothing (1.31 and before), also where it stands for several', () => {
    const error = `Failed to pull image "${IMAGE}": rpc error: code = NotFound desc = ${RESOLVE}${IMAGE}: not found`;
    const bare = `Back-off pulling image "${IMAGE}"`;
    for (const message of [error, `(combined from similar events): ${error}`]) {
      expect(pull(bare, 'ImagePullBackOff', [['Failed', message]])).toMatchObject({
        id: 'image-not-found',
        confidence: 'likely',
      });
    }
  });
});
