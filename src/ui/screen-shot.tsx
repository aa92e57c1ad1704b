import { PassThrough, Writable } from 'node:stream';
import { render } from 'ink';
import type { ScreenSize } from '../view/main-screen.ts';
import { App } from './app.tsx';
import { Clipboard } from './clipboard.ts';
import type { Session } from './session.ts';
import { AppStore } from './store.ts';
import { createTheme } from './theme.ts';

/** What is to be seen on a picture of the screen. */
export interface ScreenShotOptions {
  readonly size: ScreenSize;
  /** Names of keys (keys.ts) that are pressed before, one after the other. */
  readonly keys: readonly string[];
  /** 0: no colours at all, else the terminal's own 16. */
  readonly colorLevel: 0 | 1;
}

// A frame follows on a key, and on an object that was fetched, within a few turns of the event loop.
const TURNS = 8;

/** The screen as a person would see it after those keys: its lines, with the theme's escape sequences. Time stands still. */
export async function screenShot(session: Session, { size, keys, colorLevel }: ScreenShotOptions): Promise<string> {
  const fetches = new Set<Promise<unknown>>();
  const watched: Session = {
    ...session,
    getObject: (record) => {
      const fetch = session.getObject(record);
      fetches.add(fetch);
      return fetch;
    },
  };
  const output = new Output(size);
  const clipboard = new Clipboard({ write: () => {}, multiplexer: null });
  const store = new AppStore(watched, { after: () => () => {} }, size, { clipboard, explain: async () => '' });
  const app = render(<App store={store} theme={createTheme(colorLevel)} jobControl={null} leavesLines={false} />, {
    stdin: new NoKeys() as unknown as NodeJS.ReadStream,
    stdout: output as unknown as NodeJS.WriteStream,
    stderr: output as unknown as NodeJS.WriteStream,
    // Each frame is written whole.
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  try {
    await settle(fetches);
    for (const key of keys) {
      store.press([key]);
      await settle(fetches);
    }
    return output.frame;
  } finally {
    app.unmount();
  }
}

async function settle(fetches: ReadonlySet<Promise<unknown>>): Promise<void> {
  // What is fetched is shown by a module that is loaded then.
  if (fetches.size > 0) await import('../text/yaml-text.ts');
  for (let turn = 0; turn < TURNS; turn++) {
    await Promise.allSettled(fetches);
    await new Promise(setImmediate);
  }
}

class Output extends Writable {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows: number;
  frame = '';

  constructor({ columns, rows }: ScreenSize) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    // Besides frames, what sets the terminal's modes is written.
    const text = String(chunk);
    if (text.includes('\n')) this.frame = text;
    done();
  }
}

class NoKeys extends PassThrough {
  readonly isTTY = true;
  setRawMode(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
