#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
// Not by name: an old Node has no such export, and must get as far as to say that it is too old.
import * as modules from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

// Ink 8 and undici 8 need it (package.json, engines).
const NEEDED = [22, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
const isNewEnough = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);

/** Runs this file again under the Node that the project brings with it, as if it had been started so. */
function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends its signals to both; what is sent to this process alone is passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/**
 * What a live session asks of V8: a small young generation and an old one that grows in small steps. With its defaults it lets
 * half a gigabyte pass before it looks for garbage; here that halves the memory of a session for a tenth more CPU time.
 */
const FRUGAL = ['--max-semi-space-size=8', '--heap-growing-percent=40'];
// Whoever names one of these is watching a cluster; so is whoever names none.
const COMMANDS = ['demo', 'replay', 'history', 'help'];

/** Starts anew in the same process with these options, where the system can do that: they count only at the start. */
function restartFrugal() {
  const isLive = !process.argv.slice(2).some((argument) => COMMANDS.includes(argument));
  const isAsked = process.execArgv.includes(FRUGAL[0]) || /semi-space/.test(process.env.NODE_OPTIONS ?? '');
  if (!isLive || isAsked || process.platform === 'win32' || process.execve === undefined) return;
  process.execve(process.execPath, [process.execPath, ...FRUGAL, ...process.execArgv, ...process.argv.slice(1)], process.env);
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
    runWith(own);
  } else {
    console.error(
      `crashtop: it needs Node.js ${NEEDED.join('.')} or later; this is ${process.versions.node} (${process.execPath}).`,
    );
    process.exitCode = 3;
  }
}
