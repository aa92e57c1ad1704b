import { widthOf } from '../text/cells.ts';
import type { Line } from '../view/lines/line.ts';
import type { ScreenSize } from '../view/main-screen.ts';
import type { Theme } from './theme.ts';

// What is between these is shown at once (https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036).
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
// Ink moves from where it left the cursor: it is put back there (DECSC, DECRC).
const SAVE_CURSOR = '\u001b7';
const RESTORE_CURSOR = '\u001b8';
// From the first cell on: what erases a whole screen at once is for nobody to send.
const ERASE_SCREEN = '\u001b[H\u001b[J';
const ERASE_LINE = '\u001b[2K';
const ENTER_ALTERNATE = '\u001b[?1049h';
const LEAVE_ALTERNATE = '\u001b[?1049l';

/**
 * Paints screens that are nothing but lines, past ink: it lays out and tokenises every cell of every frame anew, which takes longer
 * than all else and makes most of the garbage, where a few spans changed. Ink keeps the terminal: its modes, its keys, its size.
 * It is given a stream that tells when it writes: whatever it wrote may lie over what was painted, which is then painted again.
 * Nothing is painted but on the alternate screen.
 */
export class LinePainter {
  readonly #stdout: NodeJS.WriteStream;
  readonly #theme: Theme;
  /** What ink is to write to: everything else about it is the terminal's. */
  readonly stdout: NodeJS.WriteStream;
  #isOpen = false;
  /** What is to be seen; null while the screen is ink's. */
  #wanted: { readonly lines: readonly Line[]; readonly size: ScreenSize } | null = null;
  /** What is seen, by rows; null where that is not known. */
  #shown: readonly Line[] | null = null;

  constructor(stdout: NodeJS.WriteStream, theme: Theme) {
    this.#stdout = stdout;
    this.#theme = theme;
    const write = (...args: Parameters<NodeJS.WriteStream['write']>): boolean => {
      const isFree = stdout.write(...args);
      this.#noteWritten(String(args[0]));
      return isFree;
    };
    this.stdout = new Proxy(stdout, {
      get(target, key) {
        if (key === 'write') return write;
        const value = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  /** Shows these lines, of which there is one for each row of `size`, each as wide as it. */
  paint(lines: readonly Line[], size: ScreenSize): void {
    this.#wanted = { lines, size };
    this.#draw();
  }

  /** Leaves the screen to ink, blank as ink believes it to be. */
  release(): void {
    if (this.#wanted === null) return;
    this.#wanted = null;
    this.#shown = null;
    if (this.#isOpen) this.#stdout.write(`${SAVE_CURSOR}${ERASE_SCREEN}${RESTORE_CURSOR}`);
  }

  #noteWritten(text: string): void {
    // Ink writes nothing in order to be told when all has been written.
    if (text === '') return;
    const [entered, left] = [text.lastIndexOf(ENTER_ALTERNATE), text.lastIndexOf(LEAVE_ALTERNATE)];
    if (entered !== left) this.#isOpen = entered > left;
    this.#shown = null;
    // What ink writes in one go comes in several pieces.
    if (this.#wanted !== null) queueMicrotask(() => this.#draw());
  }

  #draw(): void {
    if (!this.#isOpen || this.#wanted === null) return;
    const { lines, size } = this.#wanted;
    // After a resize the lines of the new size are about to come; the old ones would wrap.
    if (this.#stdout.columns !== size.columns || this.#stdout.rows !== size.rows) {
      this.#shown = null;
      return;
    }
    const shown = this.#shown;
    let changes = '';
    for (const [row, line] of lines.entries()) changes += changedLine(row, shown?.[row], line, this.#theme);
    this.#shown = lines;
    if (changes !== '') this.#stdout.write(`${BEGIN}${SAVE_CURSOR}${changes}${RESTORE_CURSOR}${END}`);
  }
}

// The pieces between what both lines begin and end with; of a line that is not known, all.
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
