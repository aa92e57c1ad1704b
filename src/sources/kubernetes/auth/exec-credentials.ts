import { spawn } from 'node:child_process';
import type { Clock } from '../../../model/clock.ts';
import type { Timers } from '../../../model/timers.ts';
import { GatheredBytes } from '../../../text/gathered-bytes.ts';
import { type Json, objectOf, stringOf } from '../../../text/json.ts';
import { BOUNDS, sizeText } from '../bounds.ts';
import { lastForeignText } from '../foreign-words.ts';
import { type ConnectionError, credentialsError } from '../http/connection-error.ts';
import { systemTimers } from '../http/timers.ts';
import type { Environment } from './environment.ts';
import type { ExecPlugIn } from './exec-plug-in.ts';

/**
 * The answer of a plug-in: a token, a client certificate with its key (PEM), or both; '' for what
 * it does not give.
 */
export interface PlugInCredentials {
  readonly token: string;
  readonly certificate: string;
  readonly key: string;
}

/** The surroundings of a plug-in. */
export interface PlugInSurroundings {
  readonly env: Environment;
  readonly clock: Clock;
  /** May it ask the user now: is there a terminal, and no screen on it? */
  readonly mayAsk: () => boolean;
  /** The cluster info for a plug-in that asks for it. */
  readonly cluster: () => Json;
  readonly timers?: Timers;
}

// A plug-in without the terminal may wait forever for an answer to a question that is never seen.
const UNATTENDED_MS = 60_000;
// The end of stderr that goes into one line, in characters.
const STDERR_LENGTH = 4096;

/**
 * Keeps the credentials of one plug-in until their own expiry, or until they are refused. Never
 * runs the plug-in twice at once.
 */
export class ExecCredentials {
  readonly #plugIn: ExecPlugIn;
  readonly #surroundings: PlugInSurroundings;
  readonly #stop = new AbortController();
  #kept: { readonly credentials: PlugInCredentials; readonly expiresAt: number } | null = null;
  #running: Promise<PlugInCredentials> | null = null;

  constructor(plugIn: ExecPlugIn, surroundings: PlugInSurroundings) {
    this.#plugIn = plugIn;
    this.#surroundings = surroundings;
  }

  /** Might it ask the user now? */
  get mayAsk(): boolean {
    return this.#plugIn.interactiveMode !== 'Never' && this.#surroundings.mayAsk();
  }

  /** @throws ConnectionError of kind `credentials`. */
  async get(): Promise<PlugInCredentials> {
    if (this.#kept !== null && this.#surroundings.clock.now() < this.#kept.expiresAt) return this.#kept.credentials;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Takes note that the server does not accept these: the next call gets new ones. */
  refuse(credentials: PlugInCredentials): void {
    if (this.#kept?.credentials === credentials) this.#kept = null;
  }

  /** Ends the plug-in if it is running. */
  close(): void {
    this.#stop.abort();
  }

  async #run(): Promise<PlugInCredentials> {
    const plugIn = this.#plugIn;
    const isInteractive = this.mayAsk;
    if (plugIn.interactiveMode === 'Always' && !isInteractive)
      throw failure(plugIn, 'needs to ask you, but there is no terminal for it now', 'start crashtop again on a terminal');
    const { timers = systemTimers } = this.#surroundings;
    const text = await output(plugIn, {
      isInteractive,
      env: this.#environment(isInteractive),
      signal: this.#stop.signal,
      timers,
    });
    const status = statusOf(plugIn, text);
    const credentials = credentialsOf(plugIn, status);
    const expiresAt = Date.parse(stringOf(status.expirationTimestamp));
    this.#kept = { credentials, expiresAt: Number.isNaN(expiresAt) ? Number.POSITIVE_INFINITY : expiresAt };
    return credentials;
  }

  #environment(interactive: boolean): Record<string, string | undefined> {
    const { apiVersion, env, provideClusterInfo } = this.#plugIn;
    const cluster = provideClusterInfo ? { cluster: this.#surroundings.cluster() } : {};
    const info = { kind: 'ExecCredential', apiVersion, spec: { ...cluster, interactive } };
    return { ...this.#surroundings.env, ...env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  }
}

function failure(plugIn: ExecPlugIn, what: string, advice: string): ConnectionError {
  return credentialsError(`the exec plug-in "${plugIn.command}" of ${plugIn.where} ${what}`, advice);
}

const LOG_IN_ADVICE = 'run it by hand, or log in again';

interface PlugInRun {
  readonly isInteractive: boolean;
  readonly env: Record<string, string | undefined>;
  readonly signal: AbortSignal;
  readonly timers: Timers;
}

/**
 * Returns what it printed. An interactive plug-in has the terminal: it reads there, and reports
 * errors there.
 */
function output(plugIn: ExecPlugIn, { isInteractive, env, signal, timers }: PlugInRun): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(plugIn.command, [...plugIn.args], {
      env,
      stdio: [isInteractive ? 'inherit' : 'ignore', 'pipe', isInteractive ? 'inherit' : 'pipe'],
      signal,
    });
    const said = new GatheredBytes();
    let words = '';
    const letGo = () => {
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    };
    // Do not wait for a plug-in that ignores the signal: a child of it may live on and hold its
    // output open.
    const giveUp = (what: string) => {
      reject(failure(plugIn, what, LOG_IN_ADVICE));
      child.kill('SIGKILL');
      letGo();
    };
    const late = () => giveUp(`did not end within ${UNATTENDED_MS / 1000} s`);
    const timer = isInteractive ? null : timers.start(late, UNATTENDED_MS);
    child.stdout?.on('data', (chunk: Buffer) => {
      said.add(chunk);
      if (said.size > BOUNDS.plugInBytes) giveUp(`printed more than ${sizeText(BOUNDS.plugInBytes)}`);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-STDERR_LENGTH);
    });
    child.on('error', (error) => reject(errorOfStart(plugIn, error)));
    child.on('exit', (_, killedBy) => {
      if (killedBy !== null) letGo();
    });
    child.on('close', (code, killedBy) => {
      if (timer !== null) timers.stop(timer);
      if (code === 0) return resolve(said.take().toString('utf8'));
      const end = killedBy === null ? `failed with exit code ${code}` : `was ended by ${killedBy}`;
      const told = lastForeignText(words, WORDS_SHOWN);
      reject(failure(plugIn, told === '' ? end : `${end}: ${told}`, LOG_IN_ADVICE));
    });
  });
}

const WORDS_SHOWN = 300;

function errorOfStart(plugIn: ExecPlugIn, error: Error): ConnectionError {
  const code = stringOf(objectOf(error).code);
  const isBare = !plugIn.command.includes('/');
  const hint = plugIn.installHint || 'install it, or correct exec.command';
  if (code === 'ENOENT') return failure(plugIn, isBare ? 'is not in PATH' : 'does not exist', hint);
  if (code === 'EACCES') return failure(plugIn, 'is not executable', 'make it executable, or correct exec.command');
  return failure(plugIn, `cannot be started: ${error.message}`, LOG_IN_ADVICE);
}

function statusOf(plugIn: ExecPlugIn, text: string): Json {
  let answer: Json;
  try {
    answer = objectOf(JSON.parse(text));
  } catch {
    throw failure(plugIn, 'did not print JSON', LOG_IN_ADVICE);
  }
  if (answer.kind !== 'ExecCredential') throw failure(plugIn, 'did not print an ExecCredential', LOG_IN_ADVICE);
  const version = stringOf(answer.apiVersion);
  if (version !== plugIn.apiVersion)
    throw failure(
      plugIn,
      `answered in ${version || 'no version'}`,
      `set its exec.apiVersion, which is ${plugIn.apiVersion}, to that`,
    );
  return objectOf(answer.status);
}

function credentialsOf(plugIn: ExecPlugIn, status: Json): PlugInCredentials {
  const token = stringOf(status.token);
  const certificate = stringOf(status.clientCertificateData);
  const key = stringOf(status.clientKeyData);
  if ((certificate === '') !== (key === ''))
    throw failure(plugIn, 'gave a certificate without its key, or a key without its certificate', LOG_IN_ADVICE);
  if (token === '' && certificate === '') throw failure(plugIn, 'gave neither a token nor a certificate', LOG_IN_ADVICE);
  return { token, certificate, key };
}
