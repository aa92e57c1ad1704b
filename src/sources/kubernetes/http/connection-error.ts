import { arrayOf, type Json, numberOf, objectOf, stringOf } from '../../../text/json.ts';
import { safeLine } from '../../../text/safe-text.ts';
import { BOUNDS, sizeText } from '../bounds.ts';
import { foreignText } from '../foreign-words.ts';
import { boundedRetry } from '../watch/reconnect-backoff.ts';

/**
 * Why a request could not be made or did not succeed. The caller's next step depends on nothing
 * else.
 */
export type FailureKind =
  /** The kubeconfig, or a file that it names, is missing or wrong. */
  | 'configuration'
  /** No answer: DNS, a refused or lost connection, a timeout. */
  | 'network'
  | 'tls'
  /** An exec plug-in or a token file gave no credentials. */
  | 'credentials'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  /** 410: the resourceVersion or the continue token is too old. */
  | 'expired'
  /** 429: too many requests. */
  | 'busy'
  /** 5xx. */
  | 'server'
  /** Any other 4xx. */
  | 'rejected'
  /** The answer is not one of the Kubernetes API. */
  | 'unreadable'
  /** The answer exceeds what any honest server sends (bounds.ts). */
  | 'excessive'
  /** A stream without a byte for too long. */
  | 'silent'
  /** A stream that the server closed right after opening it. */
  | 'closed';

/** The target of a request, so that a message can say where it failed. */
export interface Place {
  readonly server: string;
  readonly context: string;
  /** The kubeconfig file of the cluster, for a message. */
  readonly file: string;
  /** The proxy on the way, for a message: without its password. */
  readonly proxy?: string;
}

interface Details {
  /**
   * The reason alone, without place and advice: the server's own words if it gave any. One safe
   * line.
   */
  readonly detail: string;
  /** The HTTP status; null if there was no answer. */
  readonly status?: number | null;
  /** How long the server asked to be left alone, in ms; null if it did not. */
  readonly retryAfterMs?: number | null;
}

/**
 * A request or configuration that failed. `message` is one line: what failed, where, and what to
 * do.
 */
export class ConnectionError extends Error {
  readonly kind: FailureKind;
  readonly detail: string;
  readonly status: number | null;
  readonly retryAfterMs: number | null;

  constructor(kind: FailureKind, message: string, details: Details) {
    super(safeLine(message));
    this.name = 'ConnectionError';
    this.kind = kind;
    this.detail = safeLine(details.detail);
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }

  /**
   * The exit code of a command that cannot go on: 2 for a mistake of the user, 3 for the
   * environment.
   */
  get exitCode(): 2 | 3 {
    return this.kind === 'configuration' ? 2 : 3;
  }
}

/** An error of the configuration: `what` is wrong, `advice` says what to do. */
export function configurationError(what: string, advice: string): ConnectionError {
  return new ConnectionError('configuration', `${what}; ${advice}`, { detail: what });
}

const NETWORK_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ECONNABORTED: 'connection lost',
  UND_ERR_SOCKET: 'connection lost',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name not found: the DNS does not answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
};

const TOO_LONG_HEADERS: readonly string[] = ['UND_ERR_HEADERS_OVERFLOW', 'HPE_HEADER_OVERFLOW'];

const TLS_CODE = /^(?:CERT_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH$|EPROTO$)/;

function codeOf(error: unknown): string {
  const own = stringOf(objectOf(error).code);
  // undici and fetch wrap errors; several tried addresses come as one AggregateError.
  const cause = objectOf(error).cause ?? arrayOf(objectOf(error).errors)[0];
  return NETWORK_WORDS[own] !== undefined || cause === undefined ? own : codeOf(cause) || own;
}

// It may quote a certificate's names, or text that a server sent instead of HTTP.
function messageOf(error: unknown): string {
  return foreignText(error instanceof Error ? error.message : String(error));
}

/** The place of the failure, for a message. An address may hold a password. */
function whereOf({ server, context }: Place): string {
  return `${foreignText(server)} (context "${context}")`;
}

// undici's words for a proxy that does not open a tunnel.
const REFUSED_TUNNEL = /^Proxy response \((\d+)\) !== 200/;

function proxyRefusal(message: string): string | null {
  const [, status] = REFUSED_TUNNEL.exec(message) ?? [];
  if (status === undefined) return null;
  return status === '407' ? 'the proxy asks for a user name and a password (407)' : `the proxy answered ${status}`;
}

/** The error of a request without an answer, or with one that broke off. */
export function errorOfNetwork(error: unknown, place: Place): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const code = codeOf(error);
  const by = place.proxy === undefined ? '' : ` by the proxy ${place.proxy}`;
  const where = `${whereOf(place)}${by}`;
  if (TOO_LONG_HEADERS.includes(code)) return errorOfExcess(`sent headers of more than ${sizeText(BOUNDS.headerBytes)}`, place);
  if (TLS_CODE.test(code)) {
    const detail = `TLS failed: ${messageOf(error)}`;
    const advice = `check certificate-authority, client-certificate and tls-server-name in ${place.file}`;
    return new ConnectionError('tls', `cannot trust or be trusted by ${where}: ${detail}; ${advice}`, { detail });
  }
  const detail = NETWORK_WORDS[code] ?? proxyRefusal(messageOf(error)) ?? messageOf(error);
  const advice = place.proxy === undefined ? 'is the cluster up, and the VPN?' : 'is the proxy up, and may you use it?';
  return new ConnectionError('network', `cannot reach ${where}: ${detail}; ${advice}`, { detail });
}

/** Says that the user's own limit ended the wait. */
export function timeoutText(ms: number): string {
  return `no answer within ${ms / 1000} s (--request-timeout)`;
}

/** The error of a request that took longer than the user's limit. */
export function errorOfTimeout(ms: number, place: Place): ConnectionError {
  const detail = timeoutText(ms);
  return errorOfWaiting(detail, place);
}

/** The error of a server that fell silent, before or during its answer. */
export function errorOfSilence(answered: boolean, place: Place): ConnectionError {
  return errorOfWaiting(answered ? 'the answer stopped half-way' : 'no answer in time', place);
}

function errorOfWaiting(detail: string, place: Place): ConnectionError {
  const message = `cannot reach ${whereOf(place)}: ${detail}; is the cluster up, and the VPN?`;
  return new ConnectionError('network', message, { detail });
}

/** An error of credentials: `what` failed, `advice` says what to do. */
export function credentialsError(what: string, advice: string): ConnectionError {
  return new ConnectionError('credentials', `cannot log in: ${what}; ${advice}`, { detail: `no credentials: ${what}` });
}

/** The error of a file or login that gave no credentials. */
export function errorOfCredentials(error: unknown, place: Place): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const [firstLine = ''] = (error instanceof Error ? error.message : String(error)).trim().split('\n', 1);
  const detail = `no credentials: ${foreignText(firstLine) || 'the login failed without a message'}`;
  const advice = `check the user of context "${place.context}" in ${place.file}`;
  return new ConnectionError('credentials', `cannot log in to ${foreignText(place.server)}: ${detail}; ${advice}`, { detail });
}

function kindOfStatus(code: number): FailureKind {
  if (code === 401) return 'unauthorized';
  if (code === 403) return 'forbidden';
  if (code === 404) return 'not-found';
  if (code === 410) return 'expired';
  if (code === 429) return 'busy';
  return code >= 500 ? 'server' : 'rejected';
}

const ADVICE: Readonly<Partial<Record<FailureKind, string>>> = {
  unauthorized: 'log in again, or check the user of this context',
  forbidden: 'ask for get, list and watch on it, or name a namespace that you may read with -n',
  'not-found': 'check the server address of this context',
  busy: 'try again in a moment',
  server: 'try again in a moment',
};

const IMPERSONATION = /cannot impersonate resource/;

/**
 * The error in a Status object (an answer's body, or the object of a watch's ERROR event).
 * @param code the HTTP status, or the Status's own code if the HTTP status was 200.
 */
export function errorOfStatus(status: Json, code: number, retryAfterMs: number | null, place: Place): ConnectionError {
  const kind = kindOfStatus(code);
  const detail = foreignText(stringOf(status.message) || stringOf(status.reason)) || `HTTP ${code}`;
  const seconds = numberOf(objectOf(status.details).retryAfterSeconds, 0);
  const advice = IMPERSONATION.test(detail) ? 'ask for the right to impersonate, or leave --as away' : ADVICE[kind];
  const message = `${whereOf(place)} answered ${code}: ${detail}${advice === undefined ? '' : `; ${advice}`}`;
  return new ConnectionError(kind, message, {
    detail,
    status: code,
    retryAfterMs: retryAfterMs ?? (seconds > 0 ? boundedRetry(seconds * 1000) : null),
  });
}

/**
 * The error of an answer with an unsuccessful HTTP status, from its body: a Status object (decoded
 * or as JSON) or a text.
 * @param retryAfterMs the value of Retry-After; null if there is none.
 */
export function errorOfAnswer(code: number, body: string | Json, retryAfterMs: number | null, place: Place): ConnectionError {
  return errorOfStatus(typeof body === 'string' ? statusIn(body) : body, code, retryAfterMs, place);
}

/** The error of a redirect: credentials go to no other address than the kubeconfig's. */
export function errorOfRedirect(code: number, location: string, place: Place): ConnectionError {
  const detail = `it redirects to ${foreignText(location) || 'nowhere'}; crashtop does not follow redirects`;
  const message = `${whereOf(place)} answered ${code}: ${detail}; is this the address of a Kubernetes API server?`;
  return new ConnectionError('rejected', message, { detail, status: code });
}

// A proxy's page is shown without its tags; of truncated JSON only the HTTP status is certain.
function statusIn(body: string): Json {
  try {
    return objectOf(JSON.parse(body));
  } catch {
    return body.trimStart().startsWith('{') ? {} : { message: body.replace(/<[^<>]*>/g, ' ') };
  }
}

/** The error of a 200 whose body is not JSON, or not an object. */
export function errorOfUnreadable(what: string, place: Place): ConnectionError {
  const message = `${whereOf(place)} ${what}; is this the address of a Kubernetes API server?`;
  return new ConnectionError('unreadable', message, { detail: what });
}

/** The error of an answer beyond a bound: `what` was sent. */
export function errorOfExcess(what: string, place: Place): ConnectionError {
  const message = `${whereOf(place)} ${what}, which no API server does; is this the address of one?`;
  return new ConnectionError('excessive', message, { detail: `it ${what}` });
}
