import type { ScreenCommand, ScrollCommand } from './screen-command.ts';

/** A pane: how many lines it has, how many of them can be seen, and the first that is seen. */
export interface Scrolled {
  readonly lines: number;
  readonly height: number;
  readonly top: number;
}

/** The first visible line after a command; null if the command does not scroll. */
export function scrolledBy({ lines, height, top }: Scrolled, command: ScreenCommand): number | null {
  const last = Math.max(0, lines - height);
  const page = Math.max(1, height - 1);
  const by: Readonly<Record<ScrollCommand, number>> = {
    down: 1,
    up: -1,
    pageDown: page,
    pageUp: -page,
    first: -lines,
    last: lines,
  };
  const step = (by as Partial<Record<ScreenCommand, number>>)[command];
  return step === undefined ? null : Math.min(last, Math.max(0, Math.min(top, last) + step));
}
