import { execFile } from 'node:child_process';
import type { Writable } from 'node:stream';
import pLimit from 'p-limit';
import { safeLine } from '../model/safe-text.ts';
import { alertWords } from '../view/alert-words.ts';
import type { Alert } from '../view/alerts.ts';
import { maskedCause } from './masked-cause.ts';

/** How somebody is told: the terminal's bell, a notification by the terminal, or a program of their own. */
export type NotifyHow = { readonly by: 'bell' | 'osc9' | 'osc777' } | { readonly by: 'command'; readonly path: string };

export interface NotifierOptions {
  readonly how: readonly NotifyHow[];
  /** The terminal that the screen is drawn on: each sequence is one write, and so stands between two frames. */
  readonly stdout: Writable;
  readonly env: NodeJS.ProcessEnv;
  /** The context that is watched. */
  readonly context: string;
  /** Says on the screen what went wrong with a program. */
  readonly notify: (notice: string) => void;
}

const COMMAND_WITHIN_MS = 10_000;
const COMMANDS_AT_ONCE = 2;
// More than that in waiting is no alarm any more, but a flood.
const COMMANDS_WAITING = 50;

/** Tells alerts in each of the ways that were chosen. */
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
      const { by } = how;
      if (by === 'command') for (const alert of safe) this.#run(how.path, alert);
      else if (by === 'bell') this.#options.stdout.write('\u0007');
      else this.#options.stdout.write(safe.map((alert) => SEQUENCES[by](alertWords(alert))).join(''));
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
      notify(safeLine(`${path} is too slow: not told that ${alertWords(alert)}`));
      return;
    }
    void this.#limit(() => this.#command(path, alert));
  }

  // A program, its facts as variables and JSON: no shell reads a word of it.
  #command(path: string, alert: Alert): Promise<void> {
    const { env, context, notify } = this.#options;
    const options = {
      env: { ...env, ...factsOf(alert, context) },
      timeout: COMMAND_WITHIN_MS,
      killSignal: 'SIGKILL',
      signal: this.#cancel.signal,
    } as const;
    return new Promise((resolve) => {
      const child = execFile(path, [], options, (error, _, stderr) => {
        if (error !== null && !this.#cancel.signal.aborted) notify(safeLine(`--notify ${path}: ${whyOf(error, stderr)}`));
        resolve();
      });
      // It need not read what it is given.
      child.stdin?.on('error', () => {});
      child.stdin?.end(`${JSON.stringify(jsonOf(alert, context))}\n`);
    });
  }
}

// Both end at the bell character; no control character is in the words. osc777 parts its fields by semicolons.
const SEQUENCES = {
  osc9: (words: string) => `\u001b]9;crashtop: ${safeLine(words)}\u0007`,
  osc777: (words: string) => `\u001b]777;notify;crashtop;${safeLine(words).replaceAll(';', ',')}\u0007`,
} as const;

function whyOf(error: Error & { killed?: boolean; code?: unknown }, stderr: string): string {
  if (error.killed) return `it did not end within ${COMMAND_WITHIN_MS / 1000} s, and was killed`;
  const said = stderr.trim().split('\n', 1)[0] ?? '';
  const how = typeof error.code === 'number' ? `exit ${error.code}` : String(error.code ?? error.message);
  return said === '' ? how : `${how}: ${said.slice(0, 120)}`;
}

function factsOf(alert: Alert, context: string): Readonly<Record<string, string>> {
  const { event, at, workload, pod, container, cause, restarts, since, available, desired } = alert;
  return {
    CRASHTOP_EVENT: event,
    CRASHTOP_TEXT: alertWords(alert),
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
    CRASHTOP_AVAILABLE: String(available),
    CRASHTOP_DESIRED: String(desired),
  };
}

function jsonOf(alert: Alert, context: string): unknown {
  const { event, at, workload, pod, container, cause, restarts, since, available, desired } = alert;
  return {
    schemaVersion: 1,
    ...{ event, text: alertWords(alert), at: new Date(at).toISOString(), context },
    ...{ namespace: workload.namespace, workload: { kind: workload.kind, name: workload.name }, pod, container },
    ...{ cause, restarts, since: new Date(since).toISOString(), available, desired },
  };
}
