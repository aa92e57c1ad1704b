import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, failure, page, recorded, type SeenRequest } from './answers.ts';
import { testCertificate } from './certificate.ts';
import { PROTOBUF_TYPE } from './kubernetes-protobuf.ts';

/**
 * What the server answers, by what is asked:
 *   `version`, `contact pods` (the first contact: one pod), `stream pods` (WatchList; a server that has none of it, where the
 *   scenario says nothing), `list pods`, `watch pods`, `list shop/pods`, `get shop/web-1`, `log shop/web-1`, and so on for other resources;
 *   of what is no pod, one object is `get nodes/n1` or `get shop/deployments/web`.
 * The nth such request gets the nth answer, and the last answer stays; or a function says which.
 */
export type Scenario = Readonly<Record<string, readonly Answer[] | ((request: SeenRequest, nth: number) => Answer)>>;

/** A scripted Kubernetes API over real HTTPS. */
export interface ApiServer {
  readonly url: string;
  readonly port: number;
  /** Every request so far, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** How many requests of a route there were. */
  count(route: string): number;
  /** The requests of a route. */
  of(route: string): readonly SeenRequest[];
  /** The largest number of requests of a collection that were ever under way at once. */
  mostAtOnce(collection: string): number;
  /** The path of a kubeconfig for it; `changes` goes into its YAML as JSON, over what it has. */
  kubeconfig(changes?: { readonly cluster?: object; readonly user?: object; readonly context?: object }): string;
  close(): Promise<void>;
}

const WHERE = /^\/(?:api|apis\/[^/]+)\/v1(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(\/log)?$/;

/** The route that a request takes. */
export function routeOf({ path, query }: Pick<SeenRequest, 'path' | 'query'>): string {
  if (path === '/version') return 'version';
  const [, namespace, resource, name, log] = WHERE.exec(path) ?? [];
  const collection = namespace === undefined ? resource : `${namespace}/${resource}`;
  if (name !== undefined && resource !== 'pods') return `get ${collection}/${name}`;
  if (name !== undefined) return `${log === undefined ? 'get' : 'log'} ${namespace}/${name}`;
  if (query.get('watch') === 'true') return `${query.get('sendInitialEvents') === 'true' ? 'stream' : 'watch'} ${collection}`;
  return `${query.get('limit') === '1' ? 'contact' : 'list'} ${collection}`;
}

const DEFAULTS: Scenario = {
  version: [recorded('version')],
};

/** What a server without WatchList, or with it turned off, says (ValidateListOptions). */
const NO_WATCH_LIST = failure(
  422,
  'Invalid',
  'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
);

export interface ApiServerOptions {
  /** Does it answer in protobuf whoever accepts it? Else it has only JSON, as behind some proxies. */
  readonly protobuf?: boolean;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startApiServer(scenario: Scenario, { protobuf = false }: ApiServerOptions = {}): Promise<ApiServer> {
  const { key, certificate } = await testCertificate();
  const requests: SeenRequest[] = [];
  const counts = new Map<string, number>();
  const underWay = new Map<string, number>();
  const most = new Map<string, number>();
  const connections = new WeakMap<Socket, number>();
  const sockets = new Set<Socket>();
  const rawSockets = new Map<number, Socket>();
  let connected = 0;

  const server = createServer({ key, cert: certificate, keepAliveTimeout: 90_000 }, (incoming, response) => {
    const raw = rawSockets.get(incoming.socket.remotePort ?? 0);
    const request = seen(incoming, connections.get(incoming.socket) ?? 0, protobuf, () => raw?.resetAndDestroy());
    const route = routeOf(request);
    requests.push(request);
    const nth = counts.get(route) ?? 0;
    counts.set(route, nth + 1);
    countUnderWay(route.replace(/^\S+ /, ''), response);
    void answerTo(scenario, route, request, nth)(request, response);
  });

  function countUnderWay(collection: string, response: ServerResponse): void {
    const now = (underWay.get(collection) ?? 0) + 1;
    underWay.set(collection, now);
    most.set(collection, Math.max(now, most.get(collection) ?? 0));
    response.once('close', () => underWay.set(collection, (underWay.get(collection) ?? 1) - 1));
  }

  server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0;
    rawSockets.set(port, socket);
    socket.on('close', () => rawSockets.delete(port));
  });
  server.on('secureConnection', (socket: Socket) => {
    connections.set(socket, ++connected);
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}`;
  const directory = mkdtempSync(join(tmpdir(), 'crashtop-api-server-'));

  return {
    url,
    port,
    requests,
    count: (route) => counts.get(route) ?? 0,
    of: (route) => requests.filter((r) => routeOf(r) === route),
    mostAtOnce: (collection) => most.get(collection) ?? 0,
    kubeconfig: (changes = {}) => {
      const file = join(directory, 'kubeconfig');
      const authority = { 'certificate-authority-data': Buffer.from(certificate).toString('base64') };
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'test',
        clusters: [{ name: 'test', cluster: { server: url, ...authority, ...changes.cluster } }],
        users: [{ name: 'tester', user: { token: 'token-of-the-test', ...changes.user } }],
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'tester', ...changes.context } }],
      };
      writeFileSync(file, JSON.stringify(config));
      return file;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      // Those that are still shaking hands are no TLS sockets yet.
      for (const socket of rawSockets.values()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true });
    },
  };
}

function seen(incoming: IncomingMessage, connection: number, hasProtobuf: boolean, reset: () => void): SeenRequest {
  const url = new URL(incoming.url ?? '/', 'https://localhost');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    connection,
    inProtobuf: hasProtobuf && (incoming.headers.accept ?? '').includes(PROTOBUF_TYPE),
    reset,
  };
}

function answerTo(scenario: Scenario, route: string, request: SeenRequest, nth: number): Answer {
  const script = scenario[route] ?? DEFAULTS[route];
  if (typeof script === 'function') return script(request, nth);
  if (script !== undefined) return script[Math.min(nth, script.length - 1)] as Answer;
  // A scenario that says nothing of the first contact lets it pass; of the rest, that there is none.
  if (route.startsWith('contact ')) return page([], '1');
  if (route.startsWith('stream ')) return NO_WATCH_LIST;
  return failure(404, 'NotFound', `the scenario has no answer to "${route}"`);
}
