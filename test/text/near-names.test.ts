import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearNames } from '../../src/text/near-names.ts';

describe('near names', () => {
  it.each([
    ['gatway', ['gateway', 'search', 'web'], ['gateway']],
    ['OOM-kiled', ['oom-killed', 'oom-suspected'], ['oom-killed']],
    ['api-7d', ['api-7d9f8c-x2kq4', 'api-7d9f8c-9qk2l', 'ledger'], ['api-7d9f8c-9qk2l', 'api-7d9f8c-x2kq4']],
    ['zzzzzz', ['gateway', 'search'], []],
    ['x', ['gateway', 'y'], ['y']],
  ])('of %s', (typed, names, near) => {
    expect(nearNames(typed, names)).toEqual(near);
  });

  it('are at most three, each once, and a name with one letter wrong is among them', () => {
    const name = fc.stringMatching(/^[a-z]{6,20}$/);
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 30 }), fc.nat(), (meant, others, place) => {
        const typed = `${meant.slice(0, place % meant.length)}#${meant.slice((place % meant.length) + 1)}`;
        const near = nearNames(typed, [meant, meant]);
        expect(near).toEqual([meant]);
        const all = nearNames(typed, [...others, meant]);
        expect(all.length).toBeLessThanOrEqual(3);
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });
});
