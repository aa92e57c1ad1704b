import { type Instance, render } from 'ink';
import { App } from './app.tsx';
import type { JobControl } from './job-control.ts';
import { LinePainter } from './line-painter.ts';
import { screenLines } from './screen-lines.ts';
import type { AppStore } from './store.ts';
import type { Theme } from './theme.ts';

/** The streams of a terminal. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/**
 * Opens the screens on a terminal: a {@link LinePainter} draws them, ink keeps the terminal's
 * modes, keys and size.
 */
export function renderApp(store: AppStore, theme: Theme, streams: Streams, jobControl: JobControl | null): Instance {
  const painter = new LinePainter(streams.stdout, theme);
  const paint = () => {
    const frame = store.frame();
    painter.paint(screenLines(frame), frame.size);
  };
  paint();
  const stopPainting = store.subscribe(paint);
  const app = render(<App store={store} painter={painter} jobControl={jobControl} />, {
    ...streams,
    alternateScreen: true,
    // By default ink does not treat a terminal in CI as one.
    interactive: Boolean(streams.stdout.isTTY),
    exitOnCtrlC: false,
    // Nothing here writes to the console, and ink's patch would scroll a full screen.
    patchConsole: false,
  });
  app.waitUntilExit().then(stopPainting, stopPainting);
  return app;
}
