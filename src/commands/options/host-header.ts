import { isIP, isIPv6 } from 'node:net';

// RFC 6761, 6.3, and what Debian's and Red Hat's /etc/hosts call it: nobody can own one of them on the Internet.
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', 'localhost.localdomain', 'ip6-localhost', 'ip6-loopback']);
const NAME = /^[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?$/;
const HOST = /^(\[[^\]]{0,64}\]|[^:[\]]{1,254})(?::\d{0,5})?$/;

/**
 * The name of a host as names are compared: in lower case, without the final dot; null for what is none.
 * @param text a name or an IP address, without a port; an IPv6 address may stand in brackets.
 */
export function hostName(text: string): string | null {
  if (text.startsWith('[')) {
    const address = text.slice(1, -1);
    return text.endsWith(']') && isIPv6(address) ? address.toLowerCase() : null;
  }
  if (isIP(text) !== 0) return text.toLowerCase();
  const name = text.toLowerCase().replace(/\.$/, '');
  return NAME.test(name) ? name : null;
}

/**
 * Is a request meant for this server? A page in a browser reaches it only by a name that its own server was given (DNS rebinding), and
 * never by an address; so addresses, loopback names and those that crashtop was told will do.
 * @param headers every Host header of the request.
 * @param told as {@link hostName} gives them.
 */
export function isAllowedHost(headers: readonly string[] | undefined, told: ReadonlySet<string>): boolean {
  const [header = '', ...more] = headers ?? [];
  const [, host = ''] = more.length === 0 ? (HOST.exec(header.trim()) ?? []) : [];
  const name = hostName(host);
  return name !== null && (isIP(name) !== 0 || LOOPBACK.has(name) || name.endsWith('.localhost') || told.has(name));
}
