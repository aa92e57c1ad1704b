/**
 * Masks what looks like a secret in free text: messages, logs, commands. Kubernetes names and known prose ("secret
 * "tls-cert" not found", "token-service:1.4.2") stay readable, because causes are read from them; in doubt it masks.
 * Every repetition in these patterns is bounded or starts at a fixed word, so that hostile text costs linear time.
 */
const MASKED = '[redacted]';

// Words that make a key secret. Others may stand before and, bounded, behind them: DB_PASSWORD, x-api-key, clientSecretValue.
const SECRET_WORD = [
  'passw(?:or)?d',
  'passphrase',
  'pwd',
  'secret',
  'token',
  '(?:api|access|private|account|shared|secret|encryption|signing|master|auth|ssh|session)[-_]?key',
  '(?:api|access|private) key',
  'authorization',
  'credentials?',
  'signature',
  'session[-_]?id',
  '_auth',
].join('|');

// A cheap test that spares most texts the rest.
const MAY_HOLD_SECRET =
  /passw|passphrase|pwd|secret|token|key|auth|credential|signature|session|cookie|bearer|basic|eyJ|A[KS]IA|AIza|gh[a-z]_|github_pat|glpat|xox|[sr]k_live|npm_|:\/\/|-----|\s-u\s/i;

// Behind "authorization:" and its like the kubelet, containerd and registries go on in words of their own.
const PROSE =
  '(?:server message|unexpected|failed|invalid|unauthorized|denied|forbidden|permission|connection|incorrect|expired|missing|required|not|no|unknown|cannot|could|error|timeout|timed|context|dial|status|malformed|illegal|must|is|has|was|unable)\\b|(?:get|post|head) "|EOF\\b|rpc ';

// A word behind the closing quote belongs to it: to a shell, 'x'y is one.
const QUOTED = String.raw`(?:\\+"[^"]*"?|\\+'[^']*'?|"(?:[^"\\]|\\[\s\S])*"?|'[^']*'?)\w*`;

interface Rule {
  readonly find: RegExp;
  readonly put: string | ((...match: string[]) => string);
}

const RULES: readonly Rule[] = [
  { find: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g, put: MASKED },
  // An end without a beginning: the text was cut inside the key.
  { find: /^[\s\S]*-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/, put: MASKED },
  { find: /:\/\/[^\s/@:"']{0,256}:[^\s/"']{1,1024}@/g, put: `://${MASKED}@` },
  { find: /(https?):\/\/[^\s/@:"']{1,1024}@/gi, put: `$1://${MASKED}@` },
  { find: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, put: MASKED },
  { find: /(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}(?![A-Za-z0-9])/g, put: MASKED },
  {
    find: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|AIza[\w-]{30,}|[sr]k_live_\w{16,}|npm_[A-Za-z0-9]{30,})/g,
    put: MASKED,
  },
  { find: /\b(bearer)\s{1,4}(?!token\b|auth|realm=)[\w.~+/=-]+/gi, put: `$1 ${MASKED}` },
  { find: /\b([Bb]asic)\s{1,4}(?=[a-z]{0,64}[A-Z0-9+/=])[\w+/=-]{8,}/g, put: `$1 ${MASKED}` },
  { find: /\b((?:set-)?cookie)(["']?[:=]\s{0,4})[^\r\n"']+/gi, put: `$1$2${MASKED}` },
  // "password": "x", \"password\":\"x\", 'password': 12. A quoted name before unquoted words is prose, not JSON.
  {
    find: new RegExp(`((?:${SECRET_WORD})[\\w.-]{0,40}\\\\*["']\\s{0,4}(?::|=>?)\\s{0,4})(${QUOTED}|-?\\d[\\w.]*)`, 'gi'),
    put: (_all, before, value) => (before as string) + maskedValue(value as string),
  },
  // password=x, DB_PASSWORD='x y', password = x, password := x
  {
    find: new RegExp(
      `((?:${SECRET_WORD})[\\w.-]{0,40}(?::?=>?(?!=)|\\s{1,4}:?=>?\\s{1,4}))((?:(?:bearer|basic|token)\\s{1,4})?(?:${QUOTED}|[^\\s"'=][^\\s]*))`,
      'gi',
    ),
    put: (_all, before, value) => (before as string) + maskedValue(value as string),
  },
  // password: x, Authorization: Basic x, but nothing of `authorization: server message: ...`
  {
    find: new RegExp(
      `((?:${SECRET_WORD})s?(?:[-_]?(?:key|value|id))?\\s{0,4}:\\s{1,4})(?!${PROSE})((?:(?:bearer|basic|digest|negotiate|token|apikey)\\s{1,4})?(?:${QUOTED}|[^\\s"'][^\\s]*))`,
      'gi',
    ),
    put: (_all, before, value) => (before as string) + maskedValue(value as string),
  },
  // {User:root DBPassword:x}, but neither "registry/token:1.2" nor "token:1.2"
  {
    find: new RegExp(`((?<![\\w./"'@-])\\w{0,40}?(?:${SECRET_WORD}):)(${QUOTED}|[^\\s"'/][^\\s]*)`, 'gi'),
    put: (_all, before, value) => (before as string) + maskedValue(value as string),
  },
  {
    find: new RegExp(
      `((?<![\\w-])--?[\\w-]{0,40}?(?:${SECRET_WORD})[\\w-]{0,40}\\s{1,4})(?![-=|&;<>)])(${QUOTED}|[^\\s"'][^\\s]*)`,
      'gi',
    ),
    put: (_all, before, value) => (before as string) + maskedValue(value as string),
  },
  { find: /(\s(?:-u|--user)\s{1,4})[^\s:]{1,256}:[^\s]+/g, put: `$1${MASKED}` },
];

// Quotes stay, so that masked JSON and shell words remain what they were, and what follows is no part of the value the next time.
function maskedValue(value: string): string {
  const [, before = '', open] = /^(\w+\s{1,4})?(\\*["'])/.exec(value) ?? [];
  if (open === undefined) return MASKED;
  const quoted = value.slice(before.length).replace(/(?<!\w)\w+$/, '');
  const isClosed = quoted.length > open.length && quoted.endsWith(open.at(-1) as string);
  return `${before}${open}${MASKED}${isClosed ? open : ''}`;
}

/** The text with everything that looks like a secret replaced by `[redacted]`. */
export function maskText(text: string): string {
  if (!MAY_HOLD_SECRET.test(text)) return text;
  let masked = text;
  for (const { find, put } of RULES) masked = masked.replace(find, put as string);
  return masked;
}

const SECRET_KEY = new RegExp(SECRET_WORD, 'i');

/** The value of a named entry (a label, an annotation): masked whole where its name says that it is secret. */
export function maskEntry(key: string, value: string): string {
  return SECRET_KEY.test(key) ? MASKED : maskText(value);
}

const FLAG = /^--?[\w-]+$/;

/** A command, word by word: the word behind `--password` goes as a whole. */
export function maskCommand(words: readonly string[]): string[] {
  return words.map((word, i) => (i > 0 && isSecretFlag(words[i - 1] as string) ? MASKED : maskText(word)));
}

function isSecretFlag(word: string): boolean {
  return FLAG.test(word) && SECRET_KEY.test(word);
}
