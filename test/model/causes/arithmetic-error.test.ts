import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectSignalCode } from '../../support/cause-expectations.ts';
import { backingOff, ended, factsOf } from '../../support/cause-facts.ts';

describe('signals that a program brings on itself', () => {
  it.each([
    [136, 'arithmetic-error', 'exit 136: SIGFPE, arithmetic error'],
    [-1073741676, 'arithmetic-error', 'STATUS_INTEGER_DIVIDE_BY_ZERO, arithmetic error'],
  ])('exit %d is %s', (code, id, summary) => expectSignalCode(code, id, summary));
});

describe('exit codes and what they stand for', () => {
  it.each([[136, 'arithmetic-error', 'likely']])('exit %d', (exitCode, id, confidence) => {
    expect(causeOf(factsOf({ status: backingOff(ended(exitCode)) }))).toMatchObject({ id, confidence });
  });
});
