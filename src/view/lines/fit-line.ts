import { cutEnd, widthOf } from '../../text/cells.ts';
import type { Line, Span, Tone } from './line.ts';

/** One piece of text in a tone, for building lines. */
export function span(text: string, tone: Tone = 'plain'): Span {
  return { text, tone };
}

/** The width of a line in cells. */
export function lineWidth(line: Line): number {
  let width = 0;
  for (const s of line) width += widthOf(s.text);
  return width;
}

/** The line in exactly `width` cells: cut at its end with `…`, or padded with plain spaces. */
export function fitLine(line: Line, width: number): Line {
  const fitted: Span[] = [];
  let left = width;
  for (const s of line) {
    if (s.text === '') continue;
    const w = widthOf(s.text);
    if (w <= left) {
      fitted.push(s);
      left -= w;
      continue;
    }
    const cut = cutEnd(s.text, left);
    if (cut !== '') fitted.push({ ...s, text: cut });
    left -= widthOf(cut);
    break;
  }
  if (left > 0) fitted.push(span(' '.repeat(left)));
  return fitted;
}

/**
 * Left and right parts on one line of exactly `width` cells; the right part stays, the left one is
 * cut.
 */
export function spreadLine(left: Line, right: Line, width: number): Line {
  const rightWidth = lineWidth(right);
  if (rightWidth >= width) return fitLine(right, width);
  return [...fitLine(left, width - rightWidth), ...right];
}

/** The line's text without its tones. */
export function textOf(line: Line): string {
  return line.map((s) => s.text).join('');
}

/** The whole line in one tone. */
export function inTone(line: Line, tone: Tone): Line {
  return line.map((s) => ({ ...s, tone }));
}

/** The line with a mark of one cell in place of its first cell. */
export function withFirstCell(line: Line, mark: Span): Line {
  const [first, ...rest] = line.filter((s) => s.text !== '');
  return first === undefined ? [mark] : [mark, { ...first, text: first.text.slice(1) }, ...rest];
}
