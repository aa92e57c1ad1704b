import { padEnd } from '../../text/cells.ts';
import { span } from './fit-line.ts';
import type { Line, Tone } from './line.ts';
import { wrap } from './wrap.ts';

/** The width of the column of a paragraph's label, in cells. */
const LABEL_WIDTH = 12;

/**
 * A text under a label: the label is on its first line, and the other lines are indented as far.
 * Lines of at most `width` cells.
 */
export function paragraph(label: string, text: string, width: number, tone: Tone = 'plain'): Line[] {
  return labelled(
    label,
    wrap(text, textWidth(width)).map((row) => [span(row, tone)]),
  );
}

/** Lines under a label. */
export function labelled(label: string, lines: readonly Line[]): Line[] {
  return lines.map((line, index) => [span(padEnd(index === 0 ? ` ${label}` : '', LABEL_WIDTH), 'dim'), ...line]);
}

/** The cells left for the text of a paragraph on a line of `width`. */
export function textWidth(width: number): number {
  return Math.max(1, width - LABEL_WIDTH - 1);
}

/** A text after a mark, such as a bullet; rows after the first are indented as far. */
export function marked(mark: string, text: string, width: number, tone: Tone = 'plain'): Line[] {
  return wrap(text, Math.max(1, width - mark.length)).map((row, index) => [
    span(index === 0 ? mark : ' '.repeat(mark.length), 'dim'),
    span(row, tone),
  ]);
}
