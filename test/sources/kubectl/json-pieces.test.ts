import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonPieces } from '../../../src/sources/kubectl/json-pieces.ts';
import { anyCuts, inPieces } from '../../support/recordings.ts';

function split(chunks: readonly Uint8Array[]) {
  const splitter = new JsonPieces();
  const pieces = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk)));
  const { pieces: last, cut } = splitter.end();
  return { pieces: [...pieces, ...last].map(({ type, bytes, line }) => [type, bytes.toString(), line] as const), cut };
}

function splitText(text: string) {
  return split([Buffer.from(text)]);
}

const space = fc.constantFrom('', '\n', '\r\n', ' ', '\n\n\t');
const key = fc.oneof(fc.string(), fc.constantFrom('items', 'item', 'itemsx', '"items":[', 'kind'));
const plain = fc.dictionary(key, fc.jsonValue(), { maxKeys: 4 });

describe('JsonPieces', () => {
  it('finds every object and every item of a list, however they are printed, spaced and cut', () => {
    const list = fc.record({ before: plain, items: fc.array(plain, { maxLength: 5 }), after: plain });
    const value = fc.oneof(
      plain
        .filter((object) => !Array.isArray(object.items))
        .map((object) => ({ json: object as unknown, wanted: [['value', object]] })),
      list.map(({ before, items, after }) => ({
        json: { ...withoutItems(before), items, ...withoutItems(after) } as unknown,
        wanted: items.map((item) => ['item', item]),
      })),
      fc.array(plain, { maxLength: 5 }).map((items) => ({ json: items as unknown, wanted: items.map((item) => ['item', item]) })),
    );
    const printed = fc.tuple(value, fc.constantFrom(0, 2, 4), space);
    fc.assert(
      fc.property(fc.array(printed, { maxLength: 6 }), anyCuts, (values, cuts) => {
        const text = values.map(([{ json }, indent, gap]) => JSON.stringify(json, null, indent) + gap).join('');
        const { pieces, cut } = split(inPieces(Buffer.from(text), cuts));
        const found = pieces
          .filter(([type]) => type === 'value' || type === 'item')
          .map(([type, bytes]) => [type, JSON.parse(bytes)]);
        expect(found).toEqual(JSON.parse(JSON.stringify(values.flatMap(([{ wanted }]) => wanted))));
        for (const [type, bytes] of pieces) if (type.startsWith('list')) expect(() => JSON.parse(bytes)).not.toThrow();
        expect(pieces.some(([type]) => type === 'text')).toBe(false);
        expect(cut).toBe(null);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives a list what stands around its items, so that its kind is known', () => {
    expect(splitText('{"kind":"PodList", "items": [ {"a":1}, {} ]}\n{"items":[],"kind":"List"}').pieces).toEqual([
      ['list-begin', '{"kind":"PodList", "items": []}', 1],
      ['item', '{"a":1}', 1],
      ['item', '{}', 1],
      ['list-end', '{"kind":"PodList", "items": []}', 1],
      ['list-begin', '{"items":[]}', 2],
      ['list-end', '{"items":[],"kind":"List"}', 2],
    ]);
  });

  it('says in which line each begins, and takes what stands between for lines of text', () => {
    expect(splitText('{\n"a": "}\\""\n}\n\nError: no {1}\n{}\n[user@host ~]$ kubectl\n[\n\n{}]{}').pieces).toEqual([
      ['value', '{\n"a": "}\\""\n}', 1],
      ['text', 'Error: no {1}', 5],
      ['value', '{}', 6],
      ['text', '[user@host ~]$ kubectl', 7],
      ['list-begin', '[]', 8],
      ['item', '{}', 10],
      ['list-end', '{}', 8],
      ['value', '{}', 10],
    ]);
  });

  it('tells an object from a list that is cut off', () => {
    expect(splitText('{} {"a":{')).toMatchObject({ pieces: [['value', '{}', 1]], cut: { inList: false, line: 1 } });
    for (const text of [
      '\n{"items":[',
      '\n{"items":[{}',
      '\n{"items":[{},{"a":',
      '\n{"items":[{}]',
      '\n{"items":[{}],"kind":"Li',
      '\n[{},',
    ]) {
      expect(splitText(text).cut).toEqual({ inList: true, line: 2 });
    }
  });

  it('takes the log of a dump as a whole, whatever the program printed, and of a long one the end', () => {
    const marks = (text: string) =>
      `==== START logs for container app of pod shop/web ====\n${text}==== END logs for container app of pod shop/web ====`;
    const odd = marks('{"items":[\n}}}\n==== START logs for container x of pod a/b ====\nno newline');
    const at = (cuts: readonly number[]) =>
      split(inPieces(Buffer.from(`{}\n${odd}\n{}`), cuts)).pieces.map(([type, bytes]) => [type, bytes.trimEnd()]);
    fc.assert(
      fc.property(anyCuts, (cuts) => {
        expect(at(cuts)).toEqual([
          ['value', '{}'],
          ['log', odd],
          ['value', '{}'],
        ]);
      }),
    );
    const long = splitText(`${marks(`${'x\n'.repeat(2_000_000)}last\n`)}\n{}`).pieces;
    expect(long.map(([type]) => type)).toEqual(['log', 'value']);
    expect(long[0]?.[1].length).toBeLessThan(600_000);
    expect(long[0]?.[1]).toMatch(/^==== START [^\n]*\nx\n/);
    expect(long[0]?.[1]).toContain('x\nlast\n==== END');
  });

  it('hands what is no object in a list over as text', () => {
    expect(
      splitText('{"items":[{},1,null,{}]}')
        .pieces.map(([type, bytes]) => [type, bytes])
        .slice(1, -1),
    ).toEqual([
      ['item', '{}'],
      ['text', '1'],
      ['text', 'null'],
      ['item', '{}'],
    ]);
  });
});

function withoutItems(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== 'items'));
}
