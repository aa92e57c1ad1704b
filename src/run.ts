import { setTimeout as pause } from 'node:timers/promises';
import { EXIT, exitCodeOf } from './process/exit-codes.ts';
import { processTerminal, type Terminal } from './process/terminal.ts';
import { isHelp, isSaid, program } from './program.ts';
import { safeLine } from './text/safe-text.ts';

/** One line on stderr says what went wrong; the stack only where somebody asked for it. */
function fail(error: unknown): void {
  if (isHelp(error)) return;
  if (isSaid(error)) {
    process.exitCode = EXIT.usage;
    return;
  }
  // Whoever read the output has gone away: there is nobody to tell, and nothing is wrong.
  if ((error as { code?: unknown } | null)?.code === 'EPIPE') return;
  const message = error instanceof Error ? error.message : String(error);
  const debug = process.argv.includes('--debug') && error instanceof Error;
  process.stderr.write(debug ? `crashtop: ${error.stack}\n` : `crashtop: ${safeLine(message)}\n`);
  process.exitCode = exitCodeOf(error);
}

/** glibc has read by now what `bin/crashtop.js` set for it: credential plug-ins and commands that are notified are not to inherit it. */
function forgetAllocator(env: NodeJS.ProcessEnv): void {
  for (const name of env.CRASHTOP_SET_MALLOC?.split(' ') ?? []) delete env[name];
  delete env.CRASHTOP_SET_MALLOC;
}

/** Runs the command line that the process was started with, and ends the process. */
export async function run(): Promise<never> {
  forgetAllocator(process.env);
  const terminal = processTerminal((error) => {
    fail(error);
    void end(terminal);
  });
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await program(terminal).parseAsync(process.argv);
  } catch (error) {
    fail(error);
  }
  return end(terminal);
}

// The last lines of a debug log are what it is read for; a disk gets no longer than that for them.
const LOG_CLOSES_WITHIN_MS = 500;

/** Nothing may hold the shell back: not a server that does not answer, not a pipe that nobody reads. */
async function end({ debugLog }: Terminal): Promise<never> {
  if (debugLog !== null) await Promise.race([debugLog.close(), pause(LOG_CLOSES_WITHIN_MS)]);
  process.exit();
}
