import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { backingOff, ended, factsOf, waiting } from '../../support/cause-facts.ts';

describe('what the API gives a word for', () => {
  it.each([
    [
      'device',
      'failed to generate spec: failed to inject CDI devices: unresolvable CDI devices nvidia.com/gpu=all: unknown',
      'unresolvable CDI devices nvidia.com/gpu=all',
    ],
    [
      'device',
      'error gathering device information while adding custom device "/dev/net/tun": no such file or directory',
      '"/dev/net/tun": no such file or directory',
    ],
  ])('is %s, of which the last line is the reason', (id, message, says) => {
    const end = ended(128, 'StartError', { message, startedAt: '1970-01-01T00:00:00Z' });
    for (const status of [backingOff(end), waiting('CreateContainerError', message)]) {
      const cause = causeOf(factsOf({ status }));
      expect(cause).toMatchObject({ id, confidence: 'certain' });
      expect(cause?.summary).toContain(says);
    }
  });
});
