/**
 * From the command to the first row of the demo, in a pty, of the built bundle: median of 10. Goal:
 * under 300 ms with a warm compile cache. An empty node process beside it measures the machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { machine, quantile } from './figures.ts';

const RUNS = 10;
const bin = fileURLToPath(new URL('../bin/crashtop.js', import.meta.url));

function timed(args: string[], isThere: (output: string) => boolean, cache: string): Promise<number> {
  return new Promise((resolve) => {
    const begun = performance.now();
    let output = '';
    let seen = 0;
    const terminal = spawn(process.execPath, args, {
      cols: 120,
      rows: 40,
      env: { ...process.env, NODE_COMPILE_CACHE: cache, TERM: 'xterm-256color' },
    });
    terminal.onData((data) => {
      output += data;
      if (seen > 0 || !isThere(output)) return;
      seen = performance.now() - begun;
      terminal.write('q');
    });
    terminal.onExit(() => resolve(seen > 0 ? seen : performance.now() - begun));
  });
}

async function medianOf(args: string[], isThere: (output: string) => boolean, cacheOf: (run: number) => string): Promise<string> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await timed(args, isThere, cacheOf(run)));
  times.sort((a, b) => a - b);
  return `${quantile(times, 0.5).toFixed(0)} ms (${times[0]?.toFixed(0)} to ${times.at(-1)?.toFixed(0)})`;
}

const folder = mkdtempSync(join(tmpdir(), 'crashtop-bench-'));
const warm = join(folder, 'warm');
// Matches a row: the namespace appears nowhere else.
const hasRow = (output: string) => output.includes('shop/');
try {
  console.log(machine());
  console.log(
    `empty node process: ${await medianOf(
      ['-e', '0'],
      () => false,
      () => warm,
    )}`,
  );
  await timed([bin, 'demo'], hasRow, warm);
  console.log(`first row of the demo, warm compile cache: ${await medianOf([bin, 'demo'], hasRow, () => warm)}`);
  console.log(`first row of the demo, cold: ${await medianOf([bin, 'demo'], hasRow, (run) => join(folder, `cold-${run}`))}`);
} finally {
  rmSync(folder, { recursive: true });
}
