/**
 * crashtop on an existing cluster, in a pty of 200x54: time to the first row and to the complete
 * table, memory then and at most, CPU without input, and from a key to its effect on the screen.
 * `KUBECONFIG=... node bench/live.ts PODS [SECONDS [KEYS [OPTION...]]]`: PODS as the header counts
 * them ("10,000"), CPU over SECONDS, options for crashtop. For figures under churn, run churn
 * meanwhile.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { machine, quantile } from './figures.ts';

const [pods = '', seconds = '20', keys = '40', ...options] = process.argv.slice(2);
const RUNS = 3;
const COLUMNS = 200;
const ROWS = 54;
const PATIENCE_MS = 60_000;
// Linux's unit of CPU time (getconf CLK_TCK).
const TICKS_PER_SECOND = 100;
const bin = fileURLToPath(new URL('../bin/crashtop.js', import.meta.url));

class Screen {
  readonly #terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  readonly pty: IPty;
  #onPainted: (() => void) | null = null;

  constructor(state: string, cache: string) {
    const env = { ...process.env, XDG_STATE_HOME: state, NODE_COMPILE_CACHE: cache, TERM: 'xterm-256color' };
    this.pty = spawn(process.execPath, [bin, '-A', ...options], { cols: COLUMNS, rows: ROWS, env });
    this.pty.onData((data) => this.#terminal.write(data, () => this.#onPainted?.()));
  }

  lines(): string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: ROWS }, (_, i) => active.getLine(active.baseY + i)?.translateToString(true) ?? '');
  }

  /** The line of the selected row; -1 if there is none. */
  selected(): number {
    return this.lines().findIndex((line) => /^[▸>]/.test(line));
  }

  /** Resolves with the ms from now until the painted screen satisfies the condition. */
  until(isThere: () => boolean): Promise<number> {
    const begun = performance.now();
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`not on the screen:\n${this.lines().slice(0, 8).join('\n')}`)), PATIENCE_MS);
      const look = () => {
        if (!isThere()) return;
        clearTimeout(late);
        this.#onPainted = null;
        resolve(performance.now() - begun);
      };
      this.#onPainted = look;
      look();
    });
  }

  async end(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.pty.onExit(() => resolve()));
    this.pty.write('q');
    await ended;
  }
}

function memory(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const found = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1]) / 1024;
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function run(folder: string) {
  const state = mkdtempSync(join(folder, 'state-'));
  const begun = performance.now();
  const screen = new Screen(state, join(folder, 'cache'));
  const { pid } = screen.pty;
  await screen.until(() => screen.selected() > 0);
  const firstRow = performance.now() - begun;
  await screen.until(() => new RegExp(`· ${pods} pods .*live, data`).test(screen.lines()[0] ?? ''));
  const complete = performance.now() - begun;
  const whenComplete = memory(pid, 'VmRSS');
  const cpuUntil = cpuSeconds(pid);
  await pause(10_000);
  const used = cpuSeconds(pid);
  await pause(Number(seconds) * 1000);
  const cpu = ((cpuSeconds(pid) - used) / Number(seconds)) * 100;
  const paints: number[] = [];
  for (let i = 0; i < Number(keys); i++) {
    const before = screen.selected();
    screen.pty.write(i % 2 === 0 ? 'j' : 'k');
    paints.push(await screen.until(() => ![before, -1].includes(screen.selected())));
    await pause(50 + 10 * (i % 10));
  }
  const [quiet, peak] = [memory(pid, 'VmRSS'), memory(pid, 'VmHWM')];
  await screen.end();
  return { firstRow, complete, cpuUntil, whenComplete, quiet, peak, cpu, paints };
}

const folder = mkdtempSync(join(tmpdir(), 'crashtop-bench-'));
try {
  console.log(machine());
  for (let i = 0; i < RUNS; i++) {
    const { firstRow, complete, cpuUntil, whenComplete, quiet, peak, cpu, paints } = await run(folder);
    paints.sort((a, b) => a - b);
    console.log(
      `${pods} pods: first row ${firstRow.toFixed(0)} ms, complete ${complete.toFixed(0)} ms (CPU ${cpuUntil.toFixed(2)} s); ` +
        `RSS ${whenComplete.toFixed(0)} MiB when complete, ${quiet.toFixed(0)} after ${10 + Number(seconds)} s, ${peak.toFixed(0)} at most; ` +
        `CPU ${cpu.toFixed(1)} %; key to paint p50 ${quantile(paints, 0.5).toFixed(1)} ms, p95 ${quantile(paints, 0.95).toFixed(1)} ms`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
