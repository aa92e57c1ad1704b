import { BlockList, isIP } from 'node:net';
import { configurationError } from '../http/connection-error.ts';
import type { Environment } from './environment.ts';

/** A proxy on the way to the API server. */
export interface ProxyServer {
  /** `http:`, `https:`, `socks5:` or `socks5h:`; it may hold a name and a password. */
  readonly url: string;
  /** What named it: a field of the kubeconfig, or a variable. */
  readonly from: string;
}

/** A proxy without its password, for a message. */
export function proxyText({ url, from }: ProxyServer): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host} (${from})`;
}

const PROTOCOLS = ['http:', 'https:', 'socks5:', 'socks5h:'];

/**
 * @param field how a message names what holds the address.
 * @throws ConnectionError of kind `configuration` where that is the address of no proxy.
 */
export function checkProxyUrl(url: string, field: string): void {
  if (URL.canParse(url) && PROTOCOLS.includes(new URL(url).protocol) && new URL(url).hostname !== '') return;
  const shown = url.replace(/\/\/[^/@]*@/, '//***@');
  throw configurationError(`${field} is "${shown}"`, `it has to begin with ${PROTOCOLS.map((p) => `${p}//`).join(' or ')}`);
}

/**
 * The proxy that the environment names for a server, by Go's rules (golang.org/x/net/http/httpproxy): HTTPS_PROXY or
 * HTTP_PROXY by the server's scheme, in capitals first; none for localhost and loopback addresses, and none for what NO_PROXY
 * lists. Null where there is none.
 * @throws ConnectionError of kind `configuration` where the variable is the address of no proxy.
 */
export function proxyOfEnvironment(server: string, env: Environment): ProxyServer | null {
  const { protocol, hostname, port } = new URL(server);
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const from = [name, name.toLowerCase()].find((n) => env[n]);
  const address = from === undefined ? undefined : env[from];
  if (from === undefined || address === undefined) return null;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isLoopback(host)) return null;
  const noProxy = env.NO_PROXY || env.no_proxy || '';
  if (isExcepted(host, port || (protocol === 'https:' ? '443' : '80'), noProxy)) return null;
  const url = address.includes('://') ? address : `http://${address}`;
  checkProxyUrl(url, from);
  return { url, from };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || isIn(host, '127.0.0.0', 8) || isIn(host, '::1', 128);
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** Is a host with that port among what NO_PROXY lists? */
export function isExcepted(host: string, port: string, noProxy: string): boolean {
  const patterns = noProxy.split(',').map((p) => p.trim().toLowerCase());
  return patterns.some((pattern) => pattern !== '' && (pattern === '*' || matches(pattern, host, port)));
}

function matches(pattern: string, host: string, port: string): boolean {
  const [, network = '', bits = ''] = /^(.*)\/(\d+)$/.exec(pattern) ?? [];
  if (isIP(network) !== 0) return isIn(host, network, Number(bits));
  const [name, wantedPort] = splitPort(pattern);
  if (wantedPort !== '' && wantedPort !== port) return false;
  if (isIP(name) !== 0) return isIP(host) !== 0 && isIn(host, name, isIP(name) === 6 ? 128 : 32);
  if (isIP(host) !== 0 || name === '') return false;
  // "foo.com" is itself and all below it, ".foo.com" and "*.foo.com" only what is below.
  const domain = name.replace(/^\*(?=\.)/, '');
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

function isIn(host: string, network: string, bits: number): boolean {
  const family = familyOf(network);
  if (isIP(host) === 0 || bits > (family === 'ipv6' ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family);
  return list.check(host, familyOf(host));
}

// An IPv6 address has colons of its own: with a port it stands in brackets.
function splitPort(pattern: string): readonly [name: string, port: string] {
  if (isIP(pattern) !== 0) return [pattern, ''];
  const [, name, port] = /^(.*):(\w+)$/.exec(pattern) ?? [];
  return [(name ?? pattern).replace(/^\[|\]$/g, ''), port ?? ''];
}
