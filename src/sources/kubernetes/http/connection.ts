import { isDeepStrictEqual, promisify } from 'node:util';
import { constants, gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../../model/clock.ts';
import type { Timers } from '../../../model/timers.ts';
import { redactObject } from '../../../recording/redaction/standard.ts';
import { GatheredBytes } from '../../../text/gathered-bytes.ts';
import { type Json, objectOf, stringOf } from '../../../text/json.ts';
import { Authenticator, type Credentials } from '../auth/credentials.ts';
import { type ChosenContext, chooseContext, type KubeconfigOptions } from '../auth/kubeconfig.ts';
import { type ProxyServer, proxyOfEnvironment, proxyText } from '../auth/proxy-environment.ts';
import { BOUNDS, type Bounds, sizeText } from '../bounds.ts';
import { foreignText } from '../foreign-words.ts';
import { decodeObject } from '../watch/protobuf/decode.ts';
import { retryAfterMs } from '../watch/reconnect-backoff.ts';
import type { ApiReader, Cancel, CollectionRequest, Query, TextAnswer, WatchBody } from './api-reader.ts';
import {
  type ConnectionError,
  errorOfAnswer,
  errorOfCredentials,
  errorOfExcess,
  errorOfNetwork,
  errorOfRedirect,
  errorOfSilence,
  errorOfStatus,
  errorOfTimeout,
  errorOfUnreadable,
  type Place,
} from './connection-error.ts';
import { acceptedBy, decodedStatus, headerOf, isPacked, isProtobuf, JSON_TYPE, METADATA_ALONE } from './content-types.ts';
import { createDispatcher, sameTls, type TlsMaterial } from './dispatcher.ts';
import { Patience, type PatienceLimits } from './patience.ts';
import { RequestCounter, type Requests } from './request-counter.ts';
import { FollowedRequest, type RequestOutcome } from './request-outcome.ts';
import { systemTimers } from './timers.ts';

export interface ConnectionOptions extends KubeconfigOptions {
  /** `crashtop/1.2.3`: the name in the API server's audit log. */
  readonly userAgent: string;
  /** Decides when credentials expire. */
  readonly clock: Clock;
  /** May an exec plug-in ask the user now? Not if this is not given. */
  readonly mayAsk?: (() => boolean) | undefined;
  /**
   * The limit for a whole get or list, in ms; 0 for none (kubectl's --request-timeout). Streams are
   * not limited.
   */
  readonly requestTimeoutMs?: number | undefined;
  readonly timers?: Timers;
  /** Bounds on what a server may send; tests give smaller ones. */
  readonly bounds?: Bounds;
  /**
   * Receives the outcome of each request, retries included; for a stream, when it opens and when it
   * ends.
   */
  readonly onRequest?: ((outcome: RequestOutcome) => void) | undefined;
}

// The first byte of a consistent list of a large cluster can take a while; the API server itself
// gives up after 60 s.
const ANSWER_SILENCE_MS = 60_000;
// A stream's silence is watched by its reader.
const STREAM_OPENS_WITHIN_MS = 30_000;
// crashtop's own timeouts count bytes, and tests can advance them.
const NO_TIMEOUTS = { headersTimeout: 0, bodyTimeout: 0 };

const inflate = promisify(gunzip);

/**
 * A connection to one API server as one user: shared by all of crashtop's requests, read-only. Each
 * request asks for credentials, which re-reads token files and re-runs plug-ins when they expire.
 * After a 401 it reads the kubeconfig again, runs the plug-in again, and repeats the request once.
 */
export class ApiConnection implements ApiReader {
  readonly #options: ConnectionOptions;
  readonly #meter = new RequestCounter();
  readonly #bounds: Bounds;
  #login: Login;
  #dispatcher: { readonly dispatcher: Dispatcher; readonly tls: TlsMaterial; readonly proxy: ProxyServer | null } | null = null;

  /** @throws ConnectionError of kind `configuration`. Nothing is sent yet. */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#bounds = options.bounds ?? BOUNDS;
    this.#login = this.#logIn(options);
  }

  /** The name of the context. */
  get context(): string {
    return this.#login.chosen.name;
  }

  /** The namespace that kubectl would use without -n. */
  get namespace(): string {
    return this.#login.chosen.namespace;
  }

  /** The address of the API server. */
  get server(): string {
    return this.#login.chosen.cluster.server;
  }

  /** The kubeconfig file of the cluster. */
  get file(): string {
    return this.#login.chosen.cluster.file;
  }

  /** Is every certificate accepted? */
  get isUnverified(): boolean {
    const { server, skipsVerification } = this.#login.chosen.cluster;
    return skipsVerification && server.startsWith('https:');
  }

  get listTimeoutMs(): number | undefined {
    return this.#options.requestTimeoutMs;
  }

  /** Requests sent to the API server so far, retries included. */
  get requests(): Requests {
    return this.#meter.read(this.#options.clock.now());
  }

  get(path: string, query: Query = {}, cancel: Cancel = {}): Promise<Json> {
    return this.list(path, query, { ...cancel, protobuf: false });
  }

  list(path: string, query: Query, request: CollectionRequest): Promise<Json> {
    const packed = this.#login.chosen.cluster.disablesCompression ? 'identity' : 'gzip';
    return this.#patiently(request, async (limit) => {
      const answer = await this.#request(path, query, limit, { accept: acceptedBy(request), 'accept-encoding': packed });
      const body = await this.#bodyOf(answer, limit, this.#bounds.answerBytes);
      return isProtobuf(answer) ? this.#decoded(body) : this.#parsed(body, answer);
    });
  }

  getMetadata(path: string, cancel: Cancel = {}): Promise<Json> {
    return this.#patiently(cancel, async (limit) => {
      const answer = await this.#request(path, {}, limit, { accept: METADATA_ALONE });
      return objectOf(
        redactObject('ConfigMap', this.#parsed(await this.#bodyOf(answer, limit, this.#bounds.answerBytes), answer)),
      );
    });
  }

  getText(path: string, query: Query = {}, cancel: Cancel = {}): Promise<TextAnswer> {
    return this.#patiently(cancel, async (limit) => {
      const answer = await this.#request(path, query, limit, { accept: 'text/plain, */*' });
      const body = await this.#bodyOf(answer, limit, this.#bounds.logBytes);
      return { status: answer.statusCode, text: body.toString('utf8') };
    });
  }

  async stream(path: string, query: Query, request: CollectionRequest): Promise<WatchBody> {
    const limit = this.#limit(request, { wholeMs: 0, silenceMs: STREAM_OPENS_WITHIN_MS });
    try {
      const answer = await this.#request(path, query, limit, { accept: acceptedBy(request) });
      limit.patience.stop();
      answer.opaque?.opened();
      return { isProtobuf: isProtobuf(answer), bytes: this.#streamed(answer, limit) };
    } catch (error) {
      limit.patience.release();
      throw error;
    }
  }

  errorOf(status: Json): ConnectionError {
    return errorOfStatus(status, typeof status.code === 'number' ? status.code : 500, null, this.#place());
  }

  /** Cancels everything in progress. */
  async close(): Promise<void> {
    const dispatcher = this.#dispatcher?.dispatcher;
    this.#dispatcher = null;
    this.#login.authenticator.close();
    await dispatcher?.destroy();
  }

  #logIn(options: ConnectionOptions): Login {
    const { env, clock, timers, mayAsk = () => false } = options;
    const chosen = chooseContext(options);
    const { proxyUrl, server, name } = chosen.cluster;
    const own: ProxyServer = { url: proxyUrl, from: `clusters "${name}": proxy-url` };
    const proxy = proxyUrl === '' ? proxyOfEnvironment(server, env) : own;
    return {
      chosen,
      proxy,
      authenticator: new Authenticator(chosen, { env, clock, mayAsk, ...(timers === undefined ? {} : { timers }) }),
    };
  }

  #place(): Place {
    const { chosen, proxy } = this.#login;
    const by = proxy === null ? {} : { proxy: proxyText(proxy) };
    return { server: this.server, context: this.context, file: chosen.cluster.file, ...by };
  }

  // One limit covers the whole request: credentials, answer, body, and the retry.
  async #patiently<T>(cancel: Cancel, request: (limit: Limit) => Promise<T>): Promise<T> {
    const wholeMs = this.#options.requestTimeoutMs;
    // Typing a password does not use up the limit.
    if (wholeMs && this.#login.authenticator.mayAsk) await this.#authenticate(this.#login);
    const limit = this.#limit(
      cancel,
      wholeMs === undefined ? { wholeMs: 0, silenceMs: ANSWER_SILENCE_MS } : { wholeMs, silenceMs: 0 },
    );
    try {
      return await request(limit);
    } finally {
      limit.patience.release();
    }
  }

  #limit(
    { signal: cancel = null }: { readonly signal?: AbortSignal | null | undefined },
    limits: Omit<PatienceLimits, 'progressBytes'>,
  ): Limit {
    const { progressBytes } = this.#bounds;
    const { timers = systemTimers } = this.#options;
    return { cancel, patience: new Patience(timers, { ...limits, progressBytes }, cancel) };
  }

  async #request(path: string, query: Query, limit: Limit, headers: Readonly<Record<string, string>>) {
    for (let attempt = 1; ; attempt++) {
      const login = this.#login;
      const credentials = await this.#authenticatedWithin(limit, login);
      limit.cancel?.throwIfAborted();
      const answer = await this.#ask(path, query, limit, { ...headers, ...credentials.headers }, credentials.tls);
      limit.patience.heard();
      if (answer.statusCode < 300) return answer;
      const error = await this.#errorOf(answer, limit);
      if (error.kind !== 'unauthorized') throw error;
      login.authenticator.refuse(credentials);
      if (attempt > 1) throw error;
      this.#logInAgain(login);
    }
  }

  // A login by a plug-in of unchanged configuration is kept: the plug-in runs again only if it was
  // refused.
  #logInAgain(login: Login): void {
    if (this.#login !== login) return;
    // The current context may have changed meanwhile: this one stays.
    const next = this.#logIn({ ...this.#options, context: this.context });
    if (isDeepStrictEqual(next.chosen, login.chosen)) return;
    login.authenticator.close();
    this.#login = next;
  }

  async #ask(path: string, query: Query, limit: Limit, headers: Credentials['headers'], tls: TlsMaterial) {
    const dispatcher = this.#dispatcherFor(tls);
    const base = new URL(this.server);
    this.#meter.count(this.#options.clock.now());
    const followed = this.#follow(path);
    limit.patience.listen();
    try {
      const answer = await dispatcher.request<FollowedRequest | null>({
        method: 'GET',
        origin: base.origin,
        // A server behind a proxy for several clusters has a path of its own.
        path: base.pathname.replace(/\/$/, '') + path + searchOf(query),
        headers: { ...headers, 'user-agent': this.#options.userAgent },
        signal: limit.patience.signal,
        opaque: followed,
        ...NO_TIMEOUTS,
      });
      followed?.answered(answer.statusCode);
      return answer;
    } catch (error) {
      const failure = this.#failureOf(error, limit, false);
      followed?.failed(failure);
      throw failure;
    }
  }

  #follow(path: string): FollowedRequest | null {
    const { clock, onRequest } = this.#options;
    return onRequest === undefined ? null : new FollowedRequest(path, clock, onRequest);
  }

  // A slow plug-in goes on, for later requests.
  async #authenticatedWithin(limit: Limit, login: Login): Promise<Credentials> {
    const ms = this.#options.requestTimeoutMs;
    if (!ms) return this.#authenticate(login);
    const { signal } = limit.patience;
    const over = Promise.withResolvers<never>();
    const end = () => over.reject(limit.cancel?.aborted ? limit.cancel.reason : errorOfTimeout(ms, this.#place()));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    try {
      return await Promise.race([this.#authenticate(login), over.promise]);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  async #authenticate({ authenticator, chosen }: Login): Promise<Credentials> {
    try {
      return await authenticator.credentials();
    } catch (error) {
      throw errorOfCredentials(error, { ...this.#place(), file: chosen.user.file });
    }
  }

  // A plug-in may renew a client certificate: then a new dispatcher takes over, and the old one
  // ends with its last stream.
  #dispatcherFor(tls: TlsMaterial): Dispatcher {
    const current = this.#dispatcher;
    const { proxy } = this.#login;
    if (current !== null && sameTls(current.tls, tls) && current.proxy?.url === proxy?.url) return current.dispatcher;
    const dispatcher = createDispatcher(tls, proxy?.url ?? null);
    this.#dispatcher = { dispatcher, tls, proxy };
    if (current !== null) void current.dispatcher.close().catch(() => undefined);
    return dispatcher;
  }

  async #errorOf(answer: Answer, limit: Limit): Promise<ConnectionError> {
    const { statusCode: code } = answer;
    const body = await this.#errorBodyOf(answer, limit);
    const place = this.#place();
    if (code < 400) return errorOfRedirect(code, headerOf(answer, 'location'), place);
    // A request for protobuf gets its failures as protobuf, too.
    const told = isProtobuf(answer) ? decodedStatus(body) : body.toString('utf8');
    return errorOfAnswer(code, told, retryAfterMs(headerOf(answer, 'retry-after'), this.#options.clock.now()), place);
  }

  #decoded(body: Uint8Array): Json {
    try {
      return decodeObject(body);
    } catch {
      throw errorOfUnreadable('sent damaged protobuf', this.#place());
    }
  }

  #parsed(body: Buffer, answer: Answer): Json {
    let value: unknown;
    try {
      value = JSON.parse(body.toString('utf8'));
    } catch {
      const type = foreignText(headerOf(answer, 'content-type'));
      const isSaid = type !== '' && !type.startsWith(JSON_TYPE);
      throw errorOfUnreadable(`answered with something that is not JSON${isSaid ? ` (${type})` : ''}`, this.#place());
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
    throw errorOfUnreadable('answered with JSON that is not an object', this.#place());
  }

  async #bodyOf(answer: Answer, limit: Limit, most: number): Promise<Buffer> {
    const { bytes, isCut } = await this.#gathered(answer, limit, most);
    if (isCut) throw this.#excess(most);
    if (!isPacked(answer)) return bytes;
    try {
      return await inflate(bytes, { maxOutputLength: most });
    } catch (error) {
      if (stringOf(objectOf(error).code) === 'ERR_BUFFER_TOO_LARGE') throw this.#excess(most);
      throw errorOfUnreadable('sent a damaged gzip stream', this.#place());
    }
  }

  #excess(most: number): ConnectionError {
    return errorOfExcess(`sent more than ${sizeText(most)} in one answer`, this.#place());
  }

  // Nothing beyond the bound is read: the status is enough.
  async #errorBodyOf(answer: Answer, limit: Limit): Promise<Buffer> {
    const most = this.#bounds.errorBytes;
    const { bytes } = await this.#gathered(answer, limit, most);
    if (!isPacked(answer)) return bytes;
    const options = { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH };
    return inflate(bytes, options).catch(() => Buffer.alloc(0));
  }

  async #gathered(answer: Answer, limit: Limit, most: number) {
    const gathered = new GatheredBytes();
    for await (const chunk of this.#guarded(answer, limit)) {
      limit.patience.heard(chunk.length);
      gathered.add(chunk);
      // Leaving the loop closes the connection.
      if (gathered.size > most) return { bytes: gathered.take(), isCut: true };
    }
    return { bytes: gathered.take(), isCut: false };
  }

  async *#guarded({ body, opaque: followed }: Answer, limit: Limit): AsyncGenerator<Uint8Array> {
    try {
      yield* followed === null ? body : followed.counted(body);
    } catch (error) {
      const failure = this.#failureOf(error, limit, true);
      followed?.failed(failure);
      throw failure;
    } finally {
      // Leaving the body unread breaks it off.
      followed?.ended('broken');
    }
  }

  async *#streamed(answer: Answer, limit: Limit): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#guarded(answer, limit);
    } finally {
      limit.patience.release();
    }
  }

  #failureOf(error: unknown, { cancel, patience }: Limit, answered: boolean): unknown {
    if (cancel?.aborted) return error;
    if (patience.over === 'limit') return errorOfTimeout(this.#options.requestTimeoutMs ?? 0, this.#place());
    if (patience.over === 'silence') return errorOfSilence(answered, this.#place());
    return errorOfNetwork(error, this.#place());
  }
}

interface Login {
  readonly chosen: ChosenContext;
  readonly proxy: ProxyServer | null;
  readonly authenticator: Authenticator;
}

/** An answer of the server; `opaque` follows it for a debug log, null without one. */
type Answer = Dispatcher.ResponseData<FollowedRequest | null>;

/** Ends a request before its answer does. */
interface Limit {
  readonly cancel: AbortSignal | null;
  readonly patience: Patience;
}

function searchOf(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? '' : `?${search}`;
}
