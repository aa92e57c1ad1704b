import stringWidth from 'string-width';

// Printable ASCII, Latin letters, dots and dashes, arrows, lines, blocks, shapes and check marks: what crashtop itself draws, and
// most of what others write. Each is one cell; the library's segmenter, a hundred times slower, is needed for the rest only.
const ONE_CELL_EACH = /^[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2713-\u2718]*$/;

/** The cells of a terminal that a text takes up. */
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

// One by one: of a long text only the first are asked for.
function* graphemesIn(text: string): Generator<string> {
  for (const { segment } of segmenter.segment(text)) yield segment;
}

function graphemesOf(text: string): string[] {
  return Array.from(segmenter.segment(text), (s) => s.segment);
}

/** The text, cut at its end to at most `width` cells, with `…` where it was cut. */
export function cutEnd(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 1) return width === 1 ? '…' : '';
  return `${takeCells(graphemesIn(text), width - 1).text}…`;
}

/** The text, cut in its middle to at most `width` cells, so that its end (a pod's suffix) stays. */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 2) return cutEnd(text, width);
  const graphemes = graphemesOf(text);
  const tail = takeCells(graphemes.toReversed(), Math.ceil((width - 1) / 2));
  const head = takeCells(graphemes, width - 1 - tail.width);
  return `${head.text}…${graphemesOf(tail.text).toReversed().join('')}`;
}

/** The text in exactly `width` cells: cut at its end, or padded. */
export function padEnd(text: string, width: number): string {
  const cut = cutEnd(text, width);
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)));
}

/** The text in exactly `width` cells, set to the right. */
export function padStart(text: string, width: number): string {
  const cut = cutEnd(text, width);
  return ' '.repeat(Math.max(0, width - widthOf(cut))) + cut;
}
