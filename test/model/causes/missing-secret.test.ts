import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectConfigError } from '../../support/cause-expectations.ts';
import { factsOf, failedMount, waiting } from '../../support/cause-facts.ts';

describe('what the container is configured with', () => {
  it.each([
    ['secret "tls" not found', 'missing-secret', 'secret "tls" not found', 'kubectl -n n get secret tls'],
  ])('%s', (message, id, summary, command) => expectConfigError(message, id, summary, command));
});

describe('a volume that cannot be mounted', () => {
  const secret = 'MountVolume.SetUp failed for volume "v" : secret "tls-cert" not found';
  const creating = waiting('ContainerCreating');
  const podStatus = { phase: 'Pending' };

  it.each([[secret, 'missing-secret', 'secret "tls-cert" not found']])('%s', (message, id, summary) => {
    const cause = causeOf(factsOf({ podStatus, status: creating, events: [failedMount(message)] }));
    expect(cause).toMatchObject({ id, summary, confidence: 'likely' });
    expect(cause?.evidence.at(-1)).toContain('event FailedMount (2026-11-22T15:00:10Z)');
  });
});
