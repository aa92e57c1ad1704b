import { type AnsiCode, reduceAnsiCodes, type StyledChar, styledCharsFromTokens, tokenize } from '@alcalzone/ansi-tokenize';
import { renderToStaticMarkup } from 'react-dom/server';
import { widthOf } from '../../text/cells.ts';
import type { ScreenSize } from '../../view/main-screen.ts';
import { xmlText } from '../xml-text.ts';

export type PictureTheme = 'dark' | 'light';

interface Palette {
  readonly background: string;
  readonly text: string;
  readonly red: string;
  readonly green: string;
  readonly magenta: string;
  readonly cyan: string;
}

// Each colour has a contrast of 4.5 to 1 or more on its background (WCAG 2, AA).
const PALETTES: Readonly<Record<PictureTheme, Palette>> = {
  dark: { background: '#16181d', text: '#d8dbe2', red: '#ff7b72', green: '#6bc46d', magenta: '#e08df0', cyan: '#56c8d8' },
  light: { background: '#ffffff', text: '#24292f', red: '#c2252e', green: '#1a7f37', magenta: '#9a3fb5', cyan: '#106f87' },
};

// One cell, in units of the picture: the proportion of a monospaced font.
const CELL = { width: 8.4, height: 18, baseline: 13.5, font: 14 };
const MARGIN = 10;
const FONTS = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace';

interface Style {
  readonly color: keyof Omit<Palette, 'background'>;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

/** A piece of a line in one style, where it stands, in cells. */
interface Piece {
  readonly text: string;
  readonly at: number;
  readonly cells: number;
  readonly style: Style;
}

/**
 * A picture of a screen as SVG: text stays text, to be searched and copied, and each piece of it is stretched to the cells that it
 * takes in a terminal, whatever font the viewer has.
 * @param screen its lines, with escape sequences of colours and styles, and no others.
 */
export function screenSvg(screen: string, size: ScreenSize, theme: PictureTheme, title: string): string {
  const palette = PALETTES[theme];
  const width = round(size.columns * CELL.width + 2 * MARGIN);
  const height = size.rows * CELL.height + 2 * MARGIN;
  const lines = screen.split('\n').map(piecesOf);
  const markup = renderToStaticMarkup(
    <svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      fontFamily={FONTS}
      fontSize={CELL.font}
      role="img"
    >
      <title>{xmlText(title)}</title>
      <rect width={width} height={height} rx={6} fill={palette.background} />
      {lines.flatMap((pieces, row) =>
        // A piece is its place on the screen.
        pieces.map((piece) => <PieceOf key={`${row}:${piece.at}`} piece={piece} row={row} palette={palette} />),
      )}
    </svg>,
  );
  return `${markup}\n`;
}

function PieceOf({ piece, row, palette }: { readonly piece: Piece; readonly row: number; readonly palette: Palette }) {
  const { text, at, cells, style } = piece;
  const x = round(MARGIN + at * CELL.width);
  const y = MARGIN + row * CELL.height;
  const width = round(cells * CELL.width);
  const color = palette[style.color];
  return (
    <>
      {style.inverse && <rect x={x} y={y} width={width} height={CELL.height} fill={color} />}
      {text.trim() !== '' && (
        <text
          x={x}
          y={y + CELL.baseline}
          textLength={width}
          lengthAdjust="spacingAndGlyphs"
          xmlSpace="preserve"
          fill={style.inverse ? palette.background : color}
          {...(style.bold ? { fontWeight: 'bold' } : {})}
          {...(style.dim ? { fillOpacity: 0.68 } : {})}
        >
          {xmlText(text)}
        </text>
      )}
    </>
  );
}

function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { styles, value } of graphemesOf(line)) {
    const cells = widthOf(value);
    const style = styleOf(styles);
    const last = pieces.at(-1);
    // What is as wide as two stands by itself: stretching a whole piece would move what is around it.
    const joins = last !== undefined && cells === 1 && last.cells === Array.from(last.text).length && isSame(last.style, style);
    if (joins) pieces[pieces.length - 1] = { ...last, text: last.text + value, cells: last.cells + cells };
    else pieces.push({ text: value, at, cells, style });
    at += cells;
  }
  return pieces.map(trimmed);
}

function graphemesOf(line: string): readonly StyledChar[] {
  return styledCharsFromTokens(tokenize(line));
}

// Spaces at its ends are seen only where they are inverse; some viewers drop the ones at the beginning all the same.
function trimmed(piece: Piece): Piece {
  if (piece.style.inverse) return piece;
  const begin = piece.text.length - piece.text.trimStart().length;
  const text = piece.text.trim();
  return { ...piece, text, at: piece.at + begin, cells: piece.cells - (piece.text.length - text.length) };
}

// Of chalk's 16 colours, those that the theme uses.
const COLORS: Readonly<Record<string, Style['color']>> = {
  '\u001b[31m': 'red',
  '\u001b[32m': 'green',
  '\u001b[35m': 'magenta',
  '\u001b[36m': 'cyan',
};

function styleOf(codes: readonly AnsiCode[]): Style {
  const set = reduceAnsiCodes([...codes]).map(({ code }) => code);
  return {
    color: set.map((code) => COLORS[code]).find((color) => color !== undefined) ?? 'text',
    bold: set.includes('\u001b[1m'),
    dim: set.includes('\u001b[2m'),
    inverse: set.includes('\u001b[7m'),
  };
}

function isSame(a: Style, b: Style): boolean {
  return a.color === b.color && a.bold === b.bold && a.dim === b.dim && a.inverse === b.inverse;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
