import { graphemesIn, widthOf } from '../../text/cells.ts';

const ASCII = /^[\x20-\x7e]*$/;

/**
 * The lines of a text, each wrapped into rows of at most `width` cells: after a space unless that
 * leaves a row half empty, else between any two graphemes. Drops only the spaces at which a row
 * breaks. An empty line is one row.
 */
export function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  for (const line of text.split('\n')) wrapLine(line, Math.max(1, width), rows);
  return rows;
}

// Looks at each piece of the line a fixed number of times, however many rows there are.
function wrapLine(line: string, width: number, rows: string[]): void {
  if (widthOf(line) <= width) {
    rows.push(line);
    return;
  }
  const pieces = piecesOf(line);
  for (let begin = 0; begin < pieces.length; ) {
    const end = endOfRow(pieces, begin, width);
    const next = end === pieces.length || pieces[end] === ' ' ? end : spaceBefore(pieces, begin, end);
    rows.push(textOf(pieces, begin, next));
    begin = next < pieces.length && pieces[next] === ' ' ? next + 1 : next;
  }
}

/** The graphemes of a line: for ASCII each character, so that the text itself serves. */
type Pieces = string | readonly string[];

function piecesOf(line: string): Pieces {
  return ASCII.test(line) ? line : Array.from(graphemesIn(line));
}

function textOf(pieces: Pieces, begin: number, end: number): string {
  const part = pieces.slice(begin, end);
  return typeof part === 'string' ? part : part.join('');
}

// At least one grapheme, however wide: otherwise a narrow column would never end.
function endOfRow(pieces: Pieces, begin: number, width: number): number {
  if (typeof pieces === 'string') return Math.min(pieces.length, begin + width);
  let end = begin;
  let used = 0;
  while (end < pieces.length) {
    used += widthOf(pieces[end] as string);
    if (used > width && end > begin) break;
    end++;
  }
  return end;
}

// The last space in the second half of a row, or its end.
function spaceBefore(pieces: Pieces, begin: number, end: number): number {
  const half = begin + (end - begin) / 2;
  for (let i = end - 1; i >= half; i--) if (pieces[i] === ' ') return i;
  return end;
}
