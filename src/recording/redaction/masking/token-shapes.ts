import { isRandom } from './made-up.ts';
import type { SecretKind, Span } from './span.ts';
import { TOKEN_PREFIXES } from './token-prefixes.ts';

/** Finds secrets by their own shape, whatever surrounds them. */

// Prefixes that gitleaks lacks, or knows only in a longer form: each from the vendor's
// documentation.
const MORE_PREFIXES = [
  ...['sk-ant-', 'sk-or-', 'gsk_', 'hf_', 'xai-', 'nvapi-', 'r8_', 'pcsk_', 'lsv2_', 'tvly-', 'ya29.', 'GOCSPX-', '1//0'],
  ...['whsec_', 'pk_live_', 'pk_test_', 'sq0csp-', 'SG.', 'xoxp-', 'xoxc-', 'xoxd-', 'xoxe.', 'ATCTT3', 'ATBB', 'hvr.', 'pypi-'],
  ...['dckr_pat_', 'dckr_oat_', 'dp.st.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.', 'tskey-', 'figd_', 'sbp_', 'sb_secret_'],
  ...['A3T', 'AGPA', 'AIDA', 'AROA', 'AIPA', 'ANPA', 'ANVA', 'phx_', 'nfp_', 'vercel_', 'vcp_', 'CCIPAT_', 'rpa_', 'nbp_'],
  ...['secret-token:', 'squ_', 'sqp_', 'sqa_', 'PVEAPIToken=', 'glsoat-', 'ZXlK', 'NRAL-', 'dd-api-', 'apify_api_', 'ghv1_'],
];

const escaped = (text: string) => text.replaceAll(/[.+*?^$()[\]{}|\\/-]/g, '\\$&');
const prefixes = [...new Set([...TOKEN_PREFIXES, ...MORE_PREFIXES])].map(escaped).join('|');

/** One of the prefixes, and the rest of the token on its line. */
const PREFIXED = new RegExp(`(?<![A-Za-z0-9])(?:${prefixes})[\\w.+/=~-]{0,4096}`, 'g');

const MAY_HOLD = new RegExp(
  `(?<![A-Za-z0-9])(?:${prefixes}|eyJ|s\\.[A-Za-z0-9]{20}|sk-|[AS][CK][0-9a-f]{32}|[0-9a-f]{32}-us|\\d{6,12}:A|[MNO][\\w-]{23,27}\\.|EAA)|Q~|atlasv1|sha256~`,
);

/** Cheap test for a possible token: most texts have none. */
export function mayHoldToken(text: string): boolean {
  return MAY_HOLD.test(text);
}

interface Shape {
  readonly find: RegExp;
  readonly kind: SecretKind;
  /** The group that is the secret; without one, the whole match. */
  readonly group?: string;
}

const SHAPES: readonly Shape[] = [
  // JWT, JWE, and other JSON in Base64, truncated ones included.
  { find: /(?<![\w-])eyJ[\w-]{8,}(?:\.(?=\.)|\.[\w-]+){0,4}={0,2}/g, kind: 'token' },
  { find: /(?<![A-Za-z0-9])A(?:KIA|SIA|ROA|IDA|GPA|IPA|NPA|NVA|BIA|CCA|3T[A-Z0-9])[A-Z0-9]{16}(?![A-Za-z0-9])/g, kind: 'key' },
  { find: /(?<![\w/])(?:hvs|hvb|hvr|s)\.[A-Za-z0-9_-]{20,300}(?![\w.-])/g, kind: 'token' },
  { find: /(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{20,300}/g, kind: 'token' },
  // Twilio, Mailgun, Mailchimp, Discord, Telegram, Azure AD, Terraform Cloud, Facebook, ClickHouse
  // Cloud.
  { find: /(?<![A-Za-z0-9])AC[0-9a-f]{32}:(?<secret>\w{16,64})/g, kind: 'token', group: 'secret' },
  { find: /(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![A-Za-z0-9])/g, kind: 'token' },
  { find: /(?<![A-Za-z0-9])(?:key|pubkey)-[0-9a-f]{32}(?![A-Za-z0-9])/g, kind: 'token' },
  { find: /(?<![A-Za-z0-9])[0-9a-f]{32}-us\d{1,2}(?![A-Za-z0-9])/g, kind: 'token' },
  { find: /(?<![\w.-])[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,45}(?![\w.-])/g, kind: 'token' },
  { find: /(?<![A-Za-z0-9])\d{6,12}:A[A-Za-z0-9_-]{30,40}(?![A-Za-z0-9])/g, kind: 'token' },
  { find: /(?<![\w~.-])[\w~.]{3}\dQ~[\w~.-]{28,40}/g, kind: 'key' },
  { find: /(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{20,80}/g, kind: 'token' },
  { find: /(?<![A-Za-z0-9])EAA[A-Za-z0-9]{40,400}/g, kind: 'token' },
  { find: /(?<![A-Za-z0-9])4b1d[A-Za-z0-9]{38}(?![A-Za-z0-9])/g, kind: 'key' },
  // Password hashes: they can be cracked offline.
  {
    find: /\$(?:2[abxy]?|apr1|argon2(?:id|i|d)|pbkdf2[\w-]{0,12}|scrypt|[156y]|md5|sha1|bcrypt(?:-sha256)?)\$[\w./+$=,-]{10,400}/g,
    kind: 'password hash',
  },
  { find: /(?:pbkdf2_sha\d{1,3}|SCRAM-SHA-\d{1,3}|argon2|bcrypt_sha256)\$[\w./+$=,:-]{16,400}/g, kind: 'password hash' },
  { find: /\{(?:S?SHA(?:256|384|512)?|S?MD5|CRYPT|PBKDF2[\w-]{0,12})\}[\w./+$=-]{8,200}/g, kind: 'password hash' },
  { find: /(?<=\bsha256~)[\w-]{16,64}/g, kind: 'token' },
  { find: /(?<=\bAGE-SECRET-KEY-)1[A-Z0-9]{20,80}/g, kind: 'private key' },
];

const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const PRIVATE_KEY_END = /-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;

// A secret that may follow an AWS access key ID: 40 characters of Base64.
const AWS_ID = /(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z0-9]{12,16}(?![A-Za-z0-9])/g;
const AWS_SECRET = /(?<![\w+/=])[\w+/]{40}(?![\w+/=])/g;

/**
 * The shapes found in a text. Each pattern is bounded and starts with a fixed word or a boundary.
 */
export function* tokenShapes(text: string): Generator<Span> {
  yield* privateKeys(text);
  for (const match of text.matchAll(PREFIXED)) {
    const token = match[0].replace(/[.=/-]{1,3}$/, (tail) => (tail.startsWith('=') ? tail : ''));
    if (!holdsRandom(token)) continue;
    yield { start: match.index, end: continued(text, match.index + token.length), kind: 'token' };
  }
  for (const { find, kind, group } of SHAPES) {
    for (const match of text.matchAll(find)) {
      const secret = group === undefined ? match[0] : (match.groups?.[group] as string);
      const end = match.index + match[0].length;
      yield { start: end - secret.length, end: kind === 'token' ? continued(text, end) : end, kind };
    }
  }
  for (const match of text.matchAll(AWS_ID)) yield* secretsBeside(text, match.index, match.index + match[0].length);
}

// npm_config_registry starts like a token, but a token has a run of letters and digits that is no
// word.
function holdsRandom(token: string): boolean {
  for (const run of token.matchAll(/[A-Za-z0-9]{8,}/g)) {
    if (/\d/.test(run[0]) && /[A-Za-z]/.test(run[0])) return true;
    if (run[0].length >= 16 && /[a-z]/.test(run[0]) && /[A-Z]/.test(run[0])) return true;
  }
  return false;
}

const CONTINUATION = /\r?\n[ \t]{0,16}(?<rest>[\w.+/=~-]{4,4096})(?=[\s"',;)}\]]|$)/y;

// A token at the end of a line may be wrapped: a random word alone on the next line is its rest.
function continued(text: string, end: number): number {
  CONTINUATION.lastIndex = end;
  const match = CONTINUATION.exec(text);
  const rest = match?.groups?.rest;
  if (match === null || rest === undefined) return end;
  const isRest = isRandom(rest) || (/\d/.test(rest) && /[a-z]/.test(rest) && /[A-Z]/.test(rest));
  return isRest ? end + match[0].length : end;
}

// What follows the header of an actual key: the end of the line, also written as \\n, or the key.
// In prose, a quote or a word.
const KEY_FOLLOWS = /[ \t]{0,8}(?:\r?\n|\\|$|[A-Za-z0-9+/=]{16})/y;
// Lines of Base64, after any logger prefix, and headers.
const KEY_LINE = /(?<!\S)[A-Za-z0-9+/=\\]{4,}["',]{0,4}$|^[A-Za-z-]{1,24}: .{1,80}$|^$/;

function* privateKeys(text: string): Generator<Span> {
  if (!text.includes('PRIVATE KEY')) return;
  // Searching beyond the last end would scan the rest of the text for each start.
  const ends = [...text.matchAll(PRIVATE_KEY_END)].map((end) => ({ start: end.index, end: end.index + end[0].length }));
  let next = 0;
  let behind = 0;
  for (const begin of text.matchAll(PRIVATE_KEY)) {
    if (begin.index < behind) continue;
    const body = begin.index + begin[0].length;
    KEY_FOLLOWS.lastIndex = body;
    if (!KEY_FOLLOWS.test(text)) continue;
    // Ends without a start: the text was cut inside their keys.
    for (; next < ends.length && (ends[next] as Range).start < body; next++) yield* headless(text, ends[next] as Range, behind);
    const end = ends[next++]?.end ?? keyLinesAfter(text, body);
    yield { start: begin.index, end, kind: 'private key' };
    behind = end;
  }
  for (; next < ends.length; next++) yield* headless(text, ends[next] as Range, behind);
}

type Range = Pick<Span, 'start' | 'end'>;

function* headless(text: string, end: Range, floor: number): Generator<Span> {
  const start = keyLinesBefore(text, end.start, floor);
  if (start < end.start) yield { start, end: end.end, kind: 'private key' };
}

function keyLinesAfter(text: string, from: number): number {
  let end = from;
  while (end < text.length) {
    const newline = text.indexOf('\n', end + 1);
    const until = newline === -1 ? text.length : newline;
    if (!KEY_LINE.test(text.slice(end, until).trim().slice(-200))) break;
    end = until;
  }
  return end;
}

function keyLinesBefore(text: string, to: number, floor: number): number {
  let start = to;
  let until = to;
  while (until > floor) {
    const newline = Math.max(text.lastIndexOf('\n', until - 1), floor - 1);
    const line = text.slice(newline + 1, until).trimEnd();
    const last = /(?<![A-Za-z0-9+/=\\])[A-Za-z0-9+/=\\]{4,}$/.exec(line);
    if (last === null && line.trim() !== '' && until !== to) break;
    if (last !== null) start = newline + 1 + last.index;
    until = newline;
  }
  return start;
}

const NEAR = 160;

function* secretsBeside(text: string, start: number, end: number): Generator<Span> {
  const from = Math.max(0, start - NEAR);
  for (const match of text.slice(from, end + NEAR).matchAll(AWS_SECRET)) {
    if (isRandom(match[0])) yield { start: from + match.index, end: from + match.index + 40, kind: 'key' };
  }
}
