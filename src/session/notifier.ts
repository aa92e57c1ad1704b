import { type SpawnOptionsWithStdioTuple, type StdioNull, type StdioPipe, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import pLimit from 'p-limit';
import type { Alert } from '../diagnosis/acknowledgement/alerts.ts';
import { safeLine } from '../text/safe-text.ts';
import { alertText } from '../wording/alerts.ts';
import { maskedCause } from './masked-cause.ts';

/**
 * How to notify: the terminal's bell, a notification by the terminal, or the user's own program.
 */
export type NotifyHow = { readonly type: 'bell' | 'osc9' | 'osc777' } | { readonly type: 'command'; readonly path: string };

export interface NotifierOptions {
  readonly how: readonly NotifyHow[];
  /** The terminal that the screen is drawn on: each sequence is one write, between two frames. */
  readonly stdout: Writable;
  readonly env: NodeJS.ProcessEnv;
  /** The watched context. */
  readonly context: string;
  /** Shows on the screen what went wrong with a program. */
  readonly notify: (notice: string) => void;
}

const COMMAND_WITHIN_MS = 10_000;
const COMMANDS_AT_ONCE = 2;
// More waiting alerts than this are a flood, not an alarm.
const COMMANDS_WAITING = 50;

/** Sends alerts in each of the chosen ways. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #limit = pLimit(COMMANDS_AT_ONCE);
  readonly #cancel = new AbortController();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  tell(alerts: readonly Alert[]): void {
    if (alerts.length === 0) return;
    const safe = alerts.map((alert) => ({ ...alert, cause: maskedCause(alert.cause) }));
    for (const how of this.#options.how) {
      const { type } = how;
      if (type === 'command') for (const alert of safe) this.#run(how.path, alert);
      else if (type === 'bell') this.#options.stdout.write('\u0007');
      else this.#options.stdout.write(safe.map((alert) => SEQUENCES[type](alertText(alert))).join(''));
    }
  }

  /** Ends the programs that still run. */
  stop(): void {
    this.#limit.clearQueue();
    this.#cancel.abort();
  }

  #run(path: string, alert: Alert): void {
    const { notify } = this.#options;
    if (this.#limit.pendingCount >= COMMANDS_WAITING) {
      notify(safeLine(`${path} is too slow; alert dropped: ${alertText(alert)}`));
      return;
    }
    void this.#limit(async () => {
      const fault = await this.#command(path, alert);
      if (fault !== null && !this.#cancel.signal.aborted) notify(safeLine(`--notify ${path}: ${fault}`));
    });
  }

  /**
   * Runs a program, with the facts as variables and JSON: no shell reads them. Never fails, and
   * does not wait for the program's children.
   * @returns what went wrong, in a few words; null if nothing did.
   */
  #command(path: string, alert: Alert): Promise<string | null> {
    const { env, context } = this.#options;
    const options: SpawnOptionsWithStdioTuple<StdioPipe, StdioNull, StdioPipe> = {
      env: { ...env, ...factsOf(alert, context) },
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: COMMAND_WITHIN_MS,
      killSignal: 'SIGKILL',
      signal: this.#cancel.signal,
    };
    return new Promise((resolve) => {
      // For some errors (E2BIG, a NUL) Node throws here, for others it emits an event on the child.
      try {
        const child = spawn(path, [], options);
        const said = new FirstWords(child.stderr);
        child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
        child.once('exit', (code, signal) => void said.end().then((words) => resolve(whyOf(code, signal, words))));
        // The program need not read its input.
        child.stdin.on('error', () => {});
        child.stdin.end(`${JSON.stringify(jsonOf(alert, context))}\n`);
      } catch (error) {
        resolve((error as NodeJS.ErrnoException).code ?? String(error));
      }
    });
  }
}

const WORDS_KEPT = 1000;
// Output normally arrives right after the end, unless a child of the program holds the pipe open.
const WORDS_WITHIN_MS = 250;

/**
 * Keeps the beginning of a program's output; reads and drops the rest, so that the program is not
 * blocked.
 */
class FirstWords {
  readonly #stream: Readable;
  #text = '';

  constructor(stream: Readable) {
    this.#stream = stream.setEncoding('utf8').on('error', () => {});
    stream.on('data', (words: string) => {
      if (this.#text.length < WORDS_KEPT) this.#text += words.slice(0, WORDS_KEPT);
    });
  }

  /** Waits briefly for the end of the output. */
  async end(): Promise<string> {
    await finished(this.#stream, { signal: AbortSignal.timeout(WORDS_WITHIN_MS) }).catch(() => {});
    this.#stream.destroy();
    return this.#text;
  }
}

// Both end at the bell character; the words contain no control characters. osc777 separates its
// fields by semicolons.
const SEQUENCES = {
  osc9: (words: string) => `\u001b]9;crashtop: ${notification(words)}\u0007`,
  osc777: (words: string) => `\u001b]777;notify;crashtop;${notification(words).replaceAll(';', ',')}\u0007`,
} as const;

// Notifications show no more than this, and terminals drop very long ones, or hang.
const MAX_NOTIFICATION = 400;

function notification(words: string): string {
  return beginningOf(safeLine(words), MAX_NOTIFICATION);
}

// By code units, not by cells: some characters take no cell.
function beginningOf(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}

function whyOf(code: number | null, signal: NodeJS.Signals | null, words: string): string | null {
  if (code === 0) return null;
  if (signal === 'SIGKILL') return `it did not end within ${COMMAND_WITHIN_MS / 1000} s, and was killed`;
  const said = words.trim().split('\n', 1)[0] ?? '';
  const how = code === null ? `it was ended by ${signal}` : `exit ${code}`;
  return said === '' ? how : `${how}: ${said.slice(0, 120)}`;
}

// Linux takes no variable above 128 KiB, nor many of that size (E2BIG); a NUL ends one. The JSON
// has the whole text.
const MAX_VALUE = 4096;

function variable(text: string): string {
  return beginningOf(safeLine(text), MAX_VALUE);
}

function factsOf(alert: Alert, context: string): Readonly<Record<string, string>> {
  const { event, at, workload, pod, container, cause, restarts, since, sinceIsBound, available, desired } = alert;
  const facts = {
    CRASHTOP_EVENT: event,
    CRASHTOP_TEXT: alertText(alert),
    CRASHTOP_AT: new Date(at).toISOString(),
    CRASHTOP_CONTEXT: context,
    CRASHTOP_NAMESPACE: workload.namespace,
    CRASHTOP_WORKLOAD_KIND: workload.kind,
    CRASHTOP_WORKLOAD: workload.name,
    CRASHTOP_POD: pod,
    CRASHTOP_CONTAINER: container,
    CRASHTOP_CAUSE: cause?.id ?? '',
    CRASHTOP_SUMMARY: cause?.summary ?? '',
    CRASHTOP_RESTARTS: String(restarts),
    CRASHTOP_SINCE: new Date(since).toISOString(),
    CRASHTOP_SINCE_IS_BOUND: String(sinceIsBound),
    CRASHTOP_AVAILABLE: String(available),
    CRASHTOP_DESIRED: String(desired),
  };
  return Object.fromEntries(Object.entries(facts).map(([name, text]) => [name, variable(text)]));
}

function jsonOf(alert: Alert, context: string): unknown {
  const { event, at, workload, pod, container, cause, restarts, since, sinceIsBound, available, desired } = alert;
  return {
    schemaVersion: 1,
    ...{ event, text: alertText(alert), at: new Date(at).toISOString(), context },
    ...{ namespace: workload.namespace, workload: { kind: workload.kind, name: workload.name }, pod, container },
    ...{ cause, restarts, since: new Date(since).toISOString(), sinceIsBound, available, desired },
  };
}
