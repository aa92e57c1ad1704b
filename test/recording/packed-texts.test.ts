import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompressedStrings } from '../../src/recording/packed-texts.ts';

// Large enough for blocks to be packed, half emptied and loosened in a short history.
const text = fc.tuple(fc.string(), fc.integer({ min: 0, max: 60_000 })).map(([s, n]) => JSON.stringify(s + 'x'.repeat(n)));
const key = fc.integer({ min: 0, max: 30 }).map(String);
const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ key, text }) },
  { weight: 1, arbitrary: fc.record({ key, text: fc.constant(null) }) },
);

describe('PackedTexts', () => {
  it('holds what a Map would hold', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80, size: 'max' }), (changes) => {
        const packed = new CompressedStrings();
        const plain = new Map<string, string>();
        for (const { key, text } of changes) {
          if (text === null) {
            packed.delete(key);
            plain.delete(key);
          } else {
            packed.set(key, text);
            plain.set(key, text);
          }
        }
        expect(packed.size).toBe(plain.size);
        expect([...packed.entries()].sort()).toEqual([...plain.entries()].sort());
        expect([...packed.values()].sort()).toEqual([...plain.values()].sort());
      }),
      { numRuns: 50 },
    );
  });
});
