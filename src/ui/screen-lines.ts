import { detailScreenLines } from '../view/detail/detail-screen.ts';
import { ruleLine } from '../view/footer.ts';
import type { Frame } from '../view/frame.ts';
import { sourceLineOf } from '../view/header.ts';
import { helpHeight, helpLines } from '../view/help.ts';
import { fitLine, span } from '../view/lines/fit-line.ts';
import type { Line } from '../view/lines/line.ts';
import { isTooSmall, mainScreenLines } from '../view/main-screen.ts';
import { tooSmallLines } from '../view/too-small.ts';

/** The screen: a line for each row of the terminal, each as wide as it. */
export function screenLines(frame: Frame): readonly Line[] {
  if (isTooSmall(frame.size)) return tooSmallLines(frame.size);
  const { page } = frame.screen;
  switch (page.type) {
    case 'table':
      return mainScreenLines(frame, frame.size);
    case 'detail':
      return detailScreenLines(frame, frame.tab);
    case 'help':
      return helpScreenLines(frame, page.offset);
  }
}

// The first line stays the header's: stale data must show here too.
function helpScreenLines(frame: Frame, offset: number): readonly Line[] {
  const { columns, rows } = frame.size;
  const all = helpLines(frame, columns);
  const height = helpHeight(rows);
  const top = Math.min(offset, Math.max(0, all.length - height));
  const shown = Array.from({ length: height }, (_, i) => all[top + i] ?? fitLine([], columns));
  const range = all.length > height ? `${top + 1}-${Math.min(all.length, top + height)} of ${all.length}, j k scroll` : '';
  return [
    sourceLineOf(frame, columns),
    ...shown,
    ruleLine(columns, '', range),
    fitLine([span(' ? or Esc goes back · q quits', 'dim')], columns),
  ];
}
