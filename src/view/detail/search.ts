import { span, textOf, withFirstCell } from '../lines/fit-line.ts';
import type { Line, Span } from '../lines/line.ts';
import { type Pane, topOf } from './pane.ts';

/**
 * What somebody looks for in a tab. Where it began is kept by its distance from the end of the tab: what is new comes on top of
 * the tabs that grow, and must not make another match the current one.
 */
export interface Search {
  /** As typed; '' while nothing is. */
  readonly text: string;
  /** The first line on the screen when the search began, and how many there were. */
  readonly top: number;
  readonly lines: number;
  /** How many matches the person went on from the first one, and back. */
  readonly step: number;
}

/** The matches of a search: the lines in which they are, ascending. */
export interface Found {
  readonly lines: readonly number[];
  /** Which of them is the current one; -1 where there is none. */
  readonly index: number;
}

/** A search from the line that is on top of the screen. */
export function searchFrom(text: string, top: number, lines: number): Search {
  return { text, top, lines, step: 0 };
}

/** What finds the text, in upper and lower case alike. */
export function patternOf(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu');
}

/** Looks for the text in the pane; null where nothing is looked for. Where the end is reached it goes on at the beginning. */
export function findIn(pane: Pane, search: Search | null): Found | null {
  if (search === null || search.text === '') return null;
  const pattern = patternOf(search.text);
  const lines = pane.find?.(pattern) ?? rowsWith(pane, pattern);
  if (lines.length === 0) return { lines, index: -1 };
  const from = beganAt(pane, search);
  const first = Math.max(
    0,
    lines.findIndex((line) => line >= from),
  );
  return { lines, index: (((first + search.step) % lines.length) + lines.length) % lines.length };
}

function rowsWith(pane: Pane, pattern: RegExp): number[] {
  const rows = pane.slice(0, pane.height);
  return rows.flatMap((line, index) => (textOf(line).search(pattern) >= 0 ? [index] : []));
}

function beganAt(pane: Pane, { top, lines }: Search): number {
  return pane.height - lines + top;
}

/** The line of the current match; -1 where there is none. */
export function currentLine(found: Found | null): number {
  return found?.lines[found.index] ?? -1;
}

/**
 * The first visible line of a pane in which somebody may be searching: where the person scrolled to (`offset`), else so that the
 * current match is in sight.
 */
export function topWith(pane: Pane, offset: number | null, rows: number, search: Search | null): number {
  const found = findIn(pane, search);
  if (offset !== null || found === null || search === null) return topOf(pane, offset, rows);
  const before = topOf(pane, beganAt(pane, search), rows);
  const current = currentLine(found);
  if (current < 0 || (current >= before && current < before + rows)) return before;
  return topOf(pane, current - Math.floor(rows / 3), rows);
}

/** The line with the matches in it set off. The current one is marked in the first cell too, which holds without colours. */
export function highlighted(line: Line, text: string, isCurrent: boolean): Line {
  const ranges = Array.from(textOf(line).matchAll(patternOf(text)), (m) => [m.index, m.index + m[0].length] as const);
  const marked = ranges.length === 0 ? line : inRanges(line, ranges);
  return isCurrent ? withMark(marked) : marked;
}

function inRanges(line: Line, ranges: readonly (readonly [from: number, to: number])[]): Line {
  const spans: Span[] = [];
  let at = 0;
  for (const whole of line) {
    const { text } = whole;
    let done = 0;
    for (const [from, to] of ranges) {
      const [start, end] = [Math.max(done, from - at), Math.min(text.length, to - at)];
      if (start >= end) continue;
      if (start > done) spans.push({ ...whole, text: text.slice(done, start) });
      spans.push({ ...whole, text: text.slice(start, end), tone: 'selected' });
      done = end;
    }
    if (done < text.length) spans.push({ ...whole, text: text.slice(done) });
    at += text.length;
  }
  return spans;
}

const MARK = '»';

// Tabs leave their first cell free, or put a mark into it.
function withMark(line: Line): Line {
  return /^[ ▸]/.test(line[0]?.text ?? '') ? withFirstCell(line, span(MARK, 'accent')) : line;
}
