import { span, textOf, withFirstCell } from '../lines/fit-line.ts';
import type { Line, Span } from '../lines/line.ts';
import { type Pane, topOf } from './pane.ts';

/**
 * A search in a tab. Its start is stored as the distance from the end of the tab: growing tabs get
 * new lines on top, which must not change the current match.
 */
export interface Search {
  /** As typed; '' without text. */
  readonly text: string;
  /** The first line on the screen when the search began, and how many there were. */
  readonly top: number;
  readonly lines: number;
  /** How many matches the user went on from the first one, minus those back. */
  readonly step: number;
}

/** The matches of a search: their lines, ascending. */
export interface Found {
  readonly lines: readonly number[];
  /** The index of the current one; -1 if there is none. */
  readonly index: number;
}

/** A search from the line at the top of the screen. */
export function searchFrom(text: string, top: number, lines: number): Search {
  return { text, top, lines, step: 0 };
}

/** Matches the text, ignoring case. */
export function patternOf(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu');
}

/** Searches the pane; null without a search. Continues at the beginning after the end. */
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

/** The line of the current match; -1 if there is none. */
export function currentLine(found: Found | null): number {
  return found?.lines[found.index] ?? -1;
}

/**
 * The first visible line of a pane with or without a search: where the user scrolled to (`offset`),
 * else such that the current match is visible.
 */
export function topWith(pane: Pane, offset: number | null, rows: number, search: Search | null): number {
  const found = findIn(pane, search);
  if (offset !== null || found === null || search === null) return topOf(pane, offset, rows);
  const before = topOf(pane, beganAt(pane, search), rows);
  const current = currentLine(found);
  if (current < 0 || (current >= before && current < before + rows)) return before;
  return topOf(pane, current - Math.floor(rows / 3), rows);
}

/**
 * The line with its matches highlighted. The current one is also marked in the first cell, which
 * works without colours.
 */
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

// Tabs leave their first cell free, or put a mark there.
function withMark(line: Line): Line {
  return /^[ ▸]/.test(line[0]?.text ?? '') ? withFirstCell(line, span(MARK, 'accent')) : line;
}
