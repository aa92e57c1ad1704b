import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';
import type { Line, Tone } from '../view/lines/line.ts';

/** Gives tones their looks on one terminal. */
export interface Theme {
  /** The line as a string with the escape sequences of its tones: no other control sequence is in it. */
  paint(line: Line): string;
}

/**
 * The theme at a colour level (0: none, as NO_COLOR asks for). Only the terminal's own 16 colours are used and none as a
 * background, so that it follows the person's palette; what must be read stands in the terminal's own foreground, in red or in
 * magenta, which keep their contrast on black and on white; green and cyan, which do not everywhere, only say again what a
 * word or a glyph says.
 */
export function createTheme(level: ColorSupportLevel): Theme {
  const chalk = new Chalk({ level });
  const tones: Readonly<Record<Tone, ChalkInstance | null>> = {
    plain: null,
    dim: chalk.dim,
    strong: chalk.bold,
    bad: chalk.red.bold,
    warn: chalk.magenta,
    good: chalk.green,
    info: chalk.cyan,
    accent: chalk.bold,
    selected: chalk.inverse,
    alert: chalk.red.bold.inverse,
    crash: chalk.red,
    running: chalk.green,
    waiting: chalk.dim,
    unseen: chalk.magenta,
  };
  return {
    paint(line) {
      let painted = '';
      for (const { text, tone } of line) {
        const style = tones[tone];
        painted += style === null || text === '' ? text : style(text);
      }
      return painted;
    },
  };
}
