import { fitLine, span } from '../../view/fit-line.ts';
import { sourceLineOf } from '../../view/header.ts';
import type { Line } from '../../view/line.ts';
import { ruleLine } from '../../view/strip.ts';
import type { Frame } from '../app-store.ts';
import { Lines } from '../components/lines.tsx';
import { helpHeight, helpLines } from '../help-lines.ts';
import type { Theme } from '../theme.ts';

/** The help: what each key does, from the one table of keys, and what is read. The first line stays the header's: stale is stale here too. */
export function Help({ frame, theme }: { readonly frame: Frame; readonly theme: Theme }) {
  return <Lines lines={helpScreenLines(frame).map(theme.paint)} />;
}

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
