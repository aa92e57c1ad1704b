import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cutEnd, cutMiddle, padEnd, padStart, widthOf } from '../../../src/text/cells.ts';

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.string());

describe('the width of a text', () => {
  it('is that of the library, for every character that is not looked up', () => {
    for (let code = 0x20; code < 0x3000; code++) {
      const character = String.fromCharCode(code);
      // Controls never get here: every string is made safe before.
      if (code >= 0x7f && code < 0xa0) continue;
      expect(widthOf(character), `U+${code.toString(16)}`).toBe(stringWidth(character));
    }
  });

  it('is that of the library for whole texts', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (s) => widthOf(s) === stringWidth(s)));
  });
});

describe('cutting and padding', () => {
  const width = fc.integer({ min: 0, max: 40 });

  it('never make a text wider than asked, and pad to exactly that', () => {
    fc.assert(
      fc.property(text, width, (s, w) => {
        expect(widthOf(cutEnd(s, w))).toBeLessThanOrEqual(w);
        expect(widthOf(cutMiddle(s, w))).toBeLessThanOrEqual(w);
        expect(widthOf(padEnd(s, w))).toBe(w);
        expect(widthOf(padStart(s, w))).toBe(w);
      }),
    );
  });

  it('keep the suffix of a pod where they cut in the middle', () => {
    expect(cutMiddle('payments/api-7d9f8c6b55-x2kq4', 20)).toBe('payments/…6b55-x2kq4');
    expect(cutMiddle('日本語日本語-x2kq4', 12)).toBe('日本…-x2kq4');
  });
});
