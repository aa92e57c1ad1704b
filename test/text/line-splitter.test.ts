import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../src/text/line-splitter.ts';

/** Cuts bytes at these places (in thousandths of the length). */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = places.map((p) => Math.floor((p * bytes.length) / 1000)).toSorted((a, b) => a - b);
  return [...ends, bytes.length].map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

function split(chunks: readonly Uint8Array[]): string[] {
  const splitter = new LineSplitter();
  return chunks.flatMap((chunk) => splitter.push(chunk).map((line) => line.toString('utf8', 0, line.length - 1)));
}

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    const line = fc.string({ unit: 'binary', minLength: 1 }).map((s) => s.replaceAll('\n', ' '));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(1000)), (lines, places) => {
        const bytes = Buffer.from(lines.map((l) => `${l}\n`).join(''));
        expect(split(cut(bytes, places))).toEqual(lines.map((l) => Buffer.from(l).toString('utf8')));
      }),
    );
  });

  it('splits at the line feed only, not at U+2028, U+2029, U+0085 or a carriage return', () => {
    const line = '{"message":"a\u2028b\u2029c\u0085d\re"}';
    expect(split([Buffer.from(`${line}\n`)])).toEqual([line]);
  });

  it('keeps half a line until the rest of it comes, or the end', () => {
    const splitter = new LineSplitter();
    expect(splitter.push(Buffer.from('one\n\ntw')).map(String)).toEqual(['one\n', '\n']);
    expect(splitter.pendingBytes).toBe(2);
    expect(splitter.push(Buffer.from('o\nthr')).map(String)).toEqual(['two\n']);
    expect(String(splitter.rest())).toBe('thr');
    expect(splitter.rest()).toHaveLength(0);
  });

  it('takes a line of 20 MB in 16 kB pieces', () => {
    const splitter = new LineSplitter();
    const piece = Buffer.alloc(16 * 1024, 'x');
    for (let i = 0; i < 1280; i++) expect(splitter.push(piece)).toEqual([]);
    expect(splitter.push(Buffer.from('\nrest')).map((l) => l.length)).toEqual([20 * 1024 * 1024 + 1]);
  });
});
