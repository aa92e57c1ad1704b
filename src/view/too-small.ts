import { fitLine, span } from './lines/fit-line.ts';
import type { Line } from './lines/line.ts';
import { wrap } from './lines/wrap.ts';
import { type ScreenSize, SMALLEST } from './main-screen.ts';

/** What a terminal shows in which nothing else could be read. */
export function tooSmallLines({ columns, rows }: ScreenSize): readonly Line[] {
  const text = `crashtop needs ${SMALLEST.columns}x${SMALLEST.rows}; this terminal is ${columns}x${rows}. Make it larger, or press q.`;
  const words = wrap(text, columns);
  return Array.from({ length: rows }, (_, i) => fitLine([span(words[i] ?? '')], columns));
}
