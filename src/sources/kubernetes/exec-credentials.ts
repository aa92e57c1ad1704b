import { spawn } from 'node:child_process';
import type { Clock } from '../../model/clock.ts';
import { joinLines } from '../../model/evidence/one-line.ts';
import { type Json, objectOf, stringOf } from '../../model/json.ts';
import { type ConnectionError, credentialsError } from './connection-error.ts';
import type { ExecPlugIn } from './exec-plug-in.ts';
import type { Environment } from './kubeconfig.ts';

/** What a plug-in gives: a token, or a client certificate with its key (PEM), or both; '' for what it does not give. */
export interface PlugInCredentials {
  readonly token: string;
  readonly certificate: string;
  readonly key: string;
}

/** What surrounds a plug-in. */
export interface PlugInSurroundings {
  readonly env: Environment;
  readonly clock: Clock;
  /** May it ask the person now: is there a terminal, and no screen on it? */
  readonly mayAsk: () => boolean;
  /** What it is told about the cluster, where it wants to know. */
  readonly cluster: () => Json;
}

// Nobody sees what a plug-in asks that is not given the terminal: then it waits for ever.
const UNATTENDED_MS = 60_000;
// Its last words go into one line; its credentials are a few kB.
const STDERR_BYTES = 4096;

/**
 * The credentials of one plug-in, kept until they expire by its own account, or until somebody finds that they are not valid
 * any more. It never runs twice at once.
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

  /** Might it ask the person now? */
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

  /** The server does not accept these: the next who asks gets new ones. */
  refuse(credentials: PlugInCredentials): void {
    if (this.#kept?.credentials === credentials) this.#kept = null;
  }

  /** Ends the plug-in where it is running. */
  close(): void {
    this.#stop.abort();
  }

  async #run(): Promise<PlugInCredentials> {
    const plugIn = this.#plugIn;
    const isInteractive = this.mayAsk;
    if (plugIn.interactiveMode === 'Always' && !isInteractive)
      throw failure(plugIn, 'has to ask you, and there is no terminal for it now', 'start crashtop again on a terminal');
    const text = await output(plugIn, isInteractive, this.#environment(isInteractive), this.#stop.signal);
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

/** What it printed. An interactive one has the terminal: it reads there, and says there what is wrong. */
function output(
  plugIn: ExecPlugIn,
  isInteractive: boolean,
  env: Record<string, string | undefined>,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const talks = isInteractive ? 'inherit' : 'ignore';
    const timeout = isInteractive ? {} : { timeout: UNATTENDED_MS };
    const child = spawn(plugIn.command, [...plugIn.args], {
      env,
      stdio: [talks, 'pipe', isInteractive ? 'inherit' : 'pipe'],
      signal,
      ...timeout,
    });
    const said: Buffer[] = [];
    let words = '';
    child.stdout?.on('data', (chunk: Buffer) => said.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-STDERR_BYTES);
    });
    child.on('error', (error) => reject(errorOfStart(plugIn, error)));
    // What it had started itself may live on, and hold its output open.
    child.on('exit', (_, killedBy) => {
      if (killedBy !== null) for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    });
    child.on('close', (code, killedBy) => {
      if (code === 0) return resolve(Buffer.concat(said).toString('utf8'));
      const end = killedBy === null ? `failed with exit code ${code}` : `was ended by ${killedBy}`;
      const told = oneLine(words);
      reject(failure(plugIn, told === '' ? end : `${end}: ${told}`, LOG_IN_ADVICE));
    });
  });
}

const WORDS_SHOWN = 300;

function oneLine(text: string): string {
  return joinLines(text).slice(-WORDS_SHOWN);
}

function errorOfStart(plugIn: ExecPlugIn, error: Error): ConnectionError {
  const code = stringOf(objectOf(error).code);
  const isBare = !plugIn.command.includes('/');
  const hint = plugIn.installHint || 'install it, or correct exec.command';
  if (code === 'ENOENT') return failure(plugIn, isBare ? 'is not in PATH' : 'does not exist', hint);
  if (code === 'EACCES') return failure(plugIn, 'may not be executed', 'make it executable, or correct exec.command');
  return failure(plugIn, `cannot be started: ${error.message}`, LOG_IN_ADVICE);
}

function statusOf(plugIn: ExecPlugIn, text: string): Json {
  let answer: Json;
  try {
    answer = objectOf(JSON.parse(text));
  } catch {
    throw failure(plugIn, 'printed no JSON', LOG_IN_ADVICE);
  }
  if (answer.kind !== 'ExecCredential') throw failure(plugIn, 'printed no ExecCredential', LOG_IN_ADVICE);
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
    throw failure(plugIn, 'gave a certificate without its key, or a key alone', LOG_IN_ADVICE);
  if (token === '' && certificate === '') throw failure(plugIn, 'gave neither a token nor a certificate', LOG_IN_ADVICE);
  return { token, certificate, key };
}
