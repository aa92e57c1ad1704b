import { isNothing, isRandom, looksMadeUp } from './made-up.ts';
import type { Span } from './span.ts';

/**
 * Finds secrets in addresses: a password before the host, webhook paths, and the URL-like strings
 * of drivers.
 */

// The end of an address in prose, JSON, and shells.
const ADDRESS = /^[^\s"'<>`\\^]{1,4096}/;
const PORT = /^\d{1,5}$/;

// user:password@tcp(db:3306)/app (Go's MySQL driver); jdbc:oracle:thin:user/password@host;
// user:password@host:port.
const DRIVER =
  /(?<![\w:/@.-])[\w.-]{1,64}:(?<password>[^\s:"'(][^\s"'(]{0,100}?)@(?:tcp|udp|unix|cloudsql|[a-z]{1,16})\([^\s)]{0,200}\)/g;
const ORACLE =
  /(?:jdbc:oracle:\w{1,8}:|\bsqlplus\s{1,4}(?:-\w{1,2}\s{1,4}){0,3})[\w$#.-]{1,64}\/(?<password>[^\s"'@/]{1,128})@/gi;
const BARE =
  /(?<![\w:/@.-])[\w.+-]{1,64}:(?<password>[^\s:"'@/<>(){}[\],;]{4,128})@(?!sha\d)[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}(?::\d{1,5}|\/|(?=\s|$))/g;

/** The spans of secrets in the URLs of a text. */
export function* urlSecrets(text: string): Generator<Span> {
  for (let scheme = text.indexOf('://'); scheme !== -1; ) {
    const start = scheme + 3;
    // An address may contain another in its query: check each one up to the next.
    scheme = text.indexOf('://', start);
    const address = ADDRESS.exec(text.slice(start, scheme === -1 ? start + 4096 : Math.min(scheme, start + 4096)))?.[0] ?? '';
    yield* userInformation(address, start);
    yield* webhook(address, start);
  }
  if (!text.includes('@')) return;
  for (const find of [DRIVER, ORACLE, BARE]) {
    for (const match of text.matchAll(find)) {
      const password = match.groups?.password as string;
      if (isNothing(password) || (find === BARE && !looksMadeUp(password))) continue;
      const start = match.index + match[0].indexOf(password, match[0].search(find === ORACLE ? '/' : ':'));
      yield { start, end: start + password.length, kind: 'credentials in a URL' };
    }
  }
}

function* userInformation(address: string, start: number): Generator<Span> {
  const at = userInformationEnd(address);
  if (at <= 0) return;
  const user = address.slice(0, at);
  const colon = user.indexOf(':');
  if (colon === -1) {
    // A user name alone is no secret, but git and npm put a token there.
    if (!looksMadeUp(user) && !isRandom(user)) return;
  } else if (isNothing(user.slice(colon + 1))) return;
  yield { start, end: start + at, kind: 'credentials in a URL' };
}

// Passwords may contain an unencoded @ or /: then the part after the first colon is no port.
function userInformationEnd(address: string): number {
  const path = address.search(/[/?#]/);
  const authority = path === -1 ? address : address.slice(0, path);
  const inside = authority.lastIndexOf('@');
  if (inside !== -1) {
    // user:p@ss/word@host
    const last = address.lastIndexOf('@');
    return last > inside &&
      /^[\w.-]{1,253}(?::\d{1,5})?(?:[/?,]|$)/.test(address.slice(last + 1)) &&
      !/[?#]/.test(address.slice(inside, last)) &&
      !hostAt(authority.slice(inside + 1))
      ? last
      : inside;
  }
  const colon = authority.indexOf(':');
  if (colon === -1 || authority.startsWith('[')) return -1;
  const behind = authority.slice(colon + 1);
  if (behind === '' || PORT.test(behind) || isNothing(behind)) return -1;
  const query = address.indexOf('?');
  return (query === -1 ? address : address.slice(0, query)).lastIndexOf('@');
}

// host, host:port, or several of them.
function hostAt(text: string): boolean {
  return /^(?:[\w.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?(?:,[\w.-]{1,253}(?::\d{1,5})?){0,16}$/i.test(text);
}

const HOOK = /^(?:.{0,16}hooks?(?:b2)?|services|workflows|triggers|key|bot.{0,4})$/i;
const HOOK_HOST = /^(?:hooks?\.|[\w.-]{0,200}\.webhook\.office\.com|discord(?:app)?\.com|api\.telegram\.org)/i;
const ONLY_ID = /^(?:\d{1,24}|[TB][A-Z0-9]{8,12})$/;

// The random parts of a path after a part that says webhook, or on a webhook host.
function* webhook(address: string, start: number): Generator<Span> {
  const slash = address.indexOf('/');
  if (slash === -1) return;
  let isHook = HOOK_HOST.test(address);
  let at = slash + 1;
  for (const part of address.slice(at).split('/', 16)) {
    const text = part.split(/[?#]/, 1)[0] as string;
    const isBot = /^bot\d{6,12}:/.test(text);
    if (isBot || (isHook && text.length >= 8 && !ONLY_ID.test(text) && looksMadeUp(text.replaceAll(/[@-]/g, ''))))
      yield { start: start + at, end: start + at + text.length, kind: 'credentials in a URL' };
    isHook ||= HOOK.test(text);
    if (text.length < part.length) return;
    at += part.length + 1;
  }
}
