import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { ended, factsOf } from '../../support/cause-facts.ts';

describe('pods that the kubelet or a controller ended as a whole', () => {
  it.each([
    ['DeadlineExceeded', 'Pod was active on the node longer than the specified deadline', 'deadline-exceeded'],
  ])('%s: %s', (reason, message, id) => {
    const podStatus = { phase: 'Failed', reason, message };
    const cause = causeOf(
      factsOf({ podStatus, status: { state: ended(137) }, logTail: 'ERROR connect ECONNREFUSED 10.0.0.1:1' }),
    );
    expect(cause).toMatchObject({ id, confidence: 'certain' });
    expect(cause?.summary).toContain(`${reason}: ${message.trim().slice(0, 60)}`);
  });
});
