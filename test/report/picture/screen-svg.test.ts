import { describe, expect, it } from 'vitest';
import { screenSvg } from '../../../src/report/picture/screen-svg.tsx';
import { span } from '../../../src/view/lines/fit-line.ts';
import type { Line } from '../../../src/view/lines/line.ts';

const SIZE = { columns: 20, rows: 2 };
const svg = (screen: readonly Line[], theme: 'dark' | 'light' = 'dark') => screenSvg(screen, SIZE, theme, 'a title');

const cellsOf = (units: number) => Math.round((units / 8.4) * 1000) / 1000;

/** The pieces of text with their places and widths, in cells. */
function pieces(markup: string) {
  return [...markup.matchAll(/<text x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"[^>]*>([^<]*)<\/text>/g)].map(
    ([, x, y, width, text]) => ({
      at: cellsOf(Number(x) - 10),
      row: (Number(y) - 23.5) / 18,
      cells: cellsOf(Number(width)),
      text,
    }),
  );
}

describe('a screen as SVG', () => {
  it('places each piece of one look where the terminal has it', () => {
    const markup = svg([[span(' ab  '), span('c '), span('red', 'bad'), span('  ')], [span(' x ', 'selected')]]);
    expect(pieces(markup)).toEqual([
      { at: 1, row: 0, cells: 5, text: 'ab  c' },
      { at: 7, row: 0, cells: 3, text: 'red' },
      { at: 0, row: 1, cells: 3, text: ' x ' },
    ]);
    expect(markup).toMatch(/fill="#ff7b72" font-weight="bold"[^>]*>red</);
    // Inverse: a rectangle in the colour of the text, and the text in that of the background.
    expect(markup).toMatch(/<rect x="10" y="28" width="25.2" height="18" fill="#d8dbe2"><\/rect><text[^>]*fill="#16181d"/);
  });

  it('gives wide characters two cells, and what follows stays in its place', () => {
    expect(pieces(svg([[span('a日本b🦀c')]]))).toEqual([
      { at: 0, row: 0, cells: 1, text: 'a' },
      { at: 1, row: 0, cells: 2, text: '日' },
      { at: 3, row: 0, cells: 2, text: '本' },
      { at: 5, row: 0, cells: 1, text: 'b' },
      { at: 6, row: 0, cells: 2, text: '🦀' },
      { at: 8, row: 0, cells: 1, text: 'c' },
    ]);
  });

  it('escapes what would be markup, and holds no character that XML forbids', () => {
    const markup = screenSvg([[span('<script>&"\ufffe')]], SIZE, 'dark', '</title><script>');
    expect(markup).not.toContain('<script');
    expect(markup).toContain('&lt;script&gt;&amp;&quot;\ufffd');
    expect(markup).toContain('<title>&lt;/title&gt;&lt;script&gt;</title>');
  });

  it('has the colours of its theme', () => {
    expect([svg([[span('x')]]).includes('fill="#16181d"'), svg([[span('x')]], 'light').includes('fill="#ffffff"')]).toEqual([
      true,
      true,
    ]);
  });
});
