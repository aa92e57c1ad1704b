import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { event, factsOf, waiting } from './given-facts.ts';

const IMAGE = 'registry.example.com/shop/app:1';

function pulling(reason: string, message: string, events: Parameters<typeof event>[] = [], image = IMAGE) {
  return causeOf(factsOf({ container: { image }, status: waiting(reason, message), events: events.map((e) => event(...e)) }));
}

describe('image-not-found', () => {
  const message = `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": ${IMAGE}: not found`;

  it('is what the registry answers, in both states of a failing pull', () => {
    const verdict = { id: 'image-not-found', confidence: 'certain', summary: 'image not found: registry.example.com/shop/app:1' };
    expect(pulling('ErrImagePull', message)).toMatchObject(verdict);
    expect(pulling('ImagePullBackOff', `Back-off pulling image "${IMAGE}": ErrImagePull: ${message}`)).toMatchObject(verdict);
    expect(pulling('ErrImagePull', 'manifest for shop/app:1 not found: manifest unknown')).toMatchObject({
      id: 'image-not-found',
    });
  });

  it('comes from the last event where the status names no error (1.31 and before)', () => {
    const bare = `Back-off pulling image "${IMAGE}"`;
    const failed = pulling('ImagePullBackOff', bare, [['Failed', `Failed to pull image "${IMAGE}": ${message}`]]);
    expect(failed).toMatchObject({ id: 'image-not-found', confidence: 'likely' });
    expect(failed?.evidence[1]).toContain('event Failed (2026-11-22T15:00:10Z): Failed to pull image');
    expect(pulling('ImagePullBackOff', bare)).toMatchObject({ id: 'unknown', summary: `cannot pull ${IMAGE}` });
  });

  it('is only possible where the registry does not tell it from a missing right', () => {
    const denied = 'pull access denied, repository does not exist or may require authorization: authorization failed';
    expect(pulling('ErrImagePull', denied)).toMatchObject({ id: 'image-not-found', confidence: 'possible' });
  });

  it.each([
    ['toomanyrequests: You have reached your pull rate limit', 'You have reached your pull rate limit'],
  ])('is not claimed of: %s', (error, root) => {
    expect(pulling('ErrImagePull', error)).toMatchObject({ id: 'unknown', summary: `cannot pull ${IMAGE}: ${root}` });
  });

  it('shortens long references and keeps the name and tag', () => {
    const image = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/payments/api@sha256:${'ab'.repeat(32)}`;
    expect(pulling('ErrImagePull', 'manifest unknown', [], image)?.summary).toBe(
      'image not found: 123456789012…/api@sha256:abababababab…',
    );
  });
});

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

describe('image-auth', () => {
  it.each([
    'failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized',
    'failed to authorize: unexpected status: 403 Forbidden',
    'Head "https://r/v2/x/manifests/1": no basic auth credentials',
    'unauthorized: authentication required',
    'denied: requested access to the resource is denied',
  ])('%s', (error) => {
    expect(pulling('ErrImagePull', error)).toMatchObject({
      id: 'image-auth',
      confidence: 'certain',
      summary: `pull refused by the registry: ${IMAGE}`,
    });
  });

  it('is not an image that is missing, nor a registry that is down', () => {
    expect(pulling('ErrImagePull', `${IMAGE}: not found`)?.id).toBe('image-not-found');
    expect(pulling('ErrImagePull', 'unexpected status: 503 Service Unavailable')?.id).toBe('registry-unreachable');
  });
});

describe('an image for other machines', () => {
  it('is there, and not for this node', () => {
    expect(pulling('ErrImagePull', 'no match for platform in manifest sha256:1234: not found')).toMatchObject({
      id: 'wrong-architecture',
      confidence: 'certain',
      summary: `no image for the node's platform: ${IMAGE}`,
    });
  });
});

describe('image-name and image-never-pull', () => {
  it('are what the status says', () => {
    expect(pulling('InvalidImageName', "couldn't parse image name: invalid reference format")).toMatchObject({
      id: 'image-name',
      summary: 'image name not valid: registry.example.com/shop/app:1, invalid reference format',
    });
    expect(pulling('ErrImageNeverPull', 'Container image is not present')).toMatchObject({ id: 'image-never-pull' });
  });

  it('are not said of a container that started since', () => {
    const status = { state: { running: { startedAt: '2026-11-22T15:00:00Z' } } };
    const events = [
      event('ErrImageNeverPull', 'Container image is not present'),
      event('InspectFailed', 'Failed to apply default image tag'),
    ];
    expect(causeOf(factsOf({ status, events, earlier: [waiting('ErrImageNeverPull')] }))).toBeNull();
  });
});
