/**
 * Classifies text in the position of a value: is it a value, and does it look generated or
 * carefully chosen?
 */

// Nothing, states, answers, and words that say that a value is missing or invalid.
const NO_VALUES = new Set(
  `null nil none undefined nan n/a na unset empty blank void unknown true false yes no on off enabled disabled y n ok
  required missing invalid expired incorrect wrong mismatch denied rejected revoked forbidden unauthorized failed failure
  error present absent optional default ignored unsupported malformed changed updated rotated generated loaded provided
  supplied set found valid verified hidden redacted masked filtered removed omitted sanitized scrubbed encrypted protected
  string str text int integer bool boolean bytes byte number object array map list any varchar char uuid securestring
  compat files prompt ask stdin never always auto dynamic static external anonymous basic bearer digest negotiate kerberos
  ldap oauth oauth2 oidc saml jwt eof see must is was has`.split(/\s+/),
);

// Brackets and signs that mark a placeholder.
const PLACEHOLDER =
  /^(?:<[^<>]{0,80}>|\$\{[^}]{0,200}\}?|\$\([^)]{0,200}\)?|\$[A-Z_][A-Z0-9_]{0,80}|\{\{.{0,200}|\{[\w.:-]{0,60}\}|%[-+#0-9.]{0,6}[a-zA-Z]|%\([\w.]{1,60}\)[a-z]|%[A-Z_]{2,60}%|#\{[^}]{0,80}\}?|@@?[\w.]{1,60}@@?|:[a-z_]{1,40}|\?|[*•●.·_#?-]{1,200}|[xX]{3,200}|\[[A-Za-z ,:*_-]{0,60}\]|\([A-Za-z ,:*_-]{0,60}\)|(?:your|my|some|the|a|an|insert|enter|replace|example|sample|dummy)[-_ ][A-Za-z_ -]{1,60}|\*{2,100}.{0,4}|.{0,4}\*{3,100})$/i;

// References to a value: a path, a variable, a secret store, a call.
const ELSEWHERE =
  /^(?:\.{0,2}(?:\/[\w.@+-]{0,80}){1,30}|~\/.{0,200}|[A-Za-z]:\\.{0,200}|(?:file|env|vault|op|awssm|ref|arn|kms|ssm|gcpsm|azurekv|pkcs11|projects):.{1,300}|(?:os|process|self|this|config|settings|args|opts|options|params|env|var|local|locals|data|module|secrets|values|github|vars|context|ctx|request|req|cfg|conf|props)\.[A-Za-z_][\w.]{0,80}.{0,80}|[A-Za-z_][\w.]{0,80}\(.{0,80})$/i;

const DURATION =
  /^(?:\d{1,9}(?:\.\d{1,9})?(?:ns|us|µs|ms|s|m|h|d|w|y|sec|secs|min|mins|hours?|days?|k|kb|mb|gb|ki|mi|gi|kib|mib|%))+$/i;
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:[T ].{0,30})?$/;
const VERSION = /^v?\d{1,4}(?:\.\d{1,6}){0,3}(?:[-+][\w.]{1,20})?$/i;
const ALGORITHM =
  /^(?:(?:hmac|aes|rsa|ecdsa|eddsa|ed|sha|md|rs|hs|es|ps|x|curve|secp|pbkdf|bcrypt|scrypt|argon|ripemd|blake|chacha|pkcs|oauth|s3v|sigv|tls|ssl|utf|base|http|ipv|k8s|ec)-?\d{1,4}[\w-]{0,24}|p-?(?:224|256|384|521)|aws4-hmac-sha256)$/i;
const POINTER = /^(?:\(\*?[\w.]{1,40}\)\()?0xc[0-9a-f]{9}\)?$/;
const HAS_DIGIT = /\d/;
const HAS_LETTER = /\p{L}/u;
// DNS labels of words and short numbers, as in object names: tls-cert-2, shop/web-tls,
// token-svc-7c.
const OBJECT_NAME = /^(?:[a-z0-9][a-z0-9.-]{0,62}\/)?[a-z][a-z0-9]{0,16}(?:[.-][a-z0-9]{1,10}){1,8}$/;
const WORD = /^[\p{Ll}\p{Lu}]\p{Ll}{0,24}$/u;

// Words that no passphrase needs and every sentence uses.
const FUNCTION_WORD =
  /(?:^|\s)(?:is|was|are|were|be|been|must|should|may|can|cannot|can't|could|will|not|no|too|the|this|that|for|from|with|without|has|have|had|to|of|at|by|in|on|or|and|least|than|expected|required|failed|found|invalid|missing|does|doesn't|did|didn't|if|when|because|such|verified|loaded|already|only)(?:[\s,.;:]|$)/i;

/**
 * True if there is no value: nothing, a placeholder, a path, a state, a type, a duration,
 * punctuation.
 */
export function isNothing(value: string): boolean {
  const text = value.trim();
  if (text === '' || (!HAS_LETTER.test(text) && !HAS_DIGIT.test(text))) return true;
  if (text.length > 400) return false;
  const word = text
    .replace(/[.,;:!?]{1,3}$/, '')
    .replace(/^[<("']{1,2}/, '')
    .replace(/[>)"']{1,2}$/, '');
  if (NO_VALUES.has(word.toLowerCase())) return true;
  if (PLACEHOLDER.test(text) || POINTER.test(text)) return true;
  if (DURATION.test(text) || MOMENT.test(text)) return true;
  return ELSEWHERE.test(text) && !isRandom(text);
}

/** True for prose about a value: several words, one of them typical of sentences. */
export function isProse(value: string): boolean {
  return /\s/.test(value.trim()) && FUNCTION_WORD.test(value) && !value.split(/\s+/).some(looksMadeUp);
}

/** True if it could be an object name, with or without a namespace. */
export function isObjectName(value: string): boolean {
  return OBJECT_NAME.test(value) && !/[a-z]\d[a-z]\d|\d[a-z]\d[a-z]\d/.test(value);
}

/** True for a plain word of a language: letters only, at most the first one a capital. */
export function isWord(value: string): boolean {
  return WORD.test(value);
}

/** True if it looks made up: letters and digits mixed, or letters that form no word. */
export function looksMadeUp(value: string): boolean {
  if (value.length < 5 || isNothing(value)) return false;
  if (ALGORITHM.test(value) || VERSION.test(value) || isObjectName(value)) return false;
  if (HAS_DIGIT.test(value) && HAS_LETTER.test(value)) return true;
  return isRandom(value);
}

/**
 * True if it is long, and mixes lower case, upper case and digits, or has only hex digits. A
 * camel-case name alone does not count.
 */
export function isRandom(value: string): boolean {
  if (value.length < 16) return false;
  if (/^[0-9a-f]{16,}$/i.test(value) && HAS_DIGIT.test(value)) return true;
  if (!/^[\w+/=.~-]+$/.test(value)) return false;
  const kinds = Number(/[a-z]/.test(value)) + Number(/[A-Z]/.test(value)) + Number(HAS_DIGIT.test(value));
  if (kinds === 3) return changes(value) >= value.length / 6;
  return kinds === 2 && value.length >= 24 && changes(value) >= value.length / 4;
}

// Number of switches between upper case, lower case and digits: few in words, at every second
// character in random text.
function changes(value: string): number {
  let count = 0;
  let last = '';
  for (const char of value) {
    const kind = char >= 'a' && char <= 'z' ? 'a' : char >= 'A' && char <= 'Z' ? 'A' : char >= '0' && char <= '9' ? '0' : '-';
    if (kind !== last) count++;
    last = kind;
  }
  return count;
}
