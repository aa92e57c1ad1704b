import { widthOf } from '../text/cells.ts';
import type { Line } from '../view/lines/line.ts';
import type { ScreenSize } from '../view/main-screen.ts';
import type { Theme } from './theme.ts';

// A terminal shows everything between these at once
// (https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036).
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
// Ink has nothing to draw, but writes an empty line and erases it again at the cursor: on the last
// row the screen would scroll; on the first row it is painted over.
const HOME = '\u001b[H';
const ERASE_LINE = '\u001b[2K';

/**
 * Paints the screens directly: for a few changed spans, ink would lay out and tokenize every cell
 * of every frame again, which takes longer than everything else and makes most of the garbage. Ink
 * keeps the terminal: its modes, keys and size. Paints only on the alternate screen.
 */
export class LinePainter {
  readonly #stdout: NodeJS.WriteStream;
  readonly #theme: Theme;
  #isOpen = false;
  /** The screen to be shown; null before the first. */
  #wanted: { readonly lines: readonly Line[]; readonly size: ScreenSize } | null = null;
  /** The rows on the terminal; null if unknown. */
  #shown: readonly Line[] | null = null;

  constructor(stdout: NodeJS.WriteStream, theme: Theme) {
    this.#stdout = stdout;
    this.#theme = theme;
  }

  /** The alternate screen was entered: it is blank. */
  open(): void {
    this.#isOpen = true;
    this.#stdout.on('resize', this.#redraw);
    this.#redraw();
  }

  /** The alternate screen is about to be left. */
  close(): void {
    this.#isOpen = false;
    this.#stdout.off('resize', this.#redraw);
  }

  /** Shows these lines: one for each row of `size`, each as wide as it. */
  paint(lines: readonly Line[], size: ScreenSize): void {
    this.#wanted = { lines, size };
    this.#draw();
  }

  // The terminal's content after a resize is undefined; ink erases part of it, too.
  readonly #redraw = (): void => {
    this.#shown = null;
    this.#draw();
  };

  #draw(): void {
    if (!this.#isOpen || this.#wanted === null) return;
    const { lines, size } = this.#wanted;
    // After a resize the lines of the new size are about to come; the old ones would wrap.
    if (this.#stdout.columns !== size.columns || this.#stdout.rows !== size.rows) return;
    const shown = this.#shown;
    let changes = '';
    for (const [row, line] of lines.entries()) changes += changedLine(row, shown?.[row], line, this.#theme);
    this.#shown = lines;
    if (changes !== '') this.#stdout.write(`${BEGIN}${changes}${HOME}${END}`);
  }
}

// The changed part between a common beginning and end; all of the line if the old one is unknown.
function changedLine(row: number, before: Line | undefined, line: Line, theme: Theme): string {
  if (before === line) return '';
  if (before === undefined) return `${moveTo(row, 0)}${ERASE_LINE}${theme.paint(line)}`;
  const shortest = Math.min(before.length, line.length);
  let first = 0;
  let column = 0;
  while (first < shortest && isSame(before[first], line[first])) column += widthOf(line[first++]?.text ?? '');
  if (first === line.length && first === before.length) return '';
  let same = 0;
  while (same < shortest - first && isSame(before.at(-1 - same), line.at(-1 - same))) same++;
  return `${moveTo(row, column)}${theme.paint(line.slice(first, line.length - same))}`;
}

function isSame(a: Line[number] | undefined, b: Line[number] | undefined): boolean {
  return a?.text === b?.text && a?.tone === b?.tone;
}

/** @param row from 0. @param column from 0. */
function moveTo(row: number, column: number): string {
  return `\u001b[${row + 1};${column + 1}H`;
}
