import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectPodFailure } from '../../support/cause-expectations.ts';
import { factsOf } from '../../support/cause-facts.ts';

describe('what the API gives a word for', () => {
  it.each([
    [
      'OutOfnvidia.com/gpu',
      "Pod was rejected: Node didn't have enough resource: nvidia.com/gpu, requested: 1, used: 0, capacity: 0",
    ],
    ['NodeAffinity', 'Pod was rejected: Predicate NodeAffinity failed'],
    ['TopologyAffinityError', 'Resources cannot be allocated with Topology locality'],
    ['SomethingNew', 'Pod was rejected: no such feature'],
  ])('is rejected: %s', (reason, message) => {
    const cause = causeOf(factsOf({ podStatus: { phase: 'Failed', reason, message } }));
    expect(cause).toMatchObject({ id: 'rejected', confidence: 'certain' });
    expect(cause?.summary).toContain(reason);
  });
});

describe('pods that the kubelet or a controller ended as a whole', () => {
  it.each([
    ['OutOfcpu', "Node didn't have enough resource: cpu, requested: 4000, used: 1000, capacity: 4000", 'rejected'],
    [
      'UnexpectedAdmissionError',
      'Allocate failed due to no healthy devices present; cannot allocate unhealthy devices nvidia.com/gpu, which is unexpected',
      'rejected',
    ],
  ])('%s: %s', (reason, message, id) => expectPodFailure(reason, message, id));
});
