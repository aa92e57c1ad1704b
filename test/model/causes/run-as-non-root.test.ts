import { describe, it } from 'vitest';
import { expectConfigError, expectRefusedStart } from '../../support/cause-expectations.ts';

describe('what the container is configured with', () => {
  it.each([
    [
      'container has runAsNonRoot and image will run as root (pod: "p_n(u)", container: c)',
      'run-as-non-root',
      'runAsNonRoot, but the image runs as root',
      'kubectl -n n describe pod p',
    ],
    [
      'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root (pod: "p", container: c)',
      'run-as-non-root',
      'runAsNonRoot, but the image\'s user "app" is not numeric',
      'kubectl -n n describe pod p',
    ],
  ])('%s', (message, id, summary, command) => expectConfigError(message, id, summary, command));
});

describe('starts that a runtime refuses, in its words', () => {
  it.each([
    [
      'a user that is root by its spec',
      'CreateContainerConfigError',
      'container\'s runAsUser breaks non-root policy (pod: "api-0_shop(0b1f)", container: api)',
      'run-as-non-root',
      'runAsNonRoot, but runAsUser is root',
    ],
    [
      'a user that has only a name',
      'CreateContainerConfigError',
      'container has runAsNonRoot and image has non-numeric user (nobody), cannot verify user is non-root (pod: "api-0_shop(0b1f)", container: api)',
      'run-as-non-root',
      'runAsNonRoot, but the image\'s user "nobody" is not numeric',
    ],
  ])('%s', (_, reason, message, id, summary) => expectRefusedStart(reason, message, id, summary));
});
