import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectPullFailure, expectRefusedStart } from '../../support/cause-expectations.ts';
import {
  backingOff,
  causeOfStart,
  configError,
  ended,
  event,
  factsOf,
  NGINX,
  PROCESS,
  PULL,
  startError,
  waiting,
} from '../../support/cause-facts.ts';

const QUIET = 'I1122 15:00:00.101000       1 cache.go:88] Caches are synced\n';

describe('what the container is configured with', () => {
  it.each([
    ['failed to sync configmap cache: timed out waiting for the condition', 'timed out waiting for the condition'],
    ['services have not yet been read at least once, cannot construct envvars', 'services have not yet been read at least once'],
  ])('is not guessed from: %s', (message, part) => {
    const cause = configError(message);
    expect(cause?.id).toBe('unknown');
    expect(cause?.summary).toContain(`CreateContainerConfigError: ${part}`);
  });
});

describe('a kill from outside, whatever the exit code', () => {
  it('is a stop by the kubelet that says nothing of why, of which nothing is certain', () => {
    const events = [event('Killing', 'Stopping container c')];
    for (const code of [0, 1, 2, 137, 143])
      expect(causeOf(factsOf({ status: backingOff(ended(code)), events, logTail: QUIET }))).toMatchObject({
        id: 'unknown',
        confidence: 'likely',
        summary: `stopped by the kubelet (exit ${code}); reason unknown`,
      });
  });
});

describe('pulls that fail, in the words of runtimes and registries', () => {
  it.each([
    [
      'a limit of pulls, in two lines',
      `${PULL}failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://registry-1.docker.io/v2/library/nginx/manifests/sha256:ba57: 429 Too Many Requests\ntoomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit`,
      'unknown',
      `cannot pull ${NGINX}: You have reached your unauthenticated pull rate limit`,
    ],
    [
      'a limit of pulls, in one line that ends in an address',
      `${PULL}failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/sha256:ba57: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit`,
      'unknown',
      `cannot pull ${NGINX}: You have reached your pull rate limit`,
    ],
    ['the pace of the kubelet', 'pull QPS exceeded', 'unknown', `cannot pull ${NGINX}: pull QPS exceeded`],
  ])('%s', (_, message, id, summary) => expectPullFailure(message, id, summary));
});

describe('starts that a runtime refuses, in its words', () => {
  it.each([
    [
      'runc, an AppArmor profile that is not loaded',
      `${PROCESS}error during container init: unable to apply apparmor profile: apparmor failed to apply profile: write /proc/self/attr/apparmor/exec: no such file or directory: unknown`,
      'unknown',
      'likely',
      'cannot start: write /proc/self/attr/apparmor/exec: no such file or directory',
    ],
    [
      'a working directory that is not there',
      `${PROCESS}chdir to cwd ("/workspace") set in config.json failed: permission denied: unknown`,
      'unknown',
      'likely',
      'cannot start: chdir to cwd ("/workspace") set in config.json failed: permission denied',
    ],
  ])('%s', (_, message, id, confidence, summary) => {
    expect(causeOfStart(message)).toMatchObject({ id, confidence, summary });
  });

  it.each([
    [
      'a name that containerd has reserved for the try before',
      'CreateContainerError',
      'failed to reserve container name "api_api-0_shop_0b1f_1": name "api_api-0_shop_0b1f_1" is reserved for "7c54f31e3fc8"',
      'unknown',
      'CreateContainerError: name "api_api-0_shop_0b1f_1" is reserved for "7c54f31e3fc8"',
    ],
    [
      'a runtime that does not answer',
      'CreateContainerError',
      'context deadline exceeded',
      'unknown',
      'CreateContainerError: context deadline exceeded',
    ],
    [
      'a cache of ConfigMaps that does not fill',
      'CreateContainerConfigError',
      'failed to sync configmap cache: timed out waiting for the condition',
      'unknown',
      'CreateContainerConfigError: timed out waiting for the condition',
    ],
  ])('%s', (_, reason, message, id, summary) => expectRefusedStart(reason, message, id, summary));
});

describe('a start that fails', () => {
  it.each([
    [
      `${PROCESS}chdir to cwd ("/app") set in config.json failed: no such file or directory: unknown`,
      'cannot start: chdir to cwd ("/app") set in config.json failed: no such file or directory',
    ],
    [
      `${PROCESS}error during container init: open /proc/self/uid_map: permission denied: unknown`,
      'cannot start: open /proc/self/uid_map: permission denied',
    ],
  ])('is not blamed on its command: %s', (message, summary) => {
    expect(causeOf(factsOf({ status: backingOff(startError(message)) }))).toMatchObject({ id: 'unknown', summary });
  });

  it('goes before what the container died of earlier', () => {
    const status = { ...waiting('CreateContainerError', 'failed to reserve container name'), lastState: ended(137, 'OOMKilled') };
    expect(causeOf(factsOf({ status }))).toMatchObject({
      id: 'unknown',
      summary: 'CreateContainerError: failed to reserve container name',
    });
  });
});
