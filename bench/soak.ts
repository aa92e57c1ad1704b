/**
 * Does a long session grow? crashtop runs in a pty of 200x54 while a load generator makes pods
 * crash, and reports its memory every ten seconds. The slope is that of the second half: in the
 * first, at 60 statuses a second or more, the timeline fills up to its bound of 25,000 arrivals.
 * `KUBECONFIG=... node bench/soak.ts LOAD [MINUTES [RATE]]`, where `LOAD churn RATE SECONDS` writes
 * RATE statuses a second.
 */
import { spawn as spawnChild } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { machine } from './figures.ts';
import { type MemorySample, SAMPLE_EVERY_MS } from './report-memory.ts';

const [load, minutesText = '60', rateText = '60'] = process.argv.slice(2);
const minutes = Number(minutesText);
const rate = Number(rateText);
if (load === undefined || !(minutes > 0) || !(rate > 0)) throw new Error('node bench/soak.ts LOAD [MINUTES [RATE]]');

const bin = fileURLToPath(new URL('../bin/crashtop.js', import.meta.url));
const reporter = new URL('report-memory.ts', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'crashtop-soak-'));
const file = join(folder, 'memory.ndjson');
const HOUR_MS = 3_600_000;

function samples(): MemorySample[] {
  const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as MemorySample);
}

/** By least squares, in units per hour. */
function slope(points: readonly MemorySample[], of: (sample: MemorySample) => number): number {
  const mean = (value: (sample: MemorySample) => number) => points.reduce((sum, p) => sum + value(p), 0) / points.length;
  const [x, y] = [mean((p) => p.at), mean(of)];
  const above = points.reduce((sum, p) => sum + (p.at - x) * (of(p) - y), 0);
  return (above / points.reduce((sum, p) => sum + (p.at - x) ** 2, 0)) * HOUR_MS;
}

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

function printSample(sample: MemorySample, begun: number): void {
  const { at, rss, heapUsed, external } = sample;
  console.log(
    `${((at - begun) / 60_000).toFixed(1).padStart(6)} min  ${mb(rss)}, heap ${mb(heapUsed)}, external ${mb(external)}`,
  );
}

function report(all: readonly MemorySample[]): void {
  const half = all.slice(all.length >> 1);
  const [first, last] = [all[0] as MemorySample, all.at(-1) as MemorySample];
  console.log(
    `resident: ${mb((half[0] as MemorySample).rss)} at half time, ${mb(last.rss)} at the end, ${mb(Math.max(...all.map((s) => s.rss)))} at most`,
  );
  console.log(
    `slope of the second half: resident ${mb(slope(half, (s) => s.rss))}/h, heap ${mb(slope(half, (s) => s.heapUsed))}/h`,
  );
  console.log(`CPU: ${((last.cpu - first.cpu) / 10 / (last.at - first.at)).toFixed(1)} % of a core`);
}

console.log(`${machine()}; ${rate} statuses a second for ${minutes} min`);
const screen = new xterm.Terminal({ cols: 200, rows: 54, allowProposedApi: true });
const env = {
  ...process.env,
  XDG_STATE_HOME: folder,
  TERM: 'xterm-256color',
  NODE_OPTIONS: `--import=${reporter}`,
  CRASHTOP_MEMORY_FILE: file,
};
const terminal = spawn(process.execPath, [bin, '-A'], { cols: 200, rows: 54, env });
let exitCode: number | null = null;
terminal.onExit((exit) => {
  exitCode = exit.exitCode;
});
terminal.onData((data) => screen.write(data));
const churn = spawnChild(load, ['churn', String(rate), String(minutes * 60)], { stdio: ['ignore', 'inherit', 'inherit'] });
let churnEnded: string | null = null;
churn.on('error', (error) => {
  churnEnded = error.message;
});
churn.on('exit', (code) => {
  churnEnded ??= `exit ${code}`;
});
try {
  const begun = Date.now();
  let shown = 0;
  while (churnEnded === null && exitCode === null) {
    await pause(SAMPLE_EVERY_MS);
    const all = samples();
    const newest = all.at(-1);
    // One line a minute is enough to read.
    if (newest === undefined || newest.at - shown < 59_000) continue;
    shown = newest.at;
    printSample(newest, begun);
  }
  if (exitCode !== null) console.log(`crashtop ended by itself: exit ${exitCode}`);
  if (churnEnded !== null && churnEnded !== 'exit 0') console.log(`the load generator failed: ${churnEnded}`);
  const header = screen.buffer.active.getLine(screen.buffer.active.baseY)?.translateToString(true);
  console.log(`the screen at the end: ${header?.trim().replaceAll(/\s{2,}/g, '  ')}`);
  const all = samples();
  if (all.length < 4) throw new Error('it ran too short for a slope');
  report(all);
} finally {
  if (churnEnded === null) churn.kill();
  if (exitCode === null) terminal.write('q');
  await pause(500);
  if (exitCode === null) terminal.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
