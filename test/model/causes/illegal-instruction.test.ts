import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectSignalCode } from '../../support/cause-expectations.ts';
import { backingOff, ended, factsOf } from '../../support/cause-facts.ts';

describe('signals that a program brings on itself', () => {
  it.each([
    [132, 'illegal-instruction', 'exit 132: SIGILL, illegal instruction'],
    [-1073741795, 'illegal-instruction', 'STATUS_ILLEGAL_INSTRUCTION, illegal instruction'],
  ])('exit %d is %s', (code, id, summary) => expectSignalCode(code, id, summary));
});

describe('exit codes and what they stand for', () => {
  it.each([[132, 'illegal-instruction', 'likely']])('exit %d', (exitCode, id, confidence) => {
    expect(causeOf(factsOf({ status: backingOff(ended(exitCode)) }))).toMatchObject({ id, confidence });
  });
});
