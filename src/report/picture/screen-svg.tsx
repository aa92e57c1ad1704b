import { renderToStaticMarkup } from 'react-dom/server';
import { graphemesIn, widthOf } from '../../text/cells.ts';
import type { Line } from '../../view/lines/line.ts';
import { LOOKS, type Look } from '../../view/lines/looks.ts';
import { xmlText } from '../xml-text.ts';

export type PictureTheme = 'dark' | 'light';

type Palette = Readonly<Record<Look['color'] | 'background', string>>;

// Each colour has a contrast of at least 4.5 to 1 on its background (WCAG 2, AA).
const PALETTES: Readonly<Record<PictureTheme, Palette>> = {
  dark: { background: '#16181d', text: '#d8dbe2', red: '#ff7b72', green: '#6bc46d', magenta: '#e08df0', cyan: '#56c8d8' },
  light: { background: '#ffffff', text: '#24292f', red: '#c2252e', green: '#1a7f37', magenta: '#9a3fb5', cyan: '#106f87' },
};

// One cell, in units of the picture, with the proportions of a monospaced font.
const CELL = { width: 8.4, height: 18, baseline: 13.5, font: 14 };
const MARGIN = 10;
const FONTS = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace';

/** A piece of a line in one style, and its position in cells. */
interface Piece {
  readonly text: string;
  readonly at: number;
  readonly cells: number;
  readonly look: Look;
}

/** The columns and rows of a screen. */
interface PictureSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * A screen as an SVG picture. Text stays text, to be searched and copied; each piece is stretched
 * to its cells in a terminal, whatever font the viewer has.
 */
export function screenSvg(screen: readonly Line[], size: PictureSize, theme: PictureTheme, title: string): string {
  const palette = PALETTES[theme];
  const width = round(size.columns * CELL.width + 2 * MARGIN);
  const height = size.rows * CELL.height + 2 * MARGIN;
  const lines = screen.map(piecesOf);
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
        // The position on the screen identifies a piece.
        pieces.map((piece) => <PieceOf key={`${row}:${piece.at}`} piece={piece} row={row} palette={palette} />),
      )}
    </svg>,
  );
  return `${markup}\n`;
}

function PieceOf({ piece, row, palette }: { readonly piece: Piece; readonly row: number; readonly palette: Palette }) {
  const { text, at, cells, look } = piece;
  const x = round(MARGIN + at * CELL.width);
  const y = MARGIN + row * CELL.height;
  const width = round(cells * CELL.width);
  const color = palette[look.color];
  return (
    <>
      {look.inverse && <rect x={x} y={y} width={width} height={CELL.height} fill={color} />}
      {text.trim() !== '' && (
        <text
          x={x}
          y={y + CELL.baseline}
          textLength={width}
          lengthAdjust="spacingAndGlyphs"
          xmlSpace="preserve"
          fill={look.inverse ? palette.background : color}
          {...(look.bold ? { fontWeight: 'bold' } : {})}
          {...(look.dim ? { fillOpacity: 0.68 } : {})}
        >
          {xmlText(text)}
        </text>
      )}
    </>
  );
}

function piecesOf(line: Line): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { text, look } of graphemesOf(line)) {
    const cells = widthOf(text);
    const last = pieces.at(-1);
    // A double-width character gets a piece of its own: stretching it with others would shift its
    // neighbours.
    const joins = last !== undefined && cells === 1 && last.cells === Array.from(last.text).length && isSame(last.look, look);
    if (joins) pieces[pieces.length - 1] = { ...last, text: last.text + text, cells: last.cells + cells };
    else pieces.push({ text, at, cells, look });
    at += cells;
  }
  return pieces.map(trimmed);
}

function graphemesOf(line: Line): { text: string; look: Look }[] {
  return line.flatMap(({ text, tone }) => Array.from(graphemesIn(text), (g) => ({ text: g, look: LOOKS[tone] })));
}

// Leading and trailing spaces are visible only in inverse text, and some viewers drop leading ones.
function trimmed(piece: Piece): Piece {
  if (piece.look.inverse) return piece;
  const begin = piece.text.length - piece.text.trimStart().length;
  const text = piece.text.trim();
  return { ...piece, text, at: piece.at + begin, cells: piece.cells - (piece.text.length - text.length) };
}

function isSame(a: Look, b: Look): boolean {
  return a.color === b.color && a.bold === b.bold && a.dim === b.dim && a.inverse === b.inverse;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
