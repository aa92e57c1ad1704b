import { widthOf } from './line.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const ASCII = /^[\x20-\x7e]*$/;

/**
 * The lines of a text, each broken into rows of at most `width` cells: behind a space where that leaves no row half empty,
 * else anywhere between two graphemes. Nothing is dropped but the spaces at which a row breaks. An empty line is one row.
 */
export function wrap(text: string, width: number): string[] {
  const rows: string[] = [];
  for (const line of text.split('\n')) wrapLine(line, Math.max(1, width), rows);
  return rows;
}

function wrapLine(line: string, width: number, rows: string[]): void {
  let rest = line;
  while (widthOf(rest) > width) {
    const fitting = ASCII.test(rest) ? rest.slice(0, width) : firstCells(rest, width);
    const row = rest[fitting.length] === ' ' ? fitting : untilSpace(fitting);
    rows.push(row);
    rest = rest.slice(row.length);
    if (rest.startsWith(' ')) rest = rest.slice(1);
  }
  if (rest !== '' || line === '') rows.push(rest);
}

function untilSpace(row: string): string {
  const space = row.lastIndexOf(' ');
  return space >= row.length / 2 ? row.slice(0, space) : row;
}

// At least one grapheme, however wide it is: or a narrow column would never get through it.
function firstCells(text: string, width: number): string {
  let taken = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    used += widthOf(segment);
    if (used > width && taken !== '') break;
    taken += segment;
    if (used > width) break;
  }
  return taken;
}
