#!/usr/bin/env node
import { existsSync } from 'node:fs';
// Not by name: an old Node has no such export, and must get as far as to say that it is too old.
import * as modules from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

// Ink 8 and undici 8 need it (package.json, engines).
const NEEDED = [22, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
const isNewEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);

/** Runs this file again with the project's own Node, as if it had been started that way. */
async function runWith(node) {
  // Loading it takes a tenth of Node's start time, and it is only needed here.
  const { spawn } = await import('node:child_process');
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends its signals to both; signals to this process alone are passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/**
 * V8 options for a session that watches a cluster: a small young generation, and an old one that
 * grows in small steps (decisions 0030 and 0046: a third of the memory less).
 */
const FRUGAL = ['--max-semi-space-size=4', '--min-semi-space-size=4', '--heap-growing-percent=70'];
/**
 * glibc options for it: one arena for all threads, and freed large buffers go back to the system.
 */
const ALLOCATOR = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };
// Tells src/run.ts which of these crashtop set, so that its child processes do not inherit them.
const ALLOCATOR_IS_OURS = 'CRASHTOP_SET_MALLOC';

/** Does this command line watch a cluster? The other commands read a file, or ask once. */
function isWatching([first = '', ...others]) {
  if (['-h', '--help', '-V', '--version'].includes(first)) return false;
  // Without a command it is the live screen. An option's value may equal the name of a command: the
  // first word decides.
  if (first === '' || first.startsWith('-')) return true;
  if (first === 'report') return others.some((argument) => /^--for(?:=|$)/.test(argument));
  return ['record', 'check', 'metrics'].includes(first);
}

/**
 * Restarts in the same process with these options, if the system supports that: they only take
 * effect at the start.
 */
function restartFrugal() {
  const isAsked = process.execArgv.includes(FRUGAL[0]) || /semi-space/.test(process.env.NODE_OPTIONS ?? '');
  if (isAsked || process.execve === undefined || process.platform === 'win32' || !isWatching(process.argv.slice(2))) return;
  const ours = Object.keys(ALLOCATOR).filter((name) => process.env[name] === undefined);
  const argv = [process.execPath, ...FRUGAL, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, argv, { ...ALLOCATOR, ...process.env, [ALLOCATOR_IS_OURS]: ours.join(' ') });
}

if (isNewEnough) {
  restartFrugal();
  modules.enableCompileCache?.();
  // Deprecations in libraries are for their authors, not for the user on call.
  process.noDeprecation = true;
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  if (existsSync(main)) {
    await import('../dist/main.js');
  } else {
    console.error('crashtop: it is not built yet: run `npm run build` in its folder.');
    process.exitCode = 3;
  }
} else {
  const own = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (existsSync(own)) {
    await runWith(own);
  } else {
    console.error(
      `crashtop: it needs Node.js ${NEEDED.join('.')} or later; this is ${process.versions.node} (${process.execPath}).`,
    );
    process.exitCode = 3;
  }
}
