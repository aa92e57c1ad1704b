import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import Negotiator from 'negotiator';
import { isCurrent } from '../diagnosis/connection.ts';
import { systemClock } from '../process/system-clock.ts';
import type { Terminal } from '../process/terminal.ts';
import { VERSION } from '../process/version.ts';
import { OutputError } from '../recording/output-error.ts';
import type { MetricFormat } from '../report/metrics/metric-text.ts';
import { sessionMetrics } from '../report/metrics/session-metrics.ts';
import { ARRIVALS_KEPT } from '../session/arrivals-kept.ts';
import { connectionOf } from '../session/connection-status.ts';
import { ConnectionWords } from '../session/connection-words.ts';
import { scrapeServer } from '../session/scrape-server.ts';
import type { ClusterOptions } from '../session/watch-cluster.ts';
import { watch } from '../session/watch-cluster.ts';
import type { ClusterWatch } from '../sources/kubernetes/cluster-watch.ts';
import { safeLine } from '../text/safe-text.ts';
import { RUNS_KEPT } from '../timeline/runs-in-memory.ts';
import { Timeline } from '../timeline/timeline.ts';
import { hostName, isAllowedHost } from './options/host-header.ts';
import type { ListenAddress } from './options/options.ts';

/** The options of `crashtop metrics`. */
export interface MetricsOptions extends ClusterOptions {
  readonly listen: ListenAddress;
  /**
   * Host names that it answers to, besides addresses and loopback names, as from {@link hostName}.
   */
  readonly allowedHost?: readonly string[];
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * `crashtop metrics`: watches a cluster and serves metrics to Prometheus, until a signal.
 * @throws OutputError if it cannot listen on the address, ConnectionError if the first contact
 * fails.
 */
export async function metrics(options: MetricsOptions, terminal: Terminal): Promise<void> {
  const words = new ConnectionWords((said) => terminal.stderr.write(`crashtop: ${said}\n`));
  const cluster: ClusterWatch = watch(options, terminal, true, { onStatus: () => words.tell(cluster.status()) });
  const stop = () => void cluster.stop();
  for (const signal of SIGNALS) process.once(signal, stop);
  const startedAt = systemClock.now();
  const timeline = new Timeline(startedAt, ARRIVALS_KEPT.metrics, RUNS_KEPT);
  const allowed = new Set([...(options.allowedHost ?? []), hostName(options.listen.host) ?? '']);
  const server = scrapeServer(async (request, response) => {
    if (isAllowedHost(request.headersDistinct.host, allowed)) await answer(request, response, cluster, timeline, startedAt);
    else refuse(response, 403, foreignHost(request));
  });
  let isStopped = false;
  try {
    const url = await listen(server, options.listen);
    terminal.stderr.write(`crashtop: serving ${url}/metrics of ${cluster.info.name} until Ctrl-C\n`);
    for await (const { envelope } of cluster.arrivals) timeline.append(envelope);
    isStopped = true;
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
    server.close();
    server.closeAllConnections();
    await cluster.stop();
    if (isStopped) terminal.stderr.write('crashtop: stopped\n');
  }
}

async function listen(server: Server, { host, port }: ListenAddress): Promise<string> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'the address is in use' : (code ?? String(error));
    throw new OutputError(`cannot listen on ${host}:${port}: ${why}; use --listen to choose another address`, { cause: error });
  }
  const address = server.address() as AddressInfo;
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

const TYPES: Readonly<Record<string, MetricFormat>> = {
  // The first is for clients that accept anything, as with other exporters.
  'text/plain; version=0.0.4': 'prometheus',
  'application/openmetrics-text; version=1.0.0': 'openmetrics',
};
const [FALLBACK] = Object.keys(TYPES) as [string];

const zip = promisify(gzip);

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  cluster: ClusterWatch,
  timeline: Timeline,
  startedAt: number,
): Promise<void> {
  const { method, url = '' } = request;
  if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'only GET and HEAD', { allow: 'GET, HEAD' });
  if (url.split('?', 1)[0] !== '/metrics') return refuse(response, 404, 'crashtop serves /metrics');
  const negotiator = new Negotiator(request);
  const type = negotiator.mediaType(Object.keys(TYPES)) ?? FALLBACK;
  const text = [...sessionMetrics(factsOf(cluster, timeline, startedAt), TYPES[type] as MetricFormat)].join('');
  const isZipped = negotiator.encoding(['gzip', 'identity']) === 'gzip';
  const body = isZipped ? await zip(text) : Buffer.from(text);
  response.writeHead(200, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': body.length,
    vary: 'Accept, Accept-Encoding',
    ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

function foreignHost({ headers }: IncomingMessage): string {
  const name = safeLine(JSON.stringify((headers.host ?? '').slice(0, 300)));
  return `crashtop does not answer to ${name}: use an IP address, or start crashtop metrics with --allowed-host NAME`;
}

function refuse(response: ServerResponse, code: number, why: string, headers: Readonly<Record<string, string>> = {}): void {
  response
    .writeHead(code, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', ...headers })
    .end(`${why}\n`);
}

function factsOf(cluster: ClusterWatch, timeline: Timeline, startedAt: number) {
  const now = systemClock.now();
  const connection = connectionOf(cluster.status(), cluster.info, timeline, startedAt);
  const heardAt = connection.phase === 'live' || connection.phase === 'lost' ? connection.heardAt : null;
  const { head: state } = timeline;
  return {
    state,
    source: cluster.info,
    now,
    isCurrent: state.podsListedAt !== null && isCurrent(connection, now),
    heardAt,
    version: VERSION,
  };
}
