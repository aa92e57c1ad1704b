import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type Json, objectOf } from '../../src/text/json.ts';
import { encodeFrame, encodeObject, PROTOBUF_TYPE } from './kubernetes-protobuf.ts';

/** One request as it came in. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Counts the TLS connections of the server: the same number, the same connection. */
  readonly connection: number;
  /** It accepts protobuf, and the server has some. */
  readonly inProtobuf: boolean;
  /** Resets its TCP connection. */
  readonly reset: () => void;
}

/** How the server answers one request. Resolves when it has done its part. */
export type Answer = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** Any JSON. */
export function json(body: unknown, code = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_, response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** An object of the API, in the format that the client and the server have in common. */
function object(body: Json, code = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return (request, response) => {
    if (!request.inProtobuf) return json(body, code, headers)(request, response);
    response.writeHead(code, { 'content-type': PROTOBUF_TYPE, ...headers }).end(encodeObject(body));
  };
}

/** A ConfigMap or Secret as an API server gives it: whoever accepts nothing but its metadata gets that, anybody else all of it. */
export function config(full: Json): Answer {
  return (request, response) => {
    const isPartial = String(request.headers.accept) === 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
    const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: full.metadata };
    return json(isPartial ? partial : full)(request, response);
  };
}

/** One page of a list. */
export function page(items: readonly unknown[], resourceVersion: string, token = ''): Answer {
  const metadata = token === '' ? { resourceVersion } : { resourceVersion, continue: token };
  return (request, response) => {
    const kind = request.inProtobuf ? `${kindOf(request)}List` : 'List';
    const listed = request.inProtobuf ? items.map((item) => withoutKind(objectOf(item))) : items;
    return object({ kind, apiVersion: 'v1', metadata, items: listed })(request, response);
  };
}

function kindOf({ path }: SeenRequest): 'Pod' | 'Event' {
  return path.endsWith('/events') ? 'Event' : 'Pod';
}

// The items of a list are all of its kind: no API server says so of each.
function withoutKind({ kind: _, apiVersion: __, ...item }: Json): Json {
  return item;
}

/** A failure as the API server words it. */
export function failure(code: number, reason: string, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return object(statusObject(code, reason, message), code, headers);
}

/** A Status object, as a body or in an ERROR event. */
export function statusObject(code: number, reason: string, message: string): Json {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
}

/** A plain text, as a log is. */
export function text(body: string, code = 200): Answer {
  return (_, response) => {
    response.writeHead(code, { 'content-type': 'text/plain' }).end(body);
  };
}

/** A whole answer of a real API server, from test/fixtures/http; a failure in protobuf to whoever has it so. */
export function recorded(name: string): Answer {
  const file = fileURLToPath(new URL(`../fixtures/http/${name}.txt`, import.meta.url));
  const raw = readFileSync(file);
  const end = raw.indexOf('\n\n') >= 0 ? raw.indexOf('\n\n') : raw.indexOf('\r\n\r\n');
  const [first = '', ...lines] = raw.subarray(0, end).toString('utf8').split(/\r?\n/);
  const code = Number(first.split(' ')[1]);
  const headers = Object.fromEntries(lines.map((line) => line.split(/: ?/, 2) as [string, string]));
  // The body was saved whole; what framed it on that connection does not apply to this one.
  const { 'content-length': _length, 'transfer-encoding': _encoding, date: _date, ...kept } = headers;
  const body = raw
    .subarray(end)
    .toString('utf8')
    .replace(/^(?:\r?\n){2}/, '');
  return (request, response) => {
    if (request.inProtobuf && body.startsWith('{"kind":"Status"')) {
      const { 'content-type': _type, ...others } = kept;
      return object(JSON.parse(body), code, others)(request, response);
    }
    response.writeHead(code, kept).end(code === 204 ? undefined : body);
  };
}

/** No answer, but the end of the connection. */
export const hangUp: Answer = (_, response) => {
  response.socket?.destroy();
};

/** No answer, ever. */
export const keepWaiting: Answer = () => undefined;

/** One step of a watch: it writes, waits, or ends the stream. */
export type WatchStep = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

/** A watch that takes these steps, and then stays open. */
export function watch(...steps: readonly WatchStep[]): Answer {
  return async (request, response) => {
    openStream(request, response);
    for (const step of steps) {
      if (response.destroyed || response.writableEnded) return;
      await step(response, request);
    }
  };
}

/** Begins the body of a watch. */
export function openStream(request: SeenRequest, response: ServerResponse): void {
  const type = request.inProtobuf ? `${PROTOBUF_TYPE};stream=watch` : 'application/json';
  response.writeHead(200, { 'content-type': type });
  response.flushHeaders();
}

/** An event of a watch as it goes out to this client. */
export function eventBytes(request: SeenRequest, type: string, object: unknown): Buffer {
  if (!request.inProtobuf) return Buffer.from(`${JSON.stringify({ type, object })}\n`);
  return encodeFrame(type, { kind: kindOf(request), apiVersion: 'v1', ...objectOf(object) });
}

/** One event of a watch. */
export function event(type: string, object: unknown): WatchStep {
  return (response, request) => {
    response.write(eventBytes(request, type, object));
  };
}

/** Says that everything up to this version was sent. */
export function bookmark(resourceVersion: string): WatchStep {
  return event('BOOKMARK', { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion } });
}

/** These very bytes. */
export function bytes(raw: string | Uint8Array): WatchStep {
  return (response) =>
    new Promise((resolve) => {
      response.write(raw, () => resolve());
    });
}

/** Goes on when the promise does. */
export function until(promise: Promise<unknown>): WatchStep {
  return async () => {
    await promise;
  };
}

/** A clean end: the last chunk of the body. */
export const end: WatchStep = (response) => {
  response.end();
};

/** The end of the connection in the middle of the body. */
export const cut: WatchStep = (response) => {
  response.socket?.destroy();
};

/** A TCP reset. What was written before may be lost with it. */
export const reset: WatchStep = (_, request) => request.reset();
