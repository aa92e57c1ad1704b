#!/usr/bin/env node
import { existsSync } from 'node:fs';
// Not by name: an old Node has no such export, and must get as far as to say that it is too old.
import * as modules from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cachedDataVersionTag } from 'node:v8';

// Ink 8 and undici 8 need it (package.json, engines).
const NEEDED = [22, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
const isNewEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);

/** Runs this file again under the Node that the project brings with it, as if it had been started so. */
async function runWith(node) {
  // Loading it takes a tenth of the time in which Node starts, and nobody else needs it.
  const { spawn } = await import('node:child_process');
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends its signals to both; what is sent to this process alone is passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/**
 * What a session that watches a cluster asks of V8: a small young generation and an old one that grows in small steps. With its
 * defaults it waits long for garbage: at 10,000 pods 360 to 400 MiB were resident; with these it is 165 to 180, for a third of a second
 * of collecting until the list is complete. With 30 % instead of 70 a session under churn has 15 MiB less, and keys wait twice as long.
 */
const FRUGAL = ['--max-semi-space-size=4', '--min-semi-space-size=4', '--heap-growing-percent=70'];
/**
 * What it asks of glibc's allocator: one arena for all threads (10 MiB less at 10,000 pods), and that large buffers go back to the system when
 * they are freed, which it stops doing after the first ones (8 MiB less).
 */
const ALLOCATOR = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };
// Says to src/run.ts which of these are ours, and of no concern to what crashtop starts itself.
const ALLOCATOR_IS_OURS = 'CRASHTOP_SET_MALLOC';

// What begins with the snapshot knows none of them.
const COMMANDS = ['demo', 'replay', 'record', 'redact', 'history', 'check', 'metrics', 'explain', 'report', 'shot'];
// These watch a cluster; the others read a file, or ask once.
const WATCHING = ['record', 'check', 'metrics'];
const ANSWERED_AT_ONCE = ['-h', '--help', '-V', '--version'];

/** Does this command line watch a cluster? Decided by its first argument: an option's value may have the name of a command. */
function isWatching([first, ...others]) {
  if (first === undefined) return true;
  if (first.startsWith('-')) return !ANSWERED_AT_ONCE.includes(first);
  return WATCHING.includes(first) || (first === 'report' && others.some((argument) => /^--for(?:=|$)/.test(argument)));
}

/**
 * What makes Node begin where all modules of a live session are loaded (build/startup/build-snapshot.js): none where there is no snapshot for
 * exactly this Node and processor, or somebody gave Node options of their own. A namespace may have the name of a command: no snapshot is
 * only slower.
 */
function startupSnapshot() {
  const isLive = !process.argv.slice(2).some((argument) => COMMANDS.includes(argument));
  if (!isLive || process.execArgv.length > 0 || process.env.NODE_OPTIONS) return [];
  const node = `${process.version}-${cachedDataVersionTag().toString(16)}`;
  const blob = fileURLToPath(new URL(`../dist/live-${node}.blob`, import.meta.url));
  return existsSync(blob) ? ['--snapshot-blob', blob] : [];
}

/** Starts anew in the same process with these options, where the system can do that: they count only at the start. */
function restartFrugal() {
  const isAsked = process.execArgv.includes(FRUGAL[0]) || /semi-space/.test(process.env.NODE_OPTIONS ?? '');
  if (!isWatching(process.argv.slice(2)) || isAsked || process.platform === 'win32' || process.execve === undefined) return;
  const ours = Object.keys(ALLOCATOR).filter((name) => process.env[name] === undefined);
  const argv = [process.execPath, ...FRUGAL, ...startupSnapshot(), ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, argv, { ...ALLOCATOR, ...process.env, [ALLOCATOR_IS_OURS]: ours.join(' ') });
}

if (isNewEnough) {
  restartFrugal();
  modules.enableCompileCache?.();
  // What a library should no longer do is for its authors to read, not for the person on call.
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
