import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectPullFailure } from '../../support/cause-expectations.ts';
import { event, factsOf, IMAGE, pulling, RESOLVE, waiting } from '../../support/cause-facts.ts';

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

describe('a pull secret that could not be read', () => {
  const said = 'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.';
  const events = [event('FailedToRetrieveImagePullSecret', said)];
  const open = 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope';
  const nodeOf = (kubeletVersion: string) => ({
    metadata: { name: 'node-a', uid: 'n' },
    status: { nodeInfo: { kubeletVersion } },
  });

  it('is why, from 1.37 on: it is told only of a pull that failed', () => {
    const cause = causeOf(factsOf({ status: waiting('ErrImagePull', open), events, node: nodeOf('v1.37.2') }));
    expect(cause).toMatchObject({ id: 'image-auth', confidence: 'certain' });
    expect(cause?.summary).toBe('its pull secret could not be read: registry.example.com/shop/app:1');
    expect(cause?.evidence.at(-1)).toContain('Unable to retrieve some image pull secrets (regcred)');
  });
});

describe('pulls that fail, in the words of runtimes and registries', () => {
  it.each([
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
  ])('%s', (_, message, id, summary) => expectPullFailure(message, id, summary));
});
