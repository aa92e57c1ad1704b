import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));

/**
 * Environment of a program that waits a hundred times as long for what may not come (events, owners, logs): on a busy machine a test that
 * wants to see them cannot promise them within two seconds.
 */
export const UNHURRIED: NodeJS.ProcessEnv = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    'const { timeout } = AbortSignal; AbortSignal.timeout = (ms) => timeout.call(AbortSignal, 100 * ms);',
  )}`,
};

/** The built program while it runs, as a script starts it: without a terminal. */
export interface RunningCrashtop {
  readonly child: ChildProcess;
  /** What it has written to standard error so far. */
  stderr(): string;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Starts the built program. @param env goes over the test's own. */
export function startCrashtop(args: readonly string[], env: NodeJS.ProcessEnv): RunningCrashtop {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, stderr: () => stderr, ended };
}
