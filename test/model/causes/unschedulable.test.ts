import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { factsOf } from '../../support/cause-facts.ts';

describe('unschedulable', () => {
  const scheduled = (reason: string, message: string) => ({
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason, message }],
  });

  it('says how many nodes there are, and why none of them', () => {
    const message =
      '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. preemption: 0/3 nodes are available.';
    expect(causeOf(factsOf({ podStatus: scheduled('Unschedulable', message) }))).toMatchObject({
      id: 'unschedulable',
      confidence: 'certain',
      summary: 'unschedulable: 0/3 nodes, 1 node(s) had untolerated taint(s), 2 Insufficient cpu',
    });
    expect(causeOf(factsOf({ podStatus: scheduled('Unschedulable', 'persistentvolumeclaim "data" not found') }))?.summary).toBe(
      'unschedulable: persistentvolumeclaim "data" not found',
    );
  });

  it('is not a pod that waits for its gates, nor one that nobody has looked at', () => {
    expect(
      causeOf(factsOf({ podStatus: scheduled('SchedulingGated', 'Scheduling is blocked due to non-empty scheduling gates') })),
    ).toBeNull();
    expect(causeOf(factsOf({ podStatus: { phase: 'Pending' } }))).toBeNull();
  });
});
