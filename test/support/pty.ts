import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { givingUp } from './real-time.ts';

/** A program on a real pseudo-terminal, whose output a terminal emulator draws. */
export class Pty {
  readonly #pty: IPty;
  readonly #screen: xterm.Terminal;
  /** Called when something was drawn. */
  readonly #onDrawn = new Set<() => void>();
  /** Every byte that reached the terminal, as text. */
  raw = '';
  readonly exited: Promise<{ code: number; signal: number | undefined }>;

  constructor(
    file: string,
    args: readonly string[],
    options: { columns?: number; rows?: number; env?: NodeJS.ProcessEnv; cwd?: string } = {},
  ) {
    const { columns = 120, rows = 40, env = {}, cwd = process.cwd() } = options;
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#pty = spawn(file, [...args], {
      cols: columns,
      rows,
      name: 'xterm-256color',
      env: { ...process.env, CI: '', FORCE_COLOR: '', ...env },
      cwd,
    });
    this.#pty.onData((data) => {
      this.raw += data;
      this.#screen.write(data, () => {
        for (const look of this.#onDrawn) look();
      });
    });
    this.exited = new Promise((resolve) =>
      this.#pty.onExit(({ exitCode, signal }) => {
        // All bytes have come; the emulator takes its time to draw them.
        this.#screen.write('', () => resolve({ code: exitCode, signal }));
      }),
    );
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** The screen as a person sees it, without trailing blanks. */
  text(): string {
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: this.#screen.rows }, (_, y) =>
      active
        .getLine(active.baseY + y)
        ?.translateToString(true, 0, this.#screen.cols)
        .trimEnd(),
    );
    return lines.join('\n').trimEnd();
  }

  /** Is the program on the alternate screen? */
  get isOnAlternateScreen(): boolean {
    return this.#screen.buffer.active.type === 'alternate';
  }

  /** Is the cursor shown? (DECTCEM: the last word counts.) */
  get showsCursor(): boolean {
    return this.raw.lastIndexOf('\u001b[?25l') <= this.raw.lastIndexOf('\u001b[?25h');
  }

  send(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows);
    this.#screen.resize(columns, rows);
  }

  kill(signal: string): void {
    this.#pty.kill(signal);
  }

  /** Waits until the screen is as wanted. @throws shortly before the whole test runs out of time, with the screen. */
  async until(isWanted: (text: string) => boolean): Promise<void> {
    if (isWanted(this.text())) return;
    const wanted = Promise.withResolvers<void>();
    const look = () => {
      if (isWanted(this.text())) wanted.resolve();
    };
    const cancel = new AbortController();
    this.#onDrawn.add(look);
    try {
      await Promise.race([wanted.promise, givingUp(() => `not seen:\n${this.text()}`, cancel.signal)]);
    } finally {
      this.#onDrawn.delete(look);
      cancel.abort();
    }
  }
}
