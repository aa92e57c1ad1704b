import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectPodFailure } from '../../support/cause-expectations.ts';
import { ended, factsOf } from '../../support/cause-facts.ts';

describe('what ended from outside', () => {
  it('by a failure of the whole pod is told as that', () => {
    const podStatus = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
    expect(causeOf(factsOf({ podStatus, status: { state: ended(137) } }))).toMatchObject({
      id: 'evicted',
      confidence: 'certain',
      summary: 'Evicted: The node was low on resource: memory.',
    });
  });
});

describe('evicted', () => {
  const podStatus = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.' };

  it('is what the status of the pod says, with the node to look at', () => {
    const cause = causeOf(factsOf({ podStatus, status: { state: ended(137) } }));
    expect(cause).toMatchObject({ id: 'evicted', confidence: 'certain', summary: `Evicted: ${podStatus.message}` });
    expect(cause?.next).toContain('kubectl describe node node-a');
  });

  it('is not any other failure of a pod, nor a pod that is running', () => {
    const deadline = { phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than' };
    expect(causeOf(factsOf({ podStatus: deadline, status: { state: ended(143) } }))?.id).toBe('deadline-exceeded');
    expect(causeOf(factsOf({ podStatus: { reason: 'Evicted' }, status: { state: ended(1) } }))?.id).toBe('app-error');
  });
});

describe('pods that the kubelet or a controller ended as a whole', () => {
  it.each([
    ['Evicted', 'The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 900Mi. ', 'evicted'],
    ['Evicted', 'Usage of EmptyDir volume "e" exceeds the limit "1Mi". ', 'evicted'],
    ['Evicted', 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ', 'evicted'],
    ['Preempting', 'Preempted in order to admit critical pod', 'evicted'],
  ])('%s: %s', (reason, message, id) => expectPodFailure(reason, message, id));
});
