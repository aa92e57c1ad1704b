import { describe, expect, it } from 'vitest';
import { createTheme } from '../../src/ui/theme.ts';
import type { Tone } from '../../src/view/lines/line.ts';

const TONES: readonly Tone[] = [
  'plain',
  'dim',
  'strong',
  'bad',
  'warn',
  'good',
  'info',
  'accent',
  'selected',
  'alert',
  'crash',
  'running',
  'waiting',
  'unseen',
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked at
const SGR = /\u001b\[([\d;]*)m/g;

/** The parameters of every escape sequence with which a tone is painted. */
function sequences(tone: Tone, level: 0 | 1 | 2 | 3): number[] {
  const painted = createTheme(level).paint([{ text: 'x', tone }]);
  expect(painted.replace(SGR, '')).toBe('x');
  return [...painted.matchAll(SGR)].map((m) => Number(m[1]));
}

describe('the theme', () => {
  it('paints nothing without colours', () => {
    for (const tone of TONES) expect(sequences(tone, 0)).toEqual([]);
  });

  it("uses the terminal's own colours, and none as a background", () => {
    for (const tone of TONES) {
      for (const level of [1, 2, 3] as const) {
        for (const code of sequences(tone, level)) {
          expect(code < 30 || (code >= 30 && code <= 37) || code === 39, `${tone}: ${code}`).toBe(true);
        }
      }
    }
  });

  // The classic palette of xterm, the hardest of those in use: yellow, green and cyan vanish on white, blue on black.
  const XTERM: Record<number, readonly [number, number, number]> = {
    31: [205, 0, 0],
    32: [0, 205, 0],
    33: [205, 205, 0],
    34: [0, 0, 238],
    35: [205, 0, 205],
    36: [0, 205, 205],
  };
  const luminance = (rgb: readonly number[]) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)) as [
      number,
      number,
      number,
    ];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  it('writes what is wrong in colours that read on black and on white', () => {
    for (const tone of ['bad', 'warn', 'alert', 'crash', 'unseen'] as const) {
      const color = sequences(tone, 1).find((code) => code >= 30 && code <= 37) as number;
      const l = luminance(XTERM[color] as readonly number[]);
      expect((l + 0.05) / 0.05, `${tone} on black`).toBeGreaterThanOrEqual(3);
      expect(1.05 / (l + 0.05), `${tone} on white`).toBeGreaterThanOrEqual(3);
    }
  });
});
