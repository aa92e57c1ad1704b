import type { RequestOptions } from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { type Json, stringOf } from '../../model/json.ts';
import {
  type ConnectionError,
  errorOfAnswer,
  errorOfCredentials,
  errorOfNetwork,
  errorOfStatus,
  errorOfUnreadable,
  type Place,
} from './connection-error.ts';
import { createDispatcher, type TlsMaterial } from './dispatcher.ts';
import { type ChosenContext, chooseContext, type KubeconfigOptions } from './kubeconfig.ts';

export interface ConnectionOptions extends KubeconfigOptions {
  /** `crashtop/1.2.3`: what the API server's audit log names. */
  readonly userAgent: string;
}

/** Query parameters; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Cancel {
  readonly signal?: AbortSignal | undefined;
}

/** The text of an answer, and its HTTP status: 200, or 204 without a text. */
export interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

/** What a source needs of an API server. Nothing here can change anything there. */
export interface ApiReader {
  /** A JSON object. @throws ConnectionError; an AbortError when cancelled. */
  get(path: string, query?: Query, cancel?: Cancel): Promise<Json>;
  /** A text: a log. @throws as {@link get}. */
  getText(path: string, query?: Query, cancel?: Cancel): Promise<TextAnswer>;
  /** Bytes as they come: a watch. Resolves with the first of the answer; what is read from it may throw as {@link get}. */
  stream(path: string, query?: Query, cancel?: Cancel): Promise<AsyncIterable<Uint8Array>>;
  /** The error of a Status that came inside of a stream. */
  errorOf(status: Json): ConnectionError;
}

interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}

interface Timeouts {
  readonly headersTimeout: number;
  /** Between two pieces of the body, in ms; 0 for any time. */
  readonly bodyTimeout: number;
}

// A consistent list of a large cluster can take a while until its first byte; the API server gives up after 60 s itself.
const WHOLE_ANSWER: Timeouts = { headersTimeout: 60_000, bodyTimeout: 60_000 };
// Whoever reads a stream watches over its silence.
const ENDLESS_ANSWER: Timeouts = { headersTimeout: 30_000, bodyTimeout: 0 };
const ERROR_BODY_BYTES = 64 * 1024;

const inflate = promisify(gunzip);

/**
 * A connection to one API server as one user: shared by everything that crashtop asks, read-only. Credentials are asked of
 * client-node for every request, which re-reads token files and re-runs plug-ins when they expire; one at a time, so that a
 * plug-in is never started twice over. After a 401 the kubeconfig is read again and the request made once more.
 */
export class Connection implements ApiReader {
  readonly #options: ConnectionOptions;
  #chosen: ChosenContext;
  #credentials: Promise<Credentials> | null = null;
  #dispatcher: { readonly dispatcher: Promise<Dispatcher>; readonly tls: TlsMaterial } | null = null;

  /** @throws ConnectionError of kind `configuration`. Nothing is sent yet. */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#chosen = chooseContext(options);
  }

  /** The name of the context. */
  get context(): string {
    return this.#chosen.name;
  }

  /** The namespace that kubectl would use without -n. */
  get namespace(): string {
    return this.#chosen.namespace;
  }

  /** The address of the API server. */
  get server(): string {
    return this.#chosen.cluster.server;
  }

  async get(path: string, query: Query = {}, cancel: Cancel = {}): Promise<Json> {
    const answer = await this.#request(path, query, cancel, WHOLE_ANSWER, {
      accept: 'application/json',
      'accept-encoding': 'gzip',
    });
    const text = await this.#bodyOf(answer);
    return parseObject(text, this.#place());
  }

  async getText(path: string, query: Query = {}, cancel: Cancel = {}): Promise<TextAnswer> {
    const answer = await this.#request(path, query, cancel, WHOLE_ANSWER, { accept: 'text/plain, */*' });
    return { status: answer.statusCode, text: await this.#bodyOf(answer) };
  }

  async stream(path: string, query: Query = {}, cancel: Cancel = {}): Promise<AsyncIterable<Uint8Array>> {
    const answer = await this.#request(path, query, cancel, ENDLESS_ANSWER, { accept: 'application/json' });
    return this.#guarded(answer.body);
  }

  errorOf(status: Json): ConnectionError {
    return errorOfStatus(status, typeof status.code === 'number' ? status.code : 500, null, this.#place());
  }

  /** Breaks off whatever is under way. */
  async close(): Promise<void> {
    const dispatcher = this.#dispatcher?.dispatcher;
    this.#dispatcher = null;
    await (await dispatcher)?.destroy();
  }

  #place(): Place {
    return { server: this.server, context: this.context, file: this.#chosen.file };
  }

  async #request(path: string, query: Query, cancel: Cancel, timeouts: Timeouts, headers: Readonly<Record<string, string>>) {
    const target = path + searchOf(query);
    for (let attempt = 1; ; attempt++) {
      const chosen = this.#chosen;
      const answer = await this.#ask(target, cancel, timeouts, headers);
      if (answer.statusCode < 300) return answer;
      const error = await this.#errorOf(answer);
      if (error.kind !== 'unauthorized' || attempt > 1) throw error;
      if (this.#chosen === chosen) this.#chosen = chooseContext(this.#options);
    }
  }

  async #ask(target: string, cancel: Cancel, timeouts: Timeouts, headers: Readonly<Record<string, string>>) {
    const credentials = await this.#authenticate();
    cancel.signal?.throwIfAborted();
    const dispatcher = await this.#dispatcherFor(credentials.tls);
    const base = new URL(this.server);
    try {
      return await dispatcher.request({
        method: 'GET',
        origin: base.origin,
        // A server behind a proxy of several clusters has a path of its own.
        path: base.pathname.replace(/\/$/, '') + target,
        headers: { ...headers, ...credentials.headers, 'user-agent': this.#options.userAgent },
        signal: cancel.signal ?? null,
        ...timeouts,
      });
    } catch (error) {
      throw cancel.signal?.aborted ? error : errorOfNetwork(error, this.#place());
    }
  }

  async #authenticate(): Promise<Credentials> {
    this.#credentials ??= credentialsOf(this.#chosen).finally(() => {
      this.#credentials = null;
    });
    try {
      return await this.#credentials;
    } catch (error) {
      throw errorOfCredentials(error, this.#place());
    }
  }

  // A plug-in may renew a client certificate: then a new dispatcher takes over, and the old one ends with its last stream.
  async #dispatcherFor(tls: TlsMaterial): Promise<Dispatcher> {
    const current = this.#dispatcher;
    if (current !== null && sameTls(current.tls, tls)) return current.dispatcher;
    const dispatcher = createDispatcher(tls, this.#chosen.cluster.proxyUrl || null, this.#chosen.kubeConfig);
    this.#dispatcher = { dispatcher, tls };
    if (current !== null) void current.dispatcher.then((old) => old.close()).catch(() => undefined);
    return dispatcher;
  }

  async #errorOf(answer: Dispatcher.ResponseData): Promise<ConnectionError> {
    const text = await this.#bodyOf(answer, ERROR_BODY_BYTES);
    return errorOfAnswer(answer.statusCode, text, headerOf(answer, 'retry-after'), this.#place());
  }

  async #bodyOf(answer: Dispatcher.ResponseData, limit = Number.POSITIVE_INFINITY): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.#guarded(answer.body)) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) break;
    }
    const bytes = Buffer.concat(chunks);
    if (headerOf(answer, 'content-encoding') !== 'gzip') return bytes.toString('utf8');
    try {
      return (await inflate(bytes)).toString('utf8');
    } catch {
      throw errorOfUnreadable('sent a damaged gzip stream', this.#place());
    }
  }

  async *#guarded(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      throw error instanceof Error && error.name === 'AbortError' ? error : errorOfNetwork(error, this.#place());
    }
  }
}

/** The path of a collection: of the whole cluster, or of one namespace. */
export function collectionPath(resource: string, namespace: string | null): string {
  return namespace === null ? `/api/v1/${resource}` : `/api/v1/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}

function searchOf(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? '' : `?${search}`;
}

function headerOf(answer: Dispatcher.ResponseData, name: string): string {
  return stringOf(answer.headers[name]);
}

function parseObject(text: string, place: Place): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw errorOfUnreadable('answered with something that is no JSON', place);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw errorOfUnreadable('answered with JSON that is no object', place);
}

// client-node fills in the options of a node:https request: what undici needs of them is the TLS material and the headers.
async function credentialsOf(chosen: ChosenContext): Promise<Credentials> {
  const options: RequestOptions = {};
  await chosen.kubeConfig.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  // A token file ends with a line feed, which no header may hold.
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value).trim();
  if (typeof options.auth === 'string') headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return { headers, tls: tlsOf(options) };
}

function tlsOf({ ca, cert, key, servername, rejectUnauthorized }: RequestOptions): TlsMaterial {
  return {
    ...(ca === undefined ? {} : { ca: ca as Buffer }),
    ...(cert === undefined ? {} : { cert: cert as Buffer }),
    ...(key === undefined ? {} : { key: key as Buffer }),
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
}

function sameTls(a: TlsMaterial, b: TlsMaterial): boolean {
  const same = (x: string | Buffer | undefined, y: string | Buffer | undefined) => String(x ?? '') === String(y ?? '');
  return same(a.ca, b.ca) && same(a.cert, b.cert) && same(a.key, b.key) && a.servername === b.servername;
}
