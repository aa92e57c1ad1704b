import { type Instance, render } from 'ink';
import { App } from './app.tsx';
import type { JobControl } from './job-control.ts';
import { LinePainter } from './line-painter.ts';
import { isMadeOfLines, screenLines } from './screen-lines.ts';
import type { AppStore } from './store.ts';
import type { Theme } from './theme.ts';

/** The streams of a terminal. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Opens the screens on a terminal: ink draws those that it lays out, a {@link LinePainter} those that are made of lines. */
export function renderApp(store: AppStore, theme: Theme, streams: Streams, jobControl: JobControl | null): Instance {
  const painter = new LinePainter(streams.stdout, theme);
  const paint = () => {
    const frame = store.frame();
    if (isMadeOfLines(frame)) painter.paint(screenLines(frame), frame.size);
    else painter.release();
  };
  // Before ink itself is told: what it draws then comes on a blank screen.
  const stopPainting = store.subscribe(paint);
  const app = render(<App store={store} theme={theme} jobControl={jobControl} leavesLines />, {
    ...streams,
    stdout: painter.stdout,
    alternateScreen: true,
    incrementalRendering: true,
    // The store sees to it that data is drawn ten times a second at most; what a key does must not wait for ink's own limit.
    maxFps: 1000,
    // By itself ink takes a terminal in CI for none.
    interactive: Boolean(streams.stdout.isTTY),
    exitOnCtrlC: false,
    // Nothing here writes to the console; what ink would do with it scrolls a full screen.
    patchConsole: false,
  });
  paint();
  app.waitUntilExit().then(stopPainting, stopPainting);
  return app;
}
