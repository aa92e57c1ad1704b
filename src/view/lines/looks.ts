import type { Tone } from './line.ts';

/** The look of a tone, on a terminal and in a picture. */
export interface Look {
  /** One of the terminal's own 16 colours; 'text' is its foreground. */
  readonly color: 'text' | 'red' | 'green' | 'magenta' | 'cyan';
  readonly bold: boolean;
  readonly dim: boolean;
  /** Are the colours of text and background swapped? */
  readonly inverse: boolean;
}

const PLAIN: Look = { color: 'text', bold: false, dim: false, inverse: false };

/**
 * The looks of all tones. They only use the terminal's own 16 colours, and none as a background, so
 * that they follow the user's palette. Important text is in the terminal's own foreground, in red
 * or in magenta, which keep their contrast on black and on white; green and cyan, which do not
 * everywhere, only repeat a word or a glyph.
 */
export const LOOKS: Readonly<Record<Tone, Look>> = {
  plain: PLAIN,
  dim: { ...PLAIN, dim: true },
  strong: { ...PLAIN, bold: true },
  bad: { ...PLAIN, color: 'red', bold: true },
  warn: { ...PLAIN, color: 'magenta' },
  good: { ...PLAIN, color: 'green' },
  info: { ...PLAIN, color: 'cyan' },
  accent: { ...PLAIN, bold: true },
  selected: { ...PLAIN, inverse: true },
  alert: { ...PLAIN, color: 'red', bold: true, inverse: true },
  crash: { ...PLAIN, color: 'red' },
  running: { ...PLAIN, color: 'green' },
  waiting: { ...PLAIN, dim: true },
  unseen: { ...PLAIN, color: 'magenta' },
};
