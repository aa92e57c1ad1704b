import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { below, paneOf } from '../../../src/view/detail/pane.ts';
import { currentLine, findIn, highlighted, patternOf, searchFrom, topWith } from '../../../src/view/detail/search.ts';
import { lineWidth, span, textOf } from '../../../src/view/lines/fit-line.ts';
import type { Line } from '../../../src/view/lines/line.ts';

const LINES: Line[] = Array.from({ length: 50 }, (_, i) => [span(` line ${i}`), span(i % 10 === 3 ? ' Error' : '')]);
const PANE = paneOf(LINES);

describe('a search', () => {
  it('finds in upper and lower case alike, from the top of the screen on', () => {
    const found = findIn(PANE, searchFrom('error', 20, 50));
    expect(found).toEqual({ lines: [3, 13, 23, 33, 43], index: 2 });
    expect(currentLine(found)).toBe(23);
  });

  it('goes on and back, and round', () => {
    const at = (step: number) => currentLine(findIn(PANE, { ...searchFrom('error', 20, 50), step }));
    expect([-3, -2, -1, 0, 1, 2, 3].map(at)).toEqual([43, 3, 13, 23, 33, 43, 3]);
  });

  it('begins anew where nothing follows', () => {
    expect(currentLine(findIn(PANE, searchFrom('error', 45, 50)))).toBe(3);
  });

  it('holds on to its match when new lines come on top', () => {
    const search = { ...searchFrom('error', 20, 50), step: 1 };
    const grown = paneOf([[span(' an Error that is new')], ...LINES]);
    expect(currentLine(findIn(grown, search))).toBe(34);
  });

  it('takes the text as it is: no pattern', () => {
    const pane = paneOf([[span(' a.b')], [span(' axb')], [span(' (a|b)*$ [x] {1} \\ ^?+')]]);
    expect(findIn(pane, searchFrom('a.b', 0, 3))?.lines).toEqual([0]);
    expect(findIn(pane, searchFrom('(a|b)*$ [x] {1} \\ ^?+', 0, 3))?.lines).toEqual([2]);
    fc.assert(fc.property(fc.string({ minLength: 1 }), (text) => text.search(patternOf(text)) === 0));
  });

  it('says that there is nothing, and then leaves the screen where it was', () => {
    const search = searchFrom('nothing like it', 20, 50);
    expect(findIn(PANE, search)).toEqual({ lines: [], index: -1 });
    expect(topWith(PANE, null, 10, search)).toBe(20);
    expect(findIn(PANE, searchFrom('', 0, 50))).toBeNull();
    expect(findIn(PANE, null)).toBeNull();
  });

  it('brings its match into sight, and moves nothing where it is', () => {
    const search = searchFrom('error', 20, 50);
    expect(topWith(PANE, null, 10, search)).toBe(20);
    expect(topWith(PANE, null, 10, { ...search, step: 1 })).toBe(30);
    expect(topWith(PANE, null, 10, { ...search, step: 2 })).toBe(40);
    expect(topWith(PANE, 7, 10, search)).toBe(7);
  });

  it('finds below a heading as well', () => {
    expect(findIn(below([[span(' of its pod')]], PANE), searchFrom('error', 0, 51))?.lines).toEqual([4, 14, 24, 34, 44]);
  });
});

describe('what is found', () => {
  it('stands out wherever the tones of its line change', () => {
    const line: Line = [span(' connection ref', 'strong'), span('used: RefUsed')];
    expect(highlighted(line, 'refused', false)).toEqual([
      span(' connection ', 'strong'),
      span('ref', 'selected'),
      span('used', 'selected'),
      span(': '),
      span('RefUsed', 'selected'),
    ]);
  });

  it('changes neither the text of a line nor its width, but for the mark of the current one', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.string({ minLength: 1, maxLength: 3 }), (texts, text) => {
        const line = [span(' '), ...texts.map((t) => span(t))];
        expect(textOf(highlighted(line, text, false))).toBe(textOf(line));
        const marked = highlighted(line, text, true);
        expect(textOf(marked).slice(1)).toBe(textOf(line).slice(1));
        expect(lineWidth(marked)).toBe(lineWidth(line));
      }),
    );
    expect(textOf(highlighted([span('▸ Error')], 'error', true))).toBe('» Error');
  });
});
