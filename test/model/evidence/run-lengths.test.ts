import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../support/cause-facts.ts';

describe('how long the runs lived', () => {
  it.each([
    [[90, 45, 30, 22, 18], 'its known runs lived 90s, 45s, 30s, 22s, 18s: each no longer than the one before'],
    [[4, 4, 9, 30], 'its known runs lived 4s, 4s, 9s, 30s: each no shorter than the one before'],
    [[4, 5, 4, 3], 'its known runs lived 4s, 5s, 4s, 3s: all about the same'],
    [[360, 362, 358], 'its known runs lived 6m, 6m2s, 5m58s: all about the same'],
    [[4, 200, 30], 'its known runs lived 4s, 3m20s, 30s'],
    [
      [90, 45, 30, 22, 18, 15, 12, 11, 10, 9],
      'its 10 known runs lived 90s, 45s, ..., 18s, 15s, 12s, 11s, 10s, 9s: each no longer than the one before',
    ],
  ])('%j', (lives, line) => {
    expect(evidenceOf(lives)).toContain(line);
  });

  it('is no trend of two', () => {
    expect(evidenceOf([90, 4]).join()).not.toContain('known runs');
  });
});
