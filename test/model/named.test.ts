import fc from 'fast-check';
import { expect, it } from 'vitest';
import { namedIn } from '../../src/model/named.ts';

it('a look-up by name finds what a search finds, in few and in many, also where names come twice', () => {
  const lists = fc.array(fc.record({ name: fc.integer({ max: 30, min: 0 }).map(String) }), { maxLength: 60 });
  fc.assert(
    fc.property(lists, (list) => {
      for (let i = 0; i <= 31; i++) expect(namedIn(list, String(i))).toBe(list.find(({ name }) => name === String(i)));
    }),
  );
});

it('a look-up by name looks at each of a long list once, however many are asked for', () => {
  let looks = 0;
  const list = Array.from({ length: 5000 }, (_, i) => ({
    get name() {
      looks++;
      return String(i);
    },
  }));
  for (let i = 0; i < 5000; i++) namedIn(list, String(i));
  expect(looks).toBe(5000);
});
