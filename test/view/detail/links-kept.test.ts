import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withFollowed, withPlace } from '../../../src/view/detail/links.ts';
import { linkedPane } from '../../../src/view/detail/pane.ts';
import { asRow } from '../../../src/view/detail/rows.ts';
import { highlighted } from '../../../src/view/detail/search.ts';
import { fitLine, inTone, span, spreadLine, textOf, withFirstCell } from '../../../src/view/lines/fit-line.ts';
import type { Line, Span } from '../../../src/view/lines/line.ts';
import { labelled, marked } from '../../../src/view/lines/paragraph.ts';

const LINK = { type: 'tab', tab: 'events', find: 'Killing' } as const;
const PLACE = { tab: 'events', find: 'Killing', name: '4 Events' } as const;
const TARGET = { opens: 'pod-1/api', name: 'shop/api-1 [api]' };

// Letters of a linked piece are capitals: where a link was lost or got too far can be read off the
// text.
const letters = (unit: string) => fc.string({ unit: fc.constantFrom(...unit), maxLength: 8 });
const plain = letters('ab日🦀').map((text): Span => span(text));
const linked = letters('AB').map((text): Span => ({ ...span(text), link: LINK }));
const lines: fc.Arbitrary<Line> = fc.array(fc.oneof(plain, linked), { maxLength: 8 });
const widths = fc.integer({ min: 0, max: 60 });

function expectLinksKept(line: Line): void {
  for (const { text, link } of line)
    if (/[ABab日🦀]/u.test(text)) expect({ text, link }).toEqual({ text, link: /[AB]/.test(text) ? LINK : undefined });
}

describe('a link', () => {
  it.each<[string, (line: Line, width: number) => Line]>([
    ['is fitted into a width', fitLine],
    ['stands beside another one', (line, width) => spreadLine(line, [span('x')], width)],
    ['is searched in', (line) => highlighted([span(' '), ...line], 'a', true)],
    ['gets another tone', (line) => inTone(line, 'selected')],
    ['gets a mark', (line) => withFirstCell([span(' '), ...line], span('»'))],
    ['gets a label', (line) => labelled('why', [line])[0] ?? []],
    ['is followed next', withFollowed],
  ])('stays with its text when a line %s', (_, remade) => {
    fc.assert(fc.property(lines, widths, (line, width) => expectLinksKept(remade(line, width))));
  });

  it('to another tab is found in a pane whose text was broken into rows and fitted, at every width', () => {
    fc.assert(
      fc.property(letters('ab 日'), fc.integer({ min: 14, max: 80 }), (text, width) => {
        const rows = labelled('evidence', withPlace(marked('· ', text, width), PLACE, width));
        const pane = linkedPane(rows.map((row) => fitLine(row, width + 12)));
        expect(pane.references).toMatchObject([{ line: rows.length - 1, tab: 'events', find: 'Killing' }]);
        expect(pane.rows).toBeUndefined();
      }),
    );
  });

  it('to a container is found on the first row of its text alone, at every width', () => {
    fc.assert(
      fc.property(letters('ab 日'), fc.integer({ min: 5, max: 40 }), (text, width) => {
        const [first = [], ...rest] = marked(' ', `x${text}`, width);
        const pane = linkedPane([[], asRow(first, 'pod', TARGET), ...rest].map((row) => fitLine(row, 4)));
        expect(pane.rows).toMatchObject([{ line: 1, id: 'pod pod-1/api', ...TARGET }]);
        expect(textOf(pane.slice(1, 1)[0] ?? [])).toHaveLength(textOf(fitLine(first, 4)).length);
      }),
    );
  });
});
