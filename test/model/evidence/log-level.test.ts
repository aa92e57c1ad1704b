import { describe, expect, it } from 'vitest';
import { levelOf } from '../../../src/model/evidence/log-level.ts';
import { countReads } from '../../patterns/counted-reads.ts';

describe('the level of a log line', () => {
  it.each([
    ['E1122 15:00:01.120000       1 reflector.go:158] x', 'error'],
    ['2026-11-22 15:00:01,120 ERROR [main] x', 'error'],
    ['2026-11-22 15:00:01.120  INFO 1 --- [main] o.s.b.Boot : x', 'quiet'],
    ['2026-11-22 15:00:01.120 UTC [1] FATAL:  x', 'error'],
    ['[2026-11-22 15:00:01 +0000] [1] [WARNING] x', 'warning'],
    ['12:00:00,123:ERROR:root:x', 'error'],
    ['1 2 3 4 5 6 ERROR x', 'error'],
    ['time="2026-11-22T15:00:01Z" level=warning msg=x', 'warning'],
    ['fail: Microsoft.Hosting.Lifetime[14]', 'error'],
    ['an error of somebody', 'none'],
    ['1 2 3 4 5 6 7 ERROR x', 'none'],
    [`${'1'.repeat(60)} ERROR x`, 'error'],
  ])('is read from %s', (line, level) => expect(levelOf(line)).toBe(level));

  it.each([
    ['a long number', '1'.repeat(60)],
    ['a SHA-256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['epoch times', '1732800000,1732800001,1732800002,1732800003'],
    ['numbers of a CSV', '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25'],
    ['base64', 'q1w2e3r4t5y6u7i8o9p0QWERTYUIOPASDFGHJKLZXCVBNM1234567890qwertyui'],
    ['brackets', '[[[[1]]]] '.repeat(10)],
  ])('costs a few looks at each character of %s', (_what, line) => {
    expect(countReads(() => levelOf(line)).reads / line.length).toBeLessThan(60);
  });
});
