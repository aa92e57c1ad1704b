import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonPiece, JsonValueSplitter } from '../../src/sources/json-values.ts';
import { anyCuts, inPieces } from '../recording/recordings.ts';

function split(chunks: readonly Uint8Array[]): [string, string, number][] {
  const splitter = new JsonValueSplitter();
  const pieces: JsonPiece[] = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk)));
  const rest = splitter.rest();
  return [...pieces, ...(rest === null ? [] : [rest])].map(({ kind, bytes, line }) => [kind, bytes.toString(), line]);
}

describe('JsonValueSplitter', () => {
  it('finds every object, however they are printed, spaced and cut', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 });
    const printed = fc.tuple(object, fc.constantFrom(0, 2, 4), fc.constantFrom('', '\n', '\r\n', ' ', '\n\n\t'));
    fc.assert(
      fc.property(fc.array(printed, { maxLength: 6 }), anyCuts, (values, cuts) => {
        const text = Buffer.from(values.map(([value, indent, space]) => JSON.stringify(value, null, indent) + space).join(''));
        const found = split(inPieces(text, cuts));
        expect(found.map(([kind, bytes]) => [kind, JSON.parse(bytes)])).toEqual(
          values.map(([value]) => ['object', JSON.parse(JSON.stringify(value))]),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('says in which line each begins, and what stands between', () => {
    expect(split([Buffer.from('{\n"a": "}\\""\n}\n\nError: no\n{}x{}y')])).toEqual([
      ['object', '{\n"a": "}\\""\n}', 1],
      ['text', 'Error: no', 5],
      ['object', '{}', 6],
      ['text', 'x', 6],
      ['object', '{}', 6],
      ['text', 'y', 6],
    ]);
  });

  it('gives an object that is cut off as its rest', () => {
    expect(split([Buffer.from('{} {"a":{')])).toEqual([
      ['object', '{}', 1],
      ['object', '{"a":{', 1],
    ]);
  });
});
