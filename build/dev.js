/**
 * `npm run dev [-- ARGUMENTS]`: builds on each change of the source, and restarts the demo (or the
 * command in the arguments). It ends when the user quits the screen, or with Ctrl-C if none is
 * open.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';
import { OPTIONS } from './build.js';

// Not dist, which tests and `node bin/crashtop.js` read meanwhile, but at the same distance from
// demo-data.
const OUTDIR = fileURLToPath(new URL(`../dist.dev.${process.pid}`, import.meta.url));
const given = process.argv.slice(2);
const args = [`${OUTDIR}/main.js`, ...(given.length === 0 ? ['demo'] : given)];

/** The running program, and whether it was told to end for a restart. */
let running = null;
let isOver = false;

const ctx = await context({
  ...OPTIONS,
  entryPoints: { main: 'src/main.ts' },
  outdir: OUTDIR,
  plugins: [...OPTIONS.plugins, { name: 'restart', setup: (build) => build.onEnd(restart) }],
});

async function restart({ errors }) {
  await stop();
  // esbuild has printed them, and the screen that would hide them is closed.
  if (errors.length > 0) console.error('dev: not started; it is built again when a file changes (Ctrl-C ends)');
  else if (!isOver) start();
}

function start() {
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const program = { child, ended, isReplaced: false };
  running = program;
  void ended.then((code) => {
    if (running === program) running = null;
    if (program.isReplaced) return;
    if (code === 0) void quit(0);
    else console.error(`dev: it ended with code ${code}; it is started again when a file changes (Ctrl-C ends)`);
  });
}

async function stop() {
  if (running === null) return;
  running.isReplaced = true;
  running.child.kill('SIGTERM');
  await running.ended;
}

async function quit(code) {
  if (isOver) return;
  isOver = true;
  await stop();
  await ctx.dispose();
  rmSync(OUTDIR, { recursive: true, force: true });
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void quit(0));
await ctx.watch();
