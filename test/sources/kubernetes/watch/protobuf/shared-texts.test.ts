import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedTexts } from '../../../../../src/sources/kubernetes/watch/protobuf/shared-texts.ts';

describe('a text that is read', () => {
  it('is what its bytes say, whatever was read before, UTF-8 or not', () => {
    const texts = new SharedTexts();
    const utf8 = fc.string({ unit: 'binary', maxLength: 70 }).map((text) => Buffer.from(text));
    const anything = fc.uint8Array({ maxLength: 70 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.array(fc.oneof(utf8, anything)), (all) => {
        for (const bytes of [...all, ...all]) {
          const around = Buffer.concat([Buffer.from('<'), bytes, Buffer.from('>')]);
          expect(texts.read(around, 1, 1 + bytes.length)).toBe(bytes.toString('utf8'));
        }
      }),
    );
  });

  it('is not taken for another one whose characters are its bytes', () => {
    const texts = new SharedTexts();
    const read = (bytes: Buffer) => texts.read(bytes, 0, bytes.length);
    // Of so many pairs, some fall on one slot.
    for (let i = 0; i < 100_000; i++) {
      const bytes = Buffer.from(`ö${i}ßä`);
      const twin = bytes.toString('latin1');
      expect(read(Buffer.from(twin)) === twin && read(bytes) === `ö${i}ßä`, `pair ${i}`).toBe(true);
    }
  });
});
