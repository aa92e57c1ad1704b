import stringWidth from 'string-width';

// Printable ASCII, Latin letters, dots and dashes, arrows, lines, blocks, shapes and check marks:
// all that crashtop draws itself, and most of what others write. Each takes one cell. The library's
// segmenter is a hundred times slower; only other text needs it.
const ONE_CELL_EACH = /^[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2713-\u2718]*$/;

/** The number of terminal cells that a text takes up. */
export function widthOf(text: string): number {
  return ONE_CELL_EACH.test(text) ? text.length : stringWidth(text);
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function takeCells(graphemes: Iterable<string>, width: number): { text: string; width: number } {
  let text = '';
  let used = 0;
  for (const g of graphemes) {
    const w = widthOf(g);
    if (used + w > width) break;
    text += g;
    used += w;
  }
  return { text, width: used };
}

/** The graphemes of a text, one by one: callers may need only the first few of a long text. */
export function* graphemesIn(text: string): Generator<string> {
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/** Cuts a text at its end to at most `width` cells; `…` marks the cut. */
export function cutEnd(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 1) return width === 1 ? '…' : '';
  return `${takeCells(graphemesIn(text), width - 1).text}…`;
}

/** Cuts a text in its middle to at most `width` cells, which keeps its end (a pod's suffix). */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 2) return cutEnd(text, width);
  const graphemes = Array.from(graphemesIn(text));
  const tail = takeCells(graphemes.toReversed(), Math.ceil((width - 1) / 2));
  const head = takeCells(graphemes, width - 1 - tail.width);
  return `${head.text}…${Array.from(graphemesIn(tail.text)).toReversed().join('')}`;
}

/** Cuts a text at its end, or pads it there, to exactly `width` cells. */
export function padEnd(text: string, width: number): string {
  const cut = cutEnd(text, width);
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)));
}

/** As {@link padEnd}, aligned to the right. */
export function padStart(text: string, width: number): string {
  const cut = cutEnd(text, width);
  return ' '.repeat(Math.max(0, width - widthOf(cut))) + cut;
}
