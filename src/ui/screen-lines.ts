import { ruleLine } from '../view/footer.ts';
import { sourceLineOf } from '../view/header.ts';
import { helpHeight, helpLines } from '../view/help.ts';
import { fitLine, span } from '../view/lines/fit-line.ts';
import type { Line } from '../view/lines/line.ts';
import { isTooSmall, mainScreenLines } from '../view/main-screen.ts';
import { tooSmallLines } from '../view/too-small.ts';
import type { Frame } from './store.ts';

/** Does the frame show a screen that is nothing but lines? Of the drill-down, a tab may have grids, which ink lays out. */
export function isMadeOfLines({ size, screen }: Frame): boolean {
  return isTooSmall(size) || screen.mode !== 'detail';
}

/** The lines of a screen that is made of nothing else ({@link isMadeOfLines}): one for each row, each as wide as the terminal. */
export function screenLines(frame: Frame): readonly Line[] {
  if (isTooSmall(frame.size)) return tooSmallLines(frame.size);
  return frame.screen.mode === 'help' ? helpScreenLines(frame) : mainScreenLines(frame, frame.size);
}

// The first line stays the header's: stale is stale here too.
function helpScreenLines(frame: Frame): readonly Line[] {
  const { columns, rows } = frame.size;
  const all = helpLines(frame, columns);
  const height = helpHeight(rows);
  const top = Math.min(frame.screen.helpOffset, Math.max(0, all.length - height));
  const shown = Array.from({ length: height }, (_, i) => all[top + i] ?? fitLine([], columns));
  const range = all.length > height ? `${top + 1}-${Math.min(all.length, top + height)} of ${all.length}, j k scroll` : '';
  return [
    sourceLineOf(frame, columns),
    ...shown,
    ruleLine(columns, '', range),
    fitLine([span(' ? or Esc goes back · q quits', 'dim')], columns),
  ];
}
