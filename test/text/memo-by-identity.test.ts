import { expect, it, vi } from 'vitest';
import { memoByIdentity } from '../../src/text/memo-by-identity.ts';

it('a remembered function works out again only for another object, or other arguments than the last', () => {
  const work = vi.fn((list: readonly string[], separator: string) => ({ text: list.join(separator) }));
  const joined = memoByIdentity(work);
  const [one, same] = [
    ['a', 'b'],
    ['a', 'b'],
  ];
  const first = joined(one, '-');
  expect(first).toEqual({ text: 'a-b' });
  expect(joined(one, '-')).toBe(first);
  expect(joined(same, '-')).not.toBe(first);
  expect(joined(one, '+')).toEqual({ text: 'a+b' });
  expect(joined(one, '-')).not.toBe(first);
  expect(work).toHaveBeenCalledTimes(4);
});

it('a remembered function remembers that there is nothing, too', () => {
  const work = vi.fn((_: object) => undefined);
  const nothing = memoByIdentity(work);
  const object = {};
  expect([nothing(object), nothing(object)]).toEqual([undefined, undefined]);
  expect(work).toHaveBeenCalledTimes(1);
});
