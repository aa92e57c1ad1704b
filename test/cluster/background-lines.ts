import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Stretch } from './compare-runs.ts';

/** A command whose lines are wanted for as long as a test runs. */
export interface LinesOptions {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly onLine: (line: string) => void;
}

// A component that was killed takes its listeners with it: they are started again this soon.
const AGAIN_AFTER_MS = 100;

/** Runs a command and takes its lines; when it ends, it is started again, until {@link stop}. */
export class BackgroundLines {
  readonly #options: LinesOptions;
  readonly #silences: Stretch[] = [];
  #child: ChildProcess | null = null;
  #stopped = false;
  #lastError = '';
  readonly #ended: Promise<void>;

  constructor(options: LinesOptions) {
    this.#options = options;
    this.#ended = this.#run();
  }

  /** When it did not run: before its first line, and from an end to the first line after it, epoch ms. */
  get silences(): readonly Stretch[] {
    return this.#silences;
  }

  /** The last line that it wrote to stderr; '' for none. */
  get lastError(): string {
    return this.#lastError;
  }

  /** Ends it, to be started again at once. */
  restart(): void {
    this.#kill();
  }

  /** Ends it and all that it started. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#kill();
    await this.#ended;
  }

  async #run(): Promise<void> {
    let silentSince = 0;
    while (!this.#stopped) {
      await this.#runOnce(() => {
        this.#silences.push({ from: silentSince, to: Date.now() });
      });
      silentSince = Date.now();
      await pause(AGAIN_AFTER_MS);
    }
  }

  async #runOnce(onFirst: () => void): Promise<void> {
    const { command, env, onLine } = this.#options;
    const [file = '', ...args] = command;
    // A group of its own: a shell script passes no signal on.
    const child = spawn(file, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let isFirst = true;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (isFirst) onFirst();
      isFirst = false;
      onLine(line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#lastError = line;
    });
    await new Promise<void>((resolve) => {
      child.once('close', () => resolve());
      child.once('error', (error) => {
        this.#lastError = error.message;
        resolve();
      });
    });
    this.#child = null;
  }

  #kill(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGTERM');
    } catch {
      // It has just ended.
    }
  }
}
