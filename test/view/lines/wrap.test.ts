import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { widthOf } from '../../../src/text/cells.ts';
import { safeText } from '../../../src/text/safe-text.ts';
import { wrap } from '../../../src/view/lines/wrap.ts';

describe('wrap', () => {
  it.each([
    ['', 10, ['']],
    ['short', 10, ['short']],
    ['two\nlines\n', 10, ['two', 'lines', '']],
    ['breaks at a space', 10, ['breaks at', 'a space']],
    ['exactly10! and more', 10, ['exactly10!', 'and more']],
    ['no-space-anywhere-in-it', 10, ['no-space-a', 'nywhere-in', '-it']],
    ['a space-too-early-to-use', 12, ['a space-too-', 'early-to-use']],
    ['日本語日本語', 5, ['日本', '語日', '本語']],
    ['🦀🦀🦀', 4, ['🦀🦀', '🦀']],
    ['日', 1, ['日']],
  ])('%j in %d cells', (text, width, rows) => {
    expect(wrap(text, width)).toEqual(rows);
  });

  it('makes no row wider than it may be, and loses nothing but the spaces at breaks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 2, max: 60 }), (raw, width) => {
        const text = safeText(raw);
        const rows = wrap(text, width);
        // One grapheme can be wider than a narrow column, and stands in it alone.
        const isOne = (row: string) => [...new Intl.Segmenter().segment(row)].length === 1;
        for (const row of rows) if (!isOne(row)) expect(widthOf(row)).toBeLessThanOrEqual(width);
        expect(rows.join('').replaceAll(' ', '')).toBe(text.replaceAll(/[ \n]/g, ''));
      }),
    );
  });

  it('segments a long line once, not anew for each of its rows', () => {
    const line = 'ağ日 b'.repeat(4000);
    const segment = vi.spyOn(Intl.Segmenter.prototype, 'segment');
    const rows = wrap(line, 10);
    const segmented = segment.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
    segment.mockRestore();
    expect(rows.length).toBeGreaterThan(1500);
    expect(segmented).toBeLessThan(4 * line.length);
  });
});
