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

/** Where a command reads and writes, and what it may know of its surroundings. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: NodeJS.ProcessEnv;
  /** Can a screen be opened: is the output a terminal, and is there one to read keys from? */
  readonly isInteractive: boolean;
  /** The log of --debug-log; null where nobody asked for one. */
  readonly debugLog: DebugLog | null;
  /** Opens it, before anything else is done. @throws as `DebugLog.open`. */
  openDebugLog(file: string): Promise<void>;
  /**
   * Shows a session until the person quits, while `read` feeds it.
   * @throws what `read` failed with, after the screen is closed; what came before it was shown.
   */
  show(session: Session, read: () => Promise<void>): Promise<void>;
}

/**
 * The terminal that the process was started on.
 * @param onUncaught is told what nobody caught while no screen is open; while one is, the screen ends with it.
 */
export function processTerminal(onUncaught: (error: Error) => void): Terminal {
  const { stdin, stdout, stderr, env } = process;
  let tell = onUncaught;
  const onError = (error: unknown) => tell(error instanceof Error ? error : new Error(String(error)));
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
  let debugLog: DebugLog | null = null;
  // While the screen is open, it says so itself.
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
      // Reading begins while the screens are loaded (a chunk of their own): the first frame has rows then.
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

// A page that is pasted into a mail or a ticket.
const EXPLAINED_WIDTH = 100;

function multiplexerOf(env: NodeJS.ProcessEnv): Multiplexer | null {
  if (env.TMUX) return 'tmux';
  return env.STY ? 'screen' : null;
}

const systemTimers: Timers = {
  start: (run, ms) => setTimeout(run, ms),
  stop: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

// Standard input brings the data (`crashtop replay -`): keys come from the terminal itself.
function keyboard(): ReadStream {
  return new ReadStream(openSync('/dev/tty', 'r'));
}

// NO_COLOR counts when it is not empty (no-color.org).
function colorLevelOf(env: NodeJS.ProcessEnv, stdout: NodeJS.WriteStream): 0 | 1 | 2 | 3 {
  if (env.NO_COLOR) return 0;
  const support = createSupportsColor(stdout);
  return support === false ? 0 : support.level;
}
