import { expect } from 'vitest';
import type { Timers } from '../../src/model/timers.ts';
import { type ExplanationFacts, explanationText } from '../../src/report/explain/explanation.ts';
import { Clipboard } from '../../src/ui/clipboard.ts';
import { inkGrid } from '../../src/ui/ink-grid.tsx';
import type { JobControl } from '../../src/ui/job-control.ts';
import { renderApp } from '../../src/ui/render-app.tsx';
import type { Session } from '../../src/ui/session.ts';
import { AppStore } from '../../src/ui/store.ts';
import { createTheme } from '../../src/ui/theme.ts';
import { untilSo } from './real-time.ts';
import { KEYS, TestTerminal } from './test-terminal.ts';

/** A clock and timers that stand still until a test moves them. */
export class TestWorld implements Timers {
  #now: number;
  #timers: { at: number; callback: () => void }[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  start(callback: () => void, ms: number): unknown {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return timer;
  }

  stop(timer: unknown): void {
    this.#timers = this.#timers.filter((t) => t !== timer);
  }

  /** Lets so many ms pass, and everything that is due in them. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter((t) => t.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((t) => t !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = until;
  }
}

export interface OpenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly colorLevel?: 0 | 1;
  readonly jobControl?: JobControl | null;
}

/** The whole app on a terminal in memory. */
export interface OpenedApp {
  readonly terminal: TestTerminal;
  readonly store: AppStore;
  /** Presses keys one after the other and waits until what they did is on the screen. */
  press(...keys: string[]): Promise<void>;
  /** Lets time pass in the test's world, and waits until it is on the screen. */
  advance(ms: number): Promise<void>;
  /** Waits until everything is drawn. */
  settle(): Promise<void>;
  /** Resolves when the app has quit. */
  readonly exited: Promise<unknown>;
  close(): Promise<void>;
}

/** The store of a session alone, without a terminal: started, and whatever fails in it fails the test. */
export function startStore(session: Session, world: TestWorld): AppStore {
  const clipboard = new Clipboard({ write: () => {}, multiplexer: null });
  const store = new AppStore(session, world, { columns: 120, rows: 40 }, { clipboard, explain: async () => '' });
  store.start({ quit: () => {}, suspend: () => {}, fail: (error) => expect.fail(String(error)) });
  return store;
}

/** Opens the app on a session whose clock and timers are those of `world`. */
export async function openApp(session: Session, world: TestWorld, options: OpenOptions = {}): Promise<OpenedApp> {
  const { columns = 120, rows = 40, colorLevel = 1, jobControl = null } = options;
  const terminal = new TestTerminal(columns, rows);
  const clipboard = new Clipboard({ write: (sequence) => void terminal.stdout.write(sequence), multiplexer: null });
  const explain = async (facts: ExplanationFacts) => explanationText(facts, 100);
  const store = new AppStore(session, world, { columns, rows }, { clipboard, explain }, inkGrid);
  const { stdin, stdout } = terminal;
  let pressed = 0;
  const { press } = store;
  store.press = (names) => {
    pressed++;
    press.call(store, names);
  };
  const app = renderApp(store, createTheme(colorLevel), { stdin, stdout, stderr: stdout }, jobControl);
  const exited = app.waitUntilExit();
  exited.catch(() => {});
  const settle = async () => {
    // What is written to stdin arrives a turn later, and a size in an effect.
    for (let i = 0; i < 3; i++) await new Promise(setImmediate);
    await app.waitUntilRenderFlush();
  };
  await settle();
  return {
    terminal,
    store,
    exited,
    settle,
    async press(...keys) {
      for (const key of keys) {
        const before = pressed;
        terminal.press(key);
        // Ink waits for the rest of an escape sequence before it takes Esc for a key.
        if (key === KEYS.escape) await untilSo(() => pressed > before);
        await settle();
      }
    },
    async advance(ms) {
      world.advance(ms);
      await settle();
    },
    async close() {
      app.unmount();
      await exited.catch(() => {});
    },
  };
}
