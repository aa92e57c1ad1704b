import { describe, it } from 'vitest';
import { expectRuntimeReason } from '../../support/cause-expectations.ts';

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
  ])('is %s, of which the last line is the reason', (id, message, says) => expectRuntimeReason(id, message, says));
});
