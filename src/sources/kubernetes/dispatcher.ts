import { type KubeConfig, RequestContext } from '@kubernetes/client-node';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';

/** What a TLS connection to the API server needs: all optional, as the kubeconfig gives it. */
export interface TlsMaterial {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

// An idle connection is kept for less than API servers (90 s) and common load balancers (60 s) keep it, so that a request
// never meets one that the other side has just closed. undici would drop it after 4 s: a handshake for each log.
const KEEP_IDLE_MS = 45_000;
const CONNECT_TIMEOUT_MS = 10_000;
// client-go's interval: it finds a dead peer, and keeps balancers from forgetting a quiet watch.
const TCP_KEEP_ALIVE_MS = 30_000;
// Two watches, four logs, and two to spare.
const MAX_CONNECTIONS = 8;

/**
 * The one dispatcher that all requests to an API server go through: keep-alive connections, shared, TLS as the kubeconfig has
 * it, its proxy. It refuses anything but GET, whoever asks.
 *
 * HTTP/1.1 on purpose: one broken or silent stream then never takes another one with it.
 */
export async function createDispatcher(tls: TlsMaterial, proxyUrl: string | null, kubeConfig: KubeConfig): Promise<Dispatcher> {
  return (await unguarded(tls, proxyUrl, kubeConfig)).compose(onlyGet);
}

async function unguarded(tls: TlsMaterial, proxyUrl: string | null, kubeConfig: KubeConfig): Promise<Dispatcher> {
  const pool = {
    connections: MAX_CONNECTIONS,
    keepAliveTimeout: KEEP_IDLE_MS,
    keepAliveMaxTimeout: KEEP_IDLE_MS,
    allowH2: false,
  };
  const tcp = { keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS, timeout: CONNECT_TIMEOUT_MS, allowH2: false };
  if (proxyUrl === null) return new Agent({ ...pool, connect: { ...tls, ...tcp } });
  if (proxyUrl.startsWith('socks')) return socksDispatcher(kubeConfig);
  return new ProxyAgent({ ...pool, uri: proxyUrl, requestTls: { ...tls, allowH2: false }, connect: tcp });
}

// undici's own SOCKS agent writes a warning to the terminal, so client-node's is taken.
async function socksDispatcher(kubeConfig: KubeConfig): Promise<Dispatcher> {
  const context = new RequestContext('https://localhost', 'GET');
  await kubeConfig.applySecurityAuthentication(context);
  return context.getDispatcher() as Dispatcher;
}

function onlyGet(dispatch: Dispatcher.Dispatch): Dispatcher.Dispatch {
  return (options, handler) => {
    if (options.method !== 'GET') throw new Error(`crashtop only reads: a ${options.method} request was refused`);
    return dispatch(options, handler);
  };
}
