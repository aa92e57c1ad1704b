import { isIP } from 'node:net';
import { type ConnectionOptions, createSecureContext, getCACertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import { BOUNDS } from '../bounds.ts';
import { Agent, buildConnector, Pool, ProxyAgent } from './undici.ts';

/** The TLS settings of the kubeconfig for the API server, all optional. */
export interface TlsMaterial {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

// Keeps idle connections for less time than API servers (90 s) and common load balancers (60 s) do,
// so that a request never meets one that the other side has just closed. undici would drop them
// after 4 s: a handshake for each log.
const KEEP_IDLE_MS = 45_000;
const CONNECT_TIMEOUT_MS = 10_000;
// client-go's interval: finds a dead peer, and keeps load balancers from dropping a quiet watch.
const TCP_KEEP_ALIVE_MS = 30_000;

// One connection for each request in progress: two watches for each namespace, a few logs and
// reads. Callers bound their number; a limit here would let the watches of many namespaces block
// everything else forever.
const POOL = {
  connections: null,
  keepAliveTimeout: KEEP_IDLE_MS,
  keepAliveMaxTimeout: KEEP_IDLE_MS,
  maxHeaderSize: BOUNDS.headerBytes,
  allowH2: false,
};
const TCP = { keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS, timeout: CONNECT_TIMEOUT_MS, allowH2: false };

/**
 * The one dispatcher for all requests to an API server: shared keep-alive connections, TLS after
 * the kubeconfig, and the proxy. It refuses everything but GET.
 *
 * HTTP/1.1 on purpose: one broken or silent stream then never takes another one with it.
 * @param proxyUrl `http:`, `https:` or `socks5:`; null for none.
 */
export function createDispatcher(tls: TlsMaterial, proxyUrl: string | null): Dispatcher {
  return unguarded(tls, proxyUrl).compose(onlyGet);
}

type ConnectTls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized' | 'secureContext'>;

// Without an authority in the kubeconfig, trusts the machine's own, as Go does: Node would trust
// only its bundled ones.
function trusting(tls: TlsMaterial): ConnectTls {
  if (tls.ca !== undefined || tls.rejectUnauthorized === false) return { ...tls };
  return { ...tls, secureContext: createSecureContext({ ...tls, ca: publicAuthorities() }) };
}

// There are hundreds: callers make one context for all their connections.
function publicAuthorities(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

function unguarded(given: TlsMaterial, proxyUrl: string | null): Dispatcher {
  const tls = trusting(given);
  if (proxyUrl === null) return new Agent({ ...POOL, connect: { ...tls, ...TCP } });
  if (proxyUrl.startsWith('socks')) return new Agent({ ...POOL, connect: socksConnector(proxyUrl, { ...tls, ...TCP }) });
  return new ProxyAgent({
    ...POOL,
    uri: proxyUrl,
    requestTls: { ...tls, ...TCP },
    proxyTls: { ...TCP, ...(proxyUrl.startsWith('https:') ? proxyTls(given) : {}) },
    clientFactory: (origin, options) => new Pool(origin, withoutAddressAsName(options)),
  });
}

// Trusts the proxy by the cluster's authority (Go has one TLS configuration for both) and by the
// machine's own: a cluster's authority seldom signs a company's proxy.
function proxyTls({ ca, rejectUnauthorized }: TlsMaterial): ConnectTls {
  if (rejectUnauthorized === false) return { rejectUnauthorized };
  return { secureContext: createSecureContext({ ca: [...(ca === undefined ? [] : [ca]), ...publicAuthorities()] }) };
}

// undici sends the proxy's host as the server name even if it is an address, which TLS does not
// allow.
function withoutAddressAsName(options: object): Pool.Options {
  const { connect } = options as { connect: buildConnector.connector };
  return {
    ...options,
    connect: (target: buildConnector.Options, callback: buildConnector.Callback) =>
      connect({ ...target, ...(isIP(target.servername ?? '') === 0 ? {} : { servername: '' }) }, callback),
  };
}

// undici's own SOCKS agent writes a warning to the terminal.
function socksConnector(proxyUrl: string, tls: buildConnector.BuildOptions): buildConnector.connector {
  const secure = buildConnector(tls);
  return (target, callback) => {
    tunnel(proxyUrl, target).then(
      (socket) => {
        if (target.protocol === 'https:') secure({ ...target, httpSocket: socket }, callback);
        else callback(null, socket);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    );
  };
}

// The proxy resolves the host, for socks5 as for socks5h: so does Go.
async function tunnel(proxyUrl: string, target: buildConnector.Options) {
  // A CommonJS package: the bundle only has its default export.
  const { SocksClient } = (await import('socks')).default;
  const { hostname, port, username, password } = new URL(proxyUrl);
  const login = { userId: decodeURIComponent(username), password: decodeURIComponent(password) };
  const { socket } = await SocksClient.createConnection({
    command: 'connect',
    timeout: CONNECT_TIMEOUT_MS,
    proxy: { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 1080), type: 5, ...(username === '' ? {} : login) },
    destination: {
      host: target.hostname.replace(/^\[|\]$/g, ''),
      port: Number(target.port || (target.protocol === 'https:' ? 443 : 80)),
    },
  });
  socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
  return socket;
}

function onlyGet(dispatch: Dispatcher.Dispatch): Dispatcher.Dispatch {
  return (options, handler) => {
    if (options.method !== 'GET') throw new Error(`crashtop only reads: a ${options.method} request was refused`);
    return dispatch(options, handler);
  };
}

/** Do two connections need the same TLS settings? */
export function sameTls(a: TlsMaterial, b: TlsMaterial): boolean {
  const same = (x: string | Buffer | undefined, y: string | Buffer | undefined) => String(x ?? '') === String(y ?? '');
  return (
    same(a.ca, b.ca) &&
    same(a.cert, b.cert) &&
    same(a.key, b.key) &&
    a.servername === b.servername &&
    a.rejectUnauthorized === b.rejectUnauthorized
  );
}
