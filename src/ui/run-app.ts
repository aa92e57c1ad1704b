import type { Timers } from '../model/timers.ts';
import { Clipboard, type Multiplexer } from './clipboard.ts';
import type { CopyServices } from './effect-runner.ts';
import { inkGrid } from './ink-grid.tsx';
import type { JobControl } from './job-control.ts';
import { renderApp } from './render-app.tsx';
import type { ScreenSettings, Session } from './session.ts';
import { AppStore } from './store.ts';
import { createTheme } from './theme.ts';

/** The terminal that the screens are drawn on, and timers. */
export interface ScreenTerminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly timers: Timers;
  readonly jobControl: JobControl | null;
  /** A program between crashtop and the terminal's clipboard; null if there is none. */
  readonly multiplexer: Multiplexer | null;
  readonly explain: CopyServices['explain'];
  /** Calls back with uncaught errors. @returns a function that ends it. */
  onUncaught(callback: (error: Error) => void): () => void;
}

/**
 * Shows a session on a terminal until the user quits; then restores the terminal.
 * @throws errors of drawing and uncaught errors, after restoring the terminal: they are for stderr.
 */
export async function runApp(session: Session, settings: ScreenSettings, terminal: ScreenTerminal): Promise<void> {
  const { stdin, stdout, stderr, timers, jobControl, multiplexer, explain } = terminal;
  const clipboard = new Clipboard({ write: (sequence) => void stdout.write(sequence), multiplexer });
  const size = { columns: stdout.columns, rows: stdout.rows };
  const store = new AppStore(session, timers, size, { clipboard, explain }, inkGrid);
  const app = renderApp(store, createTheme(settings.colorLevel), { stdin, stdout, stderr }, jobControl);
  // The terminal was closed: there is no reader left.
  let isBroken = false;
  const onBroken = () => {
    isBroken = true;
    app.unmount();
  };
  stdout.on('error', onBroken);
  // A message printed while the screens are open would vanish with them.
  let uncaught: Error | null = null;
  const endUncaught = terminal.onUncaught((error) => {
    uncaught = error;
    app.unmount();
  });
  try {
    await app.waitUntilExit();
  } finally {
    const farewell = clipboard.farewell();
    if (farewell !== '' && !isBroken) stdout.write(farewell);
    stdout.off('error', onBroken);
    endUncaught();
  }
  if (uncaught !== null) throw uncaught;
}
