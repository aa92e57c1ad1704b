import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';
import type { Line, Tone } from '../view/lines/line.ts';
import { LOOKS, type Look } from '../view/lines/looks.ts';

/** Gives tones their looks on one terminal. */
export interface Theme {
  /** The line as a string with the escape sequences of its tones and no other control sequence. */
  paint(line: Line): string;
}

/** The theme at a colour level (0: none, as NO_COLOR asks for). */
export function createTheme(level: ColorSupportLevel): Theme {
  const chalk = new Chalk({ level });
  const tones = new Map(Object.entries(LOOKS).map(([tone, look]) => [tone as Tone, styleOf(chalk, look)]));
  return {
    paint(line) {
      let painted = '';
      for (const { text, tone } of line) {
        const style = tones.get(tone) ?? null;
        painted += style === null || text === '' ? text : style(text);
      }
      return painted;
    },
  };
}

function styleOf(chalk: ChalkInstance, { color, bold, dim, inverse }: Look): ChalkInstance | null {
  let style = color === 'text' ? chalk : chalk[color];
  if (bold) style = style.bold;
  if (dim) style = style.dim;
  if (inverse) style = style.inverse;
  return style === chalk ? null : style;
}
