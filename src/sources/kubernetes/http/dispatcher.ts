import { isIP } from 'node:net';
import { type ConnectionOptions, createSecureContext, getCACertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import { BOUNDS } from '../bounds.ts';
import { Agent, buildConnector, Pool, ProxyAgent } from './undici.ts';

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

// As many connections as requests are under way: two watches for each namespace, a few logs and reads. Who asks bounds them; a
// limit here would let the watches of many namespaces keep all else waiting for ever.
const POOL = {
  connections: null,
  keepAliveTimeout: KEEP_IDLE_MS,
  keepAliveMaxTimeout: KEEP_IDLE_MS,
  maxHeaderSize: BOUNDS.headerBytes,
  allowH2: false,
};
const TCP = { keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS, timeout: CONNECT_TIMEOUT_MS, allowH2: false };

/**
 * The one dispatcher that all requests to an API server go through: keep-alive connections, shared, TLS as the kubeconfig has
 * it, and the proxy. It refuses anything but GET, whoever asks.
 *
 * HTTP/1.1 on purpose: one broken or silent stream then never takes another one with it.
 * @param proxyUrl `http:`, `https:` or `socks5:`; null for none.
 */
export function createDispatcher(tls: TlsMaterial, proxyUrl: string | null): Dispatcher {
  return unguarded(tls, proxyUrl).compose(onlyGet);
}

type ConnectTls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized' | 'secureContext'>;

// Without an authority of the kubeconfig the machine's own are trusted, as in Go: Node would trust its bundled ones alone.
function trusting(tls: TlsMaterial): ConnectTls {
  if (tls.ca !== undefined || tls.rejectUnauthorized === false) return { ...tls };
  return { ...tls, secureContext: createSecureContext({ ...tls, ca: publicAuthorities() }) };
}

// There are hundreds: whoever needs them makes one context for all its connections.
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

// The proxy is trusted for what the cluster is trusted for (Go knows one TLS configuration for both), and for the machine's
// own reasons: a company's proxy is seldom vouched for by the authority of a cluster.
function proxyTls({ ca, rejectUnauthorized }: TlsMaterial): ConnectTls {
  if (rejectUnauthorized === false) return { rejectUnauthorized };
  return { secureContext: createSecureContext({ ca: [...(ca === undefined ? [] : [ca]), ...publicAuthorities()] }) };
}

// undici asks for the proxy's host by name even where that is an address, which TLS does not allow.
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

// The proxy looks the host up, for socks5 as for socks5h: so does Go.
async function tunnel(proxyUrl: string, target: buildConnector.Options) {
  // A CommonJS package: the bundle has nothing of it but the default.
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

/** Do two connections need the same of TLS? */
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
