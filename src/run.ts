import { setTimeout as pause } from 'node:timers/promises';
import { EXIT, exitCodeOf } from './process/exit-codes.ts';
import { processTerminal, type Terminal } from './process/terminal.ts';
import { isHelp, isSaid, program } from './program.ts';
import { safeLine } from './text/safe-text.ts';

/** Prints one line on stderr; the stack trace only with --debug. */
function fail(error: unknown): void {
  if (isHelp(error)) return;
  if (isSaid(error)) {
    process.exitCode = EXIT.usage;
    return;
  }
  // The reader of the output is gone: no one to tell, and nothing is wrong.
  if ((error as { code?: unknown } | null)?.code === 'EPIPE') return;
  const message = error instanceof Error ? error.message : String(error);
  const debug = process.argv.includes('--debug') && error instanceof Error;
  process.stderr.write(debug ? `crashtop: ${error.stack}\n` : `crashtop: ${safeLine(message)}\n`);
  process.exitCode = exitCodeOf(error);
}

/**
 * glibc has read what `bin/crashtop.js` set for it. Credential plug-ins and notification commands
 * must not inherit it.
 */
function forgetAllocator(env: NodeJS.ProcessEnv): void {
  for (const name of env.CRASHTOP_SET_MALLOC?.split(' ') ?? []) delete env[name];
  delete env.CRASHTOP_SET_MALLOC;
}

/** Runs the command line of the process, then ends the process. */
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

// The last lines of a debug log matter most; wait at most this long for the disk.
const LOG_CLOSES_WITHIN_MS = 500;

/**
 * Ends the process without delaying the shell: not for a server that does not answer, nor for a
 * pipe that is not read.
 */
async function end({ debugLog }: Terminal): Promise<never> {
  if (debugLog !== null) await Promise.race([debugLog.close(), pause(LOG_CLOSES_WITHIN_MS)]);
  process.exit();
}
