import { BlockList, isIP } from 'node:net';
import { configurationError } from '../http/connection-error.ts';
import type { Environment } from './environment.ts';

/** A proxy on the way to the API server. */
export interface ProxyServer {
  /** `http:`, `https:`, `socks5:` or `socks5h:`; it may hold a name and a password. */
  readonly url: string;
  /** Its origin: a field of the kubeconfig, or a variable. */
  readonly from: string;
}

/** A proxy without its password, for a message. */
export function proxyText({ url, from }: ProxyServer): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host} (${from})`;
}

const PROTOCOLS = ['http:', 'https:', 'socks5:', 'socks5h:'];

/**
 * @param field names the holder of the address in messages.
 * @throws ConnectionError of kind `configuration` if it is not the address of a proxy.
 */
export function checkProxyUrl(url: string, field: string): void {
  if (URL.canParse(url) && PROTOCOLS.includes(new URL(url).protocol) && new URL(url).hostname !== '') return;
  const shown = url.replace(/\/\/[^/@]*@/, '//***@');
  throw configurationError(`${field} is "${shown}"`, `it has to begin with ${PROTOCOLS.map((p) => `${p}//`).join(' or ')}`);
}

/**
 * The proxy that the environment names for a server, by Go's rules
 * (golang.org/x/net/http/httpproxy): HTTPS_PROXY or HTTP_PROXY by the server's scheme, upper case
 * first; none for localhost, loopback addresses and entries of NO_PROXY. Null if there is none.
 * @throws ConnectionError of kind `configuration` if the variable is not the address of a proxy.
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

/** Does NO_PROXY list a host with that port? */
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
  // "foo.com" covers itself and all subdomains; ".foo.com" and "*.foo.com" only subdomains.
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

// An IPv6 address has colons of its own: with a port it is in brackets.
function splitPort(pattern: string): readonly [name: string, port: string] {
  if (isIP(pattern) !== 0) return [pattern, ''];
  const [, name, port] = /^(.*):(\w+)$/.exec(pattern) ?? [];
  return [(name ?? pattern).replace(/^\[|\]$/g, ''), port ?? ''];
}
