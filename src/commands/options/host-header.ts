import { isIP, isIPv6 } from 'node:net';

// RFC 6761, 6.3, and the names in /etc/hosts of Debian and Red Hat: no one can own these on the
// Internet.
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', 'localhost.localdomain', 'ip6-localhost', 'ip6-loopback']);
const NAME = /^[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?$/;
const HOST = /^(\[[^\]]{0,64}\]|[^:[\]]{1,254})(?::\d{0,5})?$/;

/**
 * A host name in comparable form: lower case, without the final dot; null if invalid.
 * @param text a name or an IP address, without a port; an IPv6 address may be in brackets.
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
 * True if a request is meant for this server. A page in a browser can reach it only by a name that
 * the page's own server controls (DNS rebinding), and never by an address. So addresses, loopback
 * names and configured names are safe.
 * @param headers every Host header of the request.
 * @param allowed names as from {@link hostName}.
 */
export function isAllowedHost(headers: readonly string[] | undefined, allowed: ReadonlySet<string>): boolean {
  const [header = '', ...more] = headers ?? [];
  const [, host = ''] = more.length === 0 ? (HOST.exec(header.trim()) ?? []) : [];
  const name = hostName(host);
  return name !== null && (isIP(name) !== 0 || LOOPBACK.has(name) || name.endsWith('.localhost') || allowed.has(name));
}
