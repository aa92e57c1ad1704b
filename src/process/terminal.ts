import { openSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { ReadStream } from 'node:tty';
import { createSupportsColor } from 'supports-color';
import type { Timers } from '../model/timers.ts';
import type { ExplanationFacts } from '../report/explain/explanation.ts';
import type { Multiplexer } from '../ui/clipboard.ts';
import { jobControlBy } from '../ui/job-control.ts';
import type { Session } from '../ui/session.ts';
import type { DebugLog } from './debug-log.ts';
import { loggedSession } from './logged-session.ts';
import { systemClock } from './system-clock.ts';

/** A command's streams and environment. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: NodeJS.ProcessEnv;
  /** True if a screen can open: the output is a terminal, and keys can be read from one. */
  readonly isInteractive: boolean;
  /** The log of --debug-log; null without that option. */
  readonly debugLog: DebugLog | null;
  /** Opens it, before anything else. @throws as `DebugLog.open`. */
  openDebugLog(file: string): Promise<void>;
  /**
   * Shows a session until the user quits, while `read` feeds it.
   * @throws the error of `read`, after the screen has closed; what arrived before was shown.
   */
  show(session: Session, read: () => Promise<void>): Promise<void>;
}

/**
 * The terminal on which the process was started.
 * @param onUncaught called with uncaught errors while no screen is open; an open screen ends with
 * them.
 */
export function processTerminal(onUncaught: (error: Error) => void): Terminal {
  const { stdin, stdout, stderr, env } = process;
  let tell = onUncaught;
  const onError = (error: unknown) => tell(error instanceof Error ? error : new Error(String(error)));
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
  let debugLog: DebugLog | null = null;
  // While the screen is open, it reports this itself.
  let isShown = false;
  const onEnd = (why: string) => {
    if (!isShown) stderr.write(`crashtop: ${why}\n`);
  };
  return {
    stdin,
    stdout,
    stderr,
    env,
    isInteractive: Boolean(stdout.isTTY) && env.TERM !== 'dumb',
    get debugLog() {
      return debugLog;
    },
    async openDebugLog(file) {
      const { DebugLog } = await import('./debug-log.ts');
      debugLog = await DebugLog.open(file, { clock: systemClock, onEnd });
    },
    async show(session, read) {
      // Reading starts while the screens load (a chunk of their own), so that the first frame has
      // rows.
      let failure: { error: unknown } | null = null;
      const reading = read().catch((error: unknown) => {
        failure = { error };
      });
      const { runApp } = await import('../ui/run-app.ts');
      const terminal = {
        stdin: stdin.isTTY ? stdin : keyboard(),
        stdout,
        stderr,
        timers: systemTimers,
        multiplexer: multiplexerOf(env),
        explain: async (facts: ExplanationFacts) =>
          (await import('../report/explain/explanation.ts')).explanationText(facts, EXPLAINED_WIDTH),
        jobControl: process.platform === 'win32' ? null : jobControlBy(process),
        onUncaught(callback: (error: Error) => void) {
          tell = callback;
          return () => {
            tell = onUncaught;
          };
        },
      };
      isShown = true;
      const shown = debugLog === null ? session : loggedSession(session, debugLog, () => performance.now());
      await runApp(shown, { colorLevel: colorLevelOf(env, stdout) }, terminal);
      isShown = false;
      void reading;
      if (failure !== null) throw (failure as { error: unknown }).error;
    },
  };
}

// The width of a page to paste into a mail or a ticket.
const EXPLAINED_WIDTH = 100;

function multiplexerOf(env: NodeJS.ProcessEnv): Multiplexer | null {
  if (env.TMUX) return 'tmux';
  return env.STY ? 'screen' : null;
}

const systemTimers: Timers = {
  start: (run, ms) => setTimeout(run, ms),
  stop: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

// Standard input carries the data (`crashtop replay -`), so keys come from the terminal itself.
function keyboard(): ReadStream {
  return new ReadStream(openSync('/dev/tty', 'r'));
}

// NO_COLOR counts if it is not empty (no-color.org).
function colorLevelOf(env: NodeJS.ProcessEnv, stdout: NodeJS.WriteStream): 0 | 1 | 2 | 3 {
  if (env.NO_COLOR) return 0;
  const support = createSupportsColor(stdout);
  return support === false ? 0 : support.level;
}
