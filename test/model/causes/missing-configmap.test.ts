import { describe, expect, it } from 'vitest';
import { expectConfigError, expectFailedMount } from '../../support/cause-expectations.ts';
import { type event, pending } from '../../support/cause-facts.ts';

describe('what the container is configured with', () => {
  it.each([
    [
      'configmap "cart-config" not found',
      'missing-configmap',
      'configmap "cart-config" not found',
      'kubectl -n n get configmap cart-config',
    ],
  ])('%s', (message, id, summary, command) => expectConfigError(message, id, summary, command));
});

describe('a volume that cannot be mounted', () => {
  it.each([
    ['MountVolume.SetUp failed for volume "v" : configmap "cfg" not found', 'missing-configmap', 'configmap "cfg" not found'],
  ])('%s', (message, id, summary) => expectFailedMount(message, id, summary));
});

describe('pods whose volumes or network do not come', () => {
  const WAITED =
    'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data kube-api-access-x2x]: timed out waiting for the condition';
  const later = { firstTimestamp: '2026-11-22T15:02:10Z', lastTimestamp: '2026-11-22T15:02:10Z' };

  it.each([
    [
      'a ConfigMap that is missing, behind the time-out that it leads to',
      [
        ['FailedMount', 'MountVolume.SetUp failed for volume "config" : configmap "shop-config" not found'],
        ['FailedMount', WAITED, later],
      ],
      'missing-configmap',
      'configmap "shop-config" not found',
    ],
  ] as const)('%s', (_, events, id, summary) => {
    const cause = pending(...(events as unknown as Parameters<typeof event>[]));
    expect(cause).toMatchObject({ id, confidence: 'likely' });
    expect(cause?.summary).toContain(summary);
  });
});
