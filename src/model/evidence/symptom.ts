import { memoByIdentity } from '../../text/memo-by-identity.ts';
import type { CauseFacts } from '../cause.ts';
import type { End } from './end.ts';
import { echoesOf, errorEntry } from './error-entry.ts';
import { isBoilerplate } from './exit-boilerplate.ts';
import { finalError, finalOutputOf } from './final-output.ts';
import type { LogEntry } from './log-entry.ts';
import { selfExitOf } from './self-exit.ts';

/**
 * A problem that a line of a program's output can name: by an errno, or by libraries' words for it.
 */
export type SymptomKind =
  | 'wrong-architecture'
  | 'disk-full'
  | 'read-only-filesystem'
  | 'port-in-use'
  | 'dns-failure'
  | 'tls-failure'
  | 'connection-refused'
  | 'permission-denied';

/** A line that says why a run ended. */
export interface Symptom {
  readonly kind: SymptomKind;
  readonly end: End;
  /** The line, as found; at most 1,000 characters. */
  readonly line: string;
  /** Its context, which may name a place that the line leaves out. */
  readonly around: string;
  /** Is it the run's last report of a problem, or a line shortly before? */
  readonly isLast: boolean;
  /** Does the line call itself a warning, or announce a retry? */
  readonly isPassing: boolean;
}

// In this order: a network error may mention a name, a certificate and a port, and the first failed
// step is the reason.
const PATTERNS: readonly (readonly [kind: SymptomKind, is: RegExp, isNot?: RegExp])[] = [
  // A shell that takes a foreign binary for a script fails on its first line.
  [
    'wrong-architecture',
    /exec format error|cannot execute binary file|: line 1: syntax error: unexpected word|: 1: Syntax error: word unexpected|not a valid Win32 application/i,
  ],
  [
    'disk-full',
    /\bENOSPC\b|no space left on device|\bEDQUOT\b|disk quota exceeded|not enough space on the disk|disk is full/i,
    /file watchers|inotify/i,
  ],
  ['read-only-filesystem', /\bEROFS\b|read-only file ?system/i],
  [
    'port-in-use',
    /\bEADDRINUSE\b|address (?:is )?(?:already )?in use\b|port \d{1,5} (?:is|was) already in use|one usage of each socket address/i,
  ],
  [
    'dns-failure',
    /\bENOTFOUND\b|\bEAI_AGAIN\b|\bESERVFAIL\b|\blookup \S{1,253}(?: on \S{1,60})?: (?:read udp .{1,120}: )?(?:i\/o timeout|connection refused|read: connection refused)|getaddrinfo\b.{0,80}: Try again|No address associated with hostname|DNS resolution failed|name resolver error|no such host|name or service not known|temporary failure in name resolution|could not (?:resolve|translate) host|can(?:'|no)t resolve '|host not found|nodename nor servname|UnknownHostException|failed to lookup address|server misbehaving|NXDOMAIN|name does not resolve|bad address '/i,
  ],
  [
    'tls-failure',
    /x509: |\btls: (?:bad|certificate|expired|failed|first record|handshake|internal|no |oversized|private key|protocol|unknown|unsupported)|certificate[ _](?:verify[ _]failed|has expired|signed by unknown|is not valid|is not trusted|required|unknown)|bad certificate|self[- ]signed certificate|unable to (?:get local issuer|verify the first) certificate|SSLHandshakeException|TLS handshake|\bSSL routines|PKIX path|\bERR_TLS_|\bCERT_(?:HAS_EXPIRED|NOT_YET_VALID|UNTRUSTED|REVOKED|SIGNATURE_FAILURE)\b|\bSELF_SIGNED_CERT|wrong version number|The SSL connection could not be established|The remote certificate (?:is invalid|was rejected)/i,
  ],
  [
    'connection-refused',
    /\bECONNREFUSED\b|connection refused|\bETIMEDOUT\b|connect(?:ion)? timed out|dial (?:tcp|udp) \S{1,200} i\/o timeout|\bEHOSTUNREACH\b|no route to host|\bENETUNREACH\b|network is unreachable|actively refused|failed to connect to \S{1,200} port|(?:can(?:'|no)t|could not|couldn't) connect to|can(?:'|no)t reach (?:the )?database server|connection to .{1,200} could not be established/i,
  ],
  [
    'permission-denied',
    /\bEACCES\b|\bEPERM\b|permission denied|operation not permitted|file\.AccessDeniedException|AccessDeniedException: [/\\]|access (?:to the path .{1,300} )?is denied/i,
    /permission denied for (?:table|relation|schema|database|sequence|function|user|view)|Permission denied \(publickey|code = PermissionDenied|permission denied on (?:resource|project|secret|bucket)|^\* permission denied$|\b40[13] (?:Unauthorized|Forbidden)|\bstatus(?: code)?:? 40[13]\b/i,
  ],
];

/** The symptom that a line names; null if it names none. */
function symptomIn(line: string): SymptomKind | null {
  for (const [kind, is, isNot] of PATTERNS) {
    if (is.test(line) && isNot?.test(line) !== true) return kind;
  }
  return null;
}

const LINES_BEFORE = 25;

/**
 * Why the newest run ended, in its own words: its last grave line, or one shortly before if that
 * says nothing by itself. Only for runs that ended by themselves: a killed run may have logged
 * anything before. null if there is none.
 */
export const symptomOf: (facts: CauseFacts) => Symptom | null = memoByIdentity(lookFor);

function lookFor(facts: CauseFacts): Symptom | null {
  const end = selfExitOf(facts);
  const last = end === null ? undefined : finalError(facts, end);
  if (end === null || last === undefined) return null;
  const kind = last.isQuiet ? null : symptomIn(last.text);
  if (kind !== null) return symptom(kind, end, last, true);
  if (isBoilerplate(last.text)) return lookBefore(facts, end, 1);
  return lookAfter(facts, end) ?? (TIMED_OUT.test(last.text) ? lookBefore(facts, end, OFTEN) : null);
}

/** A symptom among the errors that followed from the main one. */
function lookAfter(facts: CauseFacts, end: End): Symptom | null {
  const { message, log } = finalOutputOf(facts, end);
  for (const said of echoesOf(errorEntry(message) === undefined ? log : message)) {
    const kind = symptomIn(said.text);
    if (kind !== null) return symptom(kind, end, said, false);
  }
  return null;
}

/** A timeout rarely says what it waited for: the cause is what failed repeatedly until then. */
const TIMED_OUT =
  /\b(?:context deadline exceeded|deadline exceeded|timed out|time-?out|gave up|giving up|not ready (?:after|within))\b/i;
const OFTEN = 2;

function symptom(kind: SymptomKind, end: End, { text, around, isPassing }: LogEntry, isLast: boolean): Symptom {
  return { kind, end, line: text, around, isLast, isPassing };
}

/** The newest symptom among the lines before; at least `least` of them must be of its kind. */
function lookBefore(facts: CauseFacts, end: End, least: number): Symptom | null {
  const { message, log } = finalOutputOf(facts, end);
  const seen = new Map<SymptomKind, { readonly said: LogEntry; readonly times: number }>();
  for (const said of [...log, ...message].slice(-LINES_BEFORE).reverse()) {
    const kind = said.weight === 0 ? null : symptomIn(said.text);
    if (kind === null) continue;
    const { said: newest, times } = seen.get(kind) ?? { said, times: 0 };
    if (times + 1 >= least) return symptom(kind, end, newest, false);
    seen.set(kind, { said: newest, times: times + 1 });
  }
  return null;
}
