import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { configError, factsOf, waiting } from '../../support/cause-facts.ts';

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
  ])('%s', (message, id, summary, command) => {
    const cause = configError(message);
    expect(cause).toMatchObject({ id, summary, confidence: 'certain' });
    expect(cause?.evidence).toEqual([`waiting: CreateContainerConfigError: ${message}`]);
    expect(cause?.next[0]).toBe(command);
  });
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
  ])('%s', (_, reason, message, id, summary) => {
    expect(causeOf(factsOf({ status: waiting(reason, message) }))).toMatchObject({
      id,
      confidence: id === 'unknown' ? 'likely' : 'certain',
      summary,
    });
  });
});
