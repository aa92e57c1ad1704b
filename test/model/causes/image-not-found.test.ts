import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectPullFailure } from '../../support/cause-expectations.ts';
import { event, factsOf, IMAGE, NGINX, pull, pulling, RESOLVE, waiting } from '../../support/cause-facts.ts';

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

describe('a pull secret that could not be read', () => {
  const said = 'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.';
  const events = [event('FailedToRetrieveImagePullSecret', said)];
  const open = 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope';
  const nodeOf = (kubeletVersion: string) => ({
    metadata: { name: 'node-a', uid: 'n' },
    status: { nodeInfo: { kubeletVersion } },
  });

  it('says little before, when it is told of each pull, and nothing of an image that is not there', () => {
    expect(causeOf(factsOf({ status: waiting('ErrImagePull', open), events, node: nodeOf('v1.35.4') }))?.id).toBe(
      'image-not-found',
    );
    const missing = waiting('ErrImagePull', 'failed to resolve reference: registry.example.com/shop/app:1: not found');
    expect(causeOf(factsOf({ status: missing, events, node: nodeOf('v1.37.2') }))?.id).toBe('image-not-found');
  });
});

describe('pulls that fail, in the words of runtimes and registries', () => {
  it.each([
    ['containerd, a tag that is not there', `${RESOLVE}${NGINX}: not found`, 'image-not-found', 'image not found: '],
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
  ])('%s', (_, message, id, summary) => expectPullFailure(message, id, summary));

  it('are told by the last event through a back-off that says nothing (1.31 and before), also where it stands for several', () => {
    const error = `Failed to pull image "${NGINX}": rpc error: code = NotFound desc = ${RESOLVE}${NGINX}: not found`;
    const bare = `Back-off pulling image "${NGINX}"`;
    for (const message of [error, `(combined from similar events): ${error}`]) {
      expect(pull(bare, 'ImagePullBackOff', [['Failed', message]])).toMatchObject({
        id: 'image-not-found',
        confidence: 'likely',
      });
    }
  });
});
