import { PassThrough, Writable } from 'node:stream';
import xterm, { type IUnicodeHandling, type IUnicodeVersionProvider } from '@xterm/headless';
import stringWidth from 'string-width';

/** How one cell of the screen looks. Colours are numbers of the terminal's palette; null is its own. */
export interface Cell {
  readonly text: string;
  readonly color: number | null;
  readonly background: number | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

/** Keys as a terminal sends them. */
export const KEYS = {
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  shiftRight: '\u001b[1;2C',
  shiftLeft: '\u001b[1;2D',
  pageUp: '\u001b[5~',
  pageDown: '\u001b[6~',
  home: '\u001b[H',
  end: '\u001b[F',
  enter: '\r',
  tab: '\t',
  escape: '\u001b',
  backspace: '\u007f',
  ctrlC: '\u0003',
  ctrlF: '\u0006',
  ctrlB: '\u0002',
  ctrlU: '\u0015',
} as const;

// The emulator knows the widths of Unicode 6 only, in which an emoji takes one cell; every terminal of today gives it two.
// A property is made of a width (bits 1 and 2) and whether the character joins the one before (bit 0).
const TODAYS_WIDTHS: IUnicodeVersionProvider = {
  version: 'today',
  wcwidth: (codepoint) => stringWidth(String.fromCodePoint(codepoint)) as 0 | 1 | 2,
  charProperties(codepoint, preceding) {
    const width = stringWidth(String.fromCodePoint(codepoint));
    const before = (preceding >> 1) & 3;
    const joins = width === 0 && before !== 0;
    return ((joins ? Math.max(width, before) : width) << 1) | (joins ? 1 : 0);
  },
};

function useTodaysWidths(unicode: IUnicodeHandling): void {
  unicode.register(TODAYS_WIDTHS);
  unicode.activeVersion = TODAYS_WIDTHS.version;
}

class TerminalOutput extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  raw = '';
  readonly #write: (data: string, done: () => void) => void;

  constructor(columns: number, rows: number, write: (data: string, done: () => void) => void) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    this.#write = write;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    const text = String(chunk);
    this.raw += text;
    this.#write(text, done);
  }

  // A WriteStream of a terminal has these; the app under test may ask.
  getColorDepth(): number {
    return 4;
  }
}

class TerminalInput extends PassThrough {
  readonly isTTY = true;
  isRaw = false;
  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/**
 * A terminal in memory: what is written to `stdout` is interpreted by a real terminal emulator, and what a test presses
 * arrives at `stdin`.
 */
export class TestTerminal {
  readonly #screen: InstanceType<typeof xterm.Terminal>;
  readonly #output: TerminalOutput;
  readonly #input = new TerminalInput();

  constructor(columns: number, rows: number) {
    // A terminal's driver turns line feeds into new lines unless told otherwise, which ink never does.
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true, scrollback: 1000 });
    useTodaysWidths(this.#screen.unicode);
    this.#output = new TerminalOutput(columns, rows, (data, done) => this.#screen.write(data, done));
  }

  get stdout(): NodeJS.WriteStream {
    return this.#output as unknown as NodeJS.WriteStream;
  }

  get stdin(): NodeJS.ReadStream {
    return this.#input as unknown as NodeJS.ReadStream;
  }

  /** Everything that was ever written, byte for byte. */
  get raw(): string {
    return this.#output.raw;
  }

  /** Forgets what was written so far. */
  clearRaw(): void {
    this.#output.raw = '';
  }

  get isRawMode(): boolean {
    return this.#input.isRaw;
  }

  /** Is the alternate screen shown? */
  get isAlternate(): boolean {
    return this.#screen.buffer.active.type === 'alternate';
  }

  /** The screen as text: one string a row, spaces at the ends cut. */
  lines(): string[] {
    const line = (y: number) => this.#line(y)?.translateToString(true, 0, this.#screen.cols) ?? '';
    return Array.from({ length: this.#screen.rows }, (_, y) => line(y).trimEnd());
  }

  /** The screen as one text. */
  text(): string {
    return this.lines().join('\n');
  }

  /** The cell at a column and row, counted from 0. */
  cell(x: number, y: number): Cell {
    const cell = this.#line(y)?.getCell(x);
    if (cell === undefined) throw new RangeError(`no cell at ${x},${y}`);
    return {
      text: cell.getChars(),
      color: cell.isFgDefault() ? null : cell.getFgColor(),
      background: cell.isBgDefault() ? null : cell.getBgColor(),
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      inverse: cell.isInverse() !== 0,
    };
  }

  /** The row and column (from 0) at which a text stands on the screen. @throws where it stands nowhere. */
  find(text: string): { x: number; y: number } {
    for (const [y, line] of this.lines().entries()) {
      const x = line.indexOf(text);
      if (x >= 0) return { x, y };
    }
    throw new Error(`${JSON.stringify(text)} is not on the screen:\n${this.text()}`);
  }

  /** Presses keys: characters, or names of {@link KEYS} as their sequences. */
  press(...keys: string[]): void {
    for (const key of keys) this.#input.write(key);
  }

  /** Pastes as a terminal with bracketed paste does. */
  paste(text: string): void {
    this.#input.write(`\u001b[200~${text}\u001b[201~`);
  }

  /** Gives the terminal another size, as a person's mouse does. */
  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.#output.columns = columns;
    this.#output.rows = rows;
    this.#output.emit('resize');
  }

  #line(y: number) {
    const buffer = this.#screen.buffer.active;
    return buffer.getLine(buffer.viewportY + y);
  }
}
