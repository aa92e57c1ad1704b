import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatheredBytes } from '../../src/text/gathered-bytes.ts';

describe('bytes that are gathered', () => {
  it('are those that came, in their order, whatever their pieces', () => {
    const piece = fc.oneof(fc.nat({ max: 9 }), fc.constantFrom(100, 4095, 4096, 4097, 70_000));
    fc.assert(
      fc.property(fc.array(fc.array(piece, { maxLength: 40 }), { maxLength: 3 }), fc.boolean(), (wholes, isLastApart) => {
        const gathered = new GatheredBytes();
        let next = 0;
        for (const sizes of wholes) {
          const pieces = sizes.map((size) => Buffer.from(Array.from({ length: size }, () => next++ % 251)));
          const last = isLastApart ? pieces.at(-1) : undefined;
          for (const each of last === undefined ? pieces : pieces.slice(0, -1)) gathered.add(each);
          expect(gathered.size + (last?.length ?? 0)).toBe(sizes.reduce((a, b) => a + b, 0));
          expect(gathered.take(last).equals(Buffer.concat(pieces))).toBe(true);
          expect(gathered.size).toBe(0);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('do not change when whoever gave a small piece uses its memory again', () => {
    const gathered = new GatheredBytes();
    const memory = Buffer.from('ab');
    gathered.add(memory);
    memory.fill('x');
    gathered.add(Buffer.from('c'));
    expect(gathered.take().toString()).toBe('abc');
  });
});
