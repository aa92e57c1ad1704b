import { describe, expect, it } from 'vitest';
import { expectConfigError, expectFailedMount, expectRefusedStart } from '../../support/cause-expectations.ts';
import { type event, pending } from '../../support/cause-facts.ts';

describe('what the container is configured with', () => {
  it.each([
    [
      "couldn't find key api-key in Secret shop/keys",
      'missing-key',
      'key api-key not in secret "keys"',
      'kubectl -n n describe secret keys',
    ],
    [
      "couldn't find key LOG in ConfigMap shop/cfg",
      'missing-key',
      'key LOG not in configmap "cfg"',
      'kubectl -n n describe configmap cfg',
    ],
    [
      'environment variable key "A" not found in file "/x/env"',
      'missing-key',
      'key A not in its env file',
      'kubectl -n n describe pod p',
    ],
  ])('%s', (message, id, summary, command) => expectConfigError(message, id, summary, command));
});

describe('a volume that cannot be mounted', () => {
  it.each([
    [
      'MountVolume.SetUp failed for volume "v" : references non-existent secret key: tls.key',
      'missing-key',
      'key tls.key not in the secret of a volume',
    ],
    [
      'MountVolume.SetUp failed for volume "v" : references non-existent config key: app.yaml',
      'missing-key',
      'key app.yaml not in the configmap of a volume',
    ],
  ])('%s', (message, id, summary) => expectFailedMount(message, id, summary));
});

describe('starts that a runtime refuses, in its words', () => {
  it.each([
    [
      'a key that a Secret does not have',
      'CreateContainerConfigError',
      "couldn't find key DB_PASSWORD in Secret shop/db",
      'missing-key',
      'key DB_PASSWORD not in secret "db"',
    ],
  ])('%s', (_, reason, message, id, summary) => expectRefusedStart(reason, message, id, summary));
});

describe('pods whose volumes or network do not come', () => {
  it.each([
    [
      'a key that is missing in a volume',
      [['FailedMount', 'MountVolume.SetUp failed for volume "config" : references non-existent config key: app.yaml']],
      'missing-key',
      'key app.yaml not in the configmap of a volume',
    ],
  ] as const)('%s', (_, events, id, summary) => {
    const cause = pending(...(events as unknown as Parameters<typeof event>[]));
    expect(cause).toMatchObject({ id, confidence: 'likely' });
    expect(cause?.summary).toContain(summary);
  });
});
