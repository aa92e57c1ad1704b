import { fitLine, span } from '../view/fit-line.ts';
import type { Line } from '../view/line.ts';
import { type ScreenSize, SMALLEST } from '../view/main-screen.ts';
import { wrap } from '../view/wrap.ts';

/** What a terminal shows in which nothing else could be read. */
export function tooSmallLines({ columns, rows }: ScreenSize): readonly Line[] {
  const text = `crashtop needs ${SMALLEST.columns}x${SMALLEST.rows}; this terminal is ${columns}x${rows}. Make it larger, or press q.`;
  const words = wrap(text, columns);
  return Array.from({ length: rows }, (_, i) => fitLine([span(words[i] ?? '')], columns));
}
