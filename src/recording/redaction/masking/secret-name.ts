import type { SecretKind } from './span.ts';
import { remembered } from './word-memory.ts';

/**
 * Whether a name says that its value is a secret. The last noun decides, as in speech: a token's
 * type, a password's length or a secret's name is no secret, but a new, raw or second password is.
 */
export interface SecretName {
  readonly kind: SecretKind;
  /**
   * `surely`: a secret, unless it is no value. `likely`: such names are also used for other things,
   * so only values that look made up (`made-up.ts`) count.
   */
  readonly is: 'surely' | 'likely';
  /** The words of the name, in lower case. */
  readonly words: readonly string[];
}

// Word endings, to match PGPASSWORD, storepass and bindpw. Whole words where the ending is too
// common.
const PASSWORD =
  /(?:passwords?|passwd|passwort|passphrase|passcode|pwd|pswd|kennwort|senha|contrase(?:ñ|n)a|wachtwoord|пароль|密码|密碼|パスワード|비밀번호|motdepasse)$|^(?:psk|pw|psw|mnemonic)$|^(?!bypass|.{0,3}compass|over|under|tres|sur|multi|single|one).{0,16}pass$|.{1,12}(?:root|bind|admin|user|db)pw$/u;
const SECRET = /secrets?$/;
const TOKEN = /(?:tokens?|jwt)$|^(?:bearer|otp|totp|sas|requirepass|masterauth)$/;
const GLUED_KEY = /(?:api|access|private|secret|account|encryption|signing|license|licence)keys?$/;
const PLURAL = /^(?:passwords|secrets|tokens|keys|credentials|creds|cookies)$/;
const LIKELY =
  /^(?:auths?|signature|sig|credentials?|creds?|cookies?|sid|sessid|session|jsessionid|phpsessid|pin|ticket|assertion)$/;

// A key is a secret after one of these.
const KEY_OF = new Set(
  `api access private account shared secret encryption encrypt decryption crypto cipher signing sign master auth
  ssh session license licence client service storage app application consumer hmac jwt aes fernet integration
  subscription ingestion instrumentation tls ssl host webhook admin unseal recovery deploy root write project
  authentication authorization signature cookie license symmetric wrapping kms gpg pgp rsa ec ed25519`.split(/\s+/),
);

// What may follow the noun: a password's value, the second one, the one for production.
const VARIANTS = new Set(
  `value val string str text txt base64 b64 data plain plaintext raw clear cleartext hash hashed digest md5 confirmation confirm
  confirmed again repeat retype verify new old current initial temp temporary prod production stage staging dev test live
  primary secondary main admin root replica env hex base encrypted enc bytes content body literal override rw ro read write
  backup default pem json key_data x y`.split(/\s+/),
);

// Aspects in a name that are not secret.
const ATTRIBUTES = new Set(
  `name names ref refs file files path paths dir directory type types count counts ttl expiry expires expired expiration
  expire expiration lifetime age length len size version versions url uri endpoint endpoints host algorithm algorithms alg
  mode policy required enabled disabled provider providers manager store engine limit limits usage format prefix suffix id ids
  user username issuer audience scope scopes kind status state error errors code source sources method field fields label
  labels column parameter param params option flag header headers attempts attempt retries rotation rotated rotate cache
  request requests response review reviews reviewer validator validation generator service controller server svc secret_name
  mount mounts mounted volume volumes budget window rate index position is set exists missing strength rules rule reset change
  changed invalid hint mac encoder encoding pair pairs ring rings space spaces value_from from map maps class time at in on
  enforcement authentication auth_enabled backend plugin helper loader reader watcher syncer config configuration namespace
  namespaces annotation annotations resource resources object objects duration seconds minutes hours ms days date created
  updated protection managers handler handlers exchange grant bucket buckets used available remaining per total sum`.split(/\s+/),
);

// A name that asks or counts has a yes, a no or a number as its value, unless the value looks
// secret.
const ASKING =
  /^(?:is|has|have|no|not|use|uses|using|max|min|num|total|enable|disable|allow|require|requires|show|skip|supports?|n)$/;

const BOUNDARY = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^\p{L}\p{N}]+/u;
const NUMBER = /^\d+$/;

const ENDS_REMEMBERED = 2048;
const readOnce = remembered(read, ENDS_REMEMBERED);

/**
 * What a name says about its value; null if it is no secret. Only the last 64 characters of a name
 * count.
 */
export function secretName(name: string): SecretName | null {
  return readOnce(name.length > 64 ? name.slice(-64) : name);
}

function read(name: string): SecretName | null {
  const words = name
    .split(BOUNDARY)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
  let last = words.length - 1;
  while (last > 0 && (VARIANTS.has(words[last] as string) || NUMBER.test(words[last] as string))) last--;
  const head = words[last];
  if (head === undefined) return null;
  const noun = head.replace(/\d{1,4}$/, '');
  const before = words.slice(0, last);
  const asks = before.some((word) => ASKING.test(word));
  const found = nounAt(noun, before);
  if (found !== null) return { kind: found.kind, is: asks || PLURAL.test(noun) ? 'likely' : found.is, words };
  if (ATTRIBUTES.has(head)) return null;
  // An unknown last word: DB_PASSWORD_SHARD.
  for (let i = last - 1; i >= 0; i--) {
    const earlier = nounAt(words[i] as string, words.slice(0, i));
    if (earlier?.is === 'surely') return { kind: earlier.kind, is: 'likely', words };
  }
  return null;
}

function nounAt(noun: string, before: readonly string[]): Pick<SecretName, 'kind' | 'is'> | null {
  const previous = before.at(-1) ?? '';
  if (PASSWORD.test(noun)) return { kind: 'password', is: 'surely' };
  if (noun === 'word' && previous === 'pass') return { kind: 'password', is: 'surely' };
  if (noun === 'phrase' && /^(?:pass|seed|recovery|secret)$/.test(previous)) return { kind: 'password', is: 'surely' };
  if (SECRET.test(noun) || GLUED_KEY.test(noun)) return { kind: 'key', is: 'surely' };
  if (TOKEN.test(noun)) return { kind: 'token', is: 'surely' };
  if (noun === 'authorization') return { kind: 'token', is: 'likely' };
  if (noun === 'dockerconfigjson' || noun === 'dockercfg') return { kind: 'password', is: 'likely' };
  if (noun === 'key' || noun === 'keys') {
    if (before.includes('public') || before.includes('pub')) return null;
    return before.some((word) => KEY_OF.has(word)) ? { kind: 'key', is: 'surely' } : null;
  }
  if (noun === 'id') return idOf(previous, before);
  if (!LIKELY.test(noun)) return null;
  const kind = /^cookies?$/.test(noun) ? 'cookie' : 'token';
  // X-Amz-Signature is unambiguous; a signature alone may be a version, or prose.
  const isSure = noun === 'signature' && /^(?:amz|goog|hub)$/.test(previous);
  return { kind, is: isSure ? 'surely' : 'likely' };
}

function idOf(previous: string, before: readonly string[]): Pick<SecretName, 'kind' | 'is'> | null {
  if (previous === 'session' || previous === 'sess') return { kind: 'token', is: 'likely' };
  if (previous === 'secret') return { kind: 'key', is: 'likely' };
  return previous === 'key' && before.includes('private') ? { kind: 'key', is: 'likely' } : null;
}
