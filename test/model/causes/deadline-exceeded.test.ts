import { describe, it } from 'vitest';
import { expectPodFailure } from '../../support/cause-expectations.ts';

describe('pods that the kubelet or a controller ended as a whole', () => {
  it.each([
    ['DeadlineExceeded', 'Pod was active on the node longer than the specified deadline', 'deadline-exceeded'],
  ])('%s: %s', (reason, message, id) => expectPodFailure(reason, message, id));
});
