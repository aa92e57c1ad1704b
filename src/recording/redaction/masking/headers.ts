import { endOfLine } from './lines.ts';
import { isNothing, isRandom, looksMadeUp } from './made-up.ts';
import { readValue, wholeWordEnd } from './read-value.ts';
import type { Span } from './span.ts';

const SCHEME =
  /(?:[[("'`\\]{0,4})(?<scheme>basic|bearer|token|digest|negotiate|ntlm|api-?key|apitoken|key|splunk|ssws|oauth|sharedkey(?:lite)?|sharedaccesssignature|aws4-hmac-sha256|hawk|dpop|mac|pveapitoken|googlelogin|genie-?key|hmac[\w-]{0,12})(?:[ \t]|\r?\n[ \t]|=(?=PVE)){1,4}/iy;
const WHOLE_LINE = /^(?:digest|aws4-hmac-sha256|hawk|mac|sharedaccesssignature|oauth)$/i;
const NO_CREDENTIAL = /^(?:realm=|error=|auth|token|scheme|challenge|header|required|missing|not|is|type|credential)/i;

/** The credential of an Authorization header; null if there is none, undefined without a scheme. */
export function authorization(text: string, nameStart: number, at: number): Pick<Span, 'start' | 'end'> | null | undefined {
  SCHEME.lastIndex = at;
  const scheme = SCHEME.exec(text);
  if (scheme?.groups === undefined) return undefined;
  const start = at + scheme[0].length;
  const word = readValue(text, start, false);
  const value = text.slice(word.start, word.gluedEnd);
  if (value === '' || NO_CREDENTIAL.test(value) || isNothing(value)) return null;
  if (!WHOLE_LINE.test(scheme.groups.scheme as string))
    return {
      start: word.end > word.start ? word.start : Math.min(word.end + 1, word.gluedEnd),
      end: Math.max(word.gluedEnd, wholeWordEnd(text, word)),
    };
  // Its parameters are quoted: only the quote opened before the name or the scheme closes it.
  const lineEnd = endOfLine(text, start);
  const open = /["'`]/.exec((text[nameStart - 1] ?? '') + text.slice(at, start))?.[0];
  const close = open === undefined ? -1 : text.slice(start, lineEnd).lastIndexOf(open);
  return { start, end: close <= 0 ? lineEnd : start + close };
}

const BEARER = /(?<![\w-])(?<scheme>bearer|basic)[ \t]{1,4}(?:\r?\n[ \t]{0,16})?["'`]?(?<word>[\w.~+/=-]{1,4096})/gi;
const AFTER_BEARER =
  /^(?:auth\w*|tokens?|realm|error|scheme|challenge|header|type|credentials?|access|jwts?|format|prefix|method|schema)$/i;

/** Credentials after Bearer or Basic without a header name before them. */
export function* bareCredentials(text: string): Generator<Span> {
  for (const match of text.matchAll(BEARER)) {
    const { scheme, word } = match.groups as { scheme: string; word: string };
    const value = word.replace(/[.]$/, '');
    if (isNothing(value) || AFTER_BEARER.test(value) || value.startsWith('realm=')) continue;
    if (scheme.toLowerCase() === 'basic' ? !isPair(value) : value.length < 8 && !looksMadeUp(value)) continue;
    const start = match.index + match[0].length - word.length;
    yield { start, end: start + value.length, kind: 'token' };
  }
}

// Base64 of `user:password`, possibly cut; what follows Basic in prose is not.
function isPair(value: string): boolean {
  if (value.length < 6 || !/^[A-Za-z0-9+/_-]{6,4096}={0,2}$/.test(value)) return false;
  return /^[\x20-\x7e]{1,64}:/.test(Buffer.from(value, 'base64').toString('latin1')) || (value.length >= 12 && isRandom(value));
}

const COOKIE = /(?<![\w.-])[\w.-]{1,64}=(?<value>[^;\s]{1,256})/;
const COOKIES = /[^\r\n"'`\]]{1,4096}/y;

/** The cookies after `at`, the position of a header's value. */
export function* cookies(text: string, at: number): Generator<Span> {
  const open = /^[[{("'`\s]{0,4}/.exec(text.slice(at, at + 4))?.[0].length ?? 0;
  const begin = text.slice(at + open, at + open + 256).split(/[\r\n"'`\]]/, 1)[0] as string;
  if (begin.startsWith('[redacted')) return;
  const pair = COOKIE.exec(begin)?.groups?.value;
  if (pair === undefined ? !looksMadeUp(begin.trim()) : isNothing(pair)) return;
  COOKIES.lastIndex = at + open;
  const all = COOKIES.exec(text)?.[0] ?? '';
  yield { start: at + open, end: at + open + all.trimEnd().length, kind: 'cookie' };
}
