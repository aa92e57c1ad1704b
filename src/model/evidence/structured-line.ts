import { arrayOf, type Json, objectOf, stringOf } from '../../text/json.ts';
import { type LogLevel, levelNamed } from './log-level.ts';

/**
 * The message of one line of a structured log, whichever encoder wrote it. Strings are as the
 * program wrote them: not safe yet.
 */
export interface StructuredLine {
  readonly level: LogLevel;
  /** Is its level the end of the program: fatal, panic, emergency? */
  readonly isEnd: boolean;
  /** The message, possibly of several lines; '' without one. */
  readonly message: string;
  /** Its error: the innermost if errors are nested as objects; '' without one. */
  readonly error: string;
  /** A stack trace as text of several lines, which says more than the error; '' without one. */
  readonly trace: string;
}

// logstash-logback, ECS, python-json-logger, structlog, Serilog compact, Quarkus, GELF, zap,
// bunyan, pino, log4j2, mongod, .NET, tracing.
const LEVELS = ['level', 'lvl', 'severity', 'log.level', 'levelname', 'level_name', 'LogLevel', 'Level', 'loglevel', '@l', 's'];
const MESSAGES = ['message', 'msg', '@m', '@mt', 'event', 'short_message', 'Message', 'text', 'log', 'body'];
const ERRORS = ['error', 'err', 'exception', 'exc', 'thrown', 'throwable', 'Exception', 'cause', 'ex', 'error.message'];
const TRACES = [
  'stack_trace',
  'exc_info',
  '@x',
  'error.stack_trace',
  'full_message',
  'stacktrace',
  'stackTrace',
  'stack',
  'traceback',
];
/**
 * Where some encoders nest what others have at the top: tracing, mongod, Elastic's nested `log`.
 */
const INNER = ['fields', 'attr', 'log'];
const END = /^(?:f|fatal|panic|dpanic|emerg|emergency|60)$/i;

/**
 * Reads a line of fields: JSON, whole or truncated, pairs of logfmt and klog, or zap's columns;
 * null if it is none of them.
 */
export function structuredLine(line: string): StructuredLine | null {
  if (!line.startsWith('{')) return ofColumns(line) ?? ofPairs(line);
  const fields = parsed(line) ?? scanned(line);
  return fields === null ? null : ofFields(fields);
}

function ofFields(fields: Json): StructuredLine | null {
  const scopes = [fields, ...INNER.map((key) => objectOf(fields[key]))];
  const name = nameOfLevel(scopes);
  const found = objectOf(first(scopes, MESSAGES, isTextOrObject));
  const message = textOf(first(scopes, MESSAGES, isText)) || stringOf(found.message ?? found.text ?? found.msg);
  const cause = first(scopes, ERRORS, isCause) ?? found.error;
  const trace = linesOf(first(scopes, TRACES, isCause)) || traceOf(cause);
  const error = errorOf(cause, MAX_NESTING);
  if (message === '' && error === '' && trace === '') return null;
  const level = levelOfName(name, fields);
  return { level: level === 'none' && error !== '' ? 'error' : level, isEnd: END.test(String(name)), message, error, trace };
}

// zap's console encoder: LEVEL, logger or file, message and the fields as JSON, separated by tabs,
// which safe-text.ts turns into blanks.
const TAB = '    ';

function ofColumns(line: string): StructuredLine | null {
  const from = line.endsWith('}') ? line.indexOf(`${TAB}{"`) : -1;
  const fields = from < 0 ? null : parsed(line.slice(from).trimStart());
  if (fields === null) return null;
  const [level, ...rest] = line.slice(0, from).split(TAB);
  return levelNamed(level) === 'none' ? null : ofFields({ level, msg: rest.at(-1) ?? '', error: fields.error ?? fields.err });
}

// level=error msg="cannot load" err="no such file"; klog has the message first, in quotation marks.
const FIRST_PAIR = /(?:^|\s)(?:msg|message)=/;
const KEY = /^[\w.]{1,40}=/;

function ofPairs(line: string): StructuredLine | null {
  const isKlog = line.startsWith('"');
  if (!isKlog && !FIRST_PAIR.test(line)) return null;
  const fields: Record<string, string> = {};
  for (let at = 0; at < line.length; ) {
    const key = at === 0 && isKlog ? 'msg=' : (KEY.exec(line.slice(at, at + KEY_LENGTH))?.[0] ?? '');
    const from = at === 0 && isKlog ? 0 : at + key.length;
    const end = line[from] === '"' ? stringEnd(line, from) : wordEnd(line, from);
    if (key !== '') fields[key.slice(0, -1)] ??= line[from] === '"' ? unquoted(line.slice(from, end)) : line.slice(from, end);
    at = Math.max(end, at + 1);
    while (line[at] === ' ') at++;
  }
  const level = fields.level ?? fields.lvl ?? fields.severity;
  const said = ofFields({ ...fields, level: level ?? 'none' });
  // Pairs often only accompany a message: an error among them does not make the line one.
  return said === null || levelNamed(level) !== 'none' ? said : { ...said, level: 'none' };
}

const KEY_LENGTH = 41;

function wordEnd(line: string, from: number): number {
  const end = line.indexOf(' ', from);
  return end < 0 ? line.length : end;
}

// Where the string ends that begins at this quotation mark: after the closing one, or at the end of
// a truncated line.
function stringEnd(line: string, from: number): number {
  for (let i = from + 1; i < line.length; i++) {
    if (line[i] === '\\') i++;
    else if (line[i] === '"') return i + 1;
  }
  return line.length;
}

function unquoted(text: string): string {
  const inner = text.slice(1, text.length > 1 && text.endsWith('"') ? -1 : undefined);
  try {
    return stringOf(JSON.parse(`"${inner}"`));
  } catch {
    return inner;
  }
}

function parsed(line: string): Json | null {
  try {
    return objectOf(JSON.parse(line));
  } catch {
    return null;
  }
}

// The string pairs of a line that was truncated, by the runtime or by crashtop.
function scanned(line: string): Json | null {
  if (!/^\{ {0,4}"/.test(line)) return null;
  const fields: Record<string, string> = {};
  let key = '';
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at)) {
    const end = stringEnd(line, at);
    const text = unquoted(line.slice(at, end));
    if (key !== '') fields[key] ??= text;
    const isKey = key === '' && /^ {0,4}: {0,4}"/.test(line.slice(end, end + KEY_LENGTH));
    key = isKey ? text : '';
    at = end;
  }
  return Object.keys(fields).length === 0 ? null : fields;
}

function first(scopes: readonly Json[], keys: readonly string[], fits: (value: unknown) => boolean): unknown {
  for (const scope of scopes) for (const key of keys) if (fits(scope[key])) return scope[key];
  return undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function isTextOrObject(value: unknown): boolean {
  return isText(value) || Object.keys(objectOf(value)).length > 0;
}

// winston writes `exception: true`.
function isCause(value: unknown): boolean {
  return isTextOrObject(value) || arrayOf(value).length > 0;
}

function textOf(value: unknown): string {
  return stringOf(value).trim();
}

// Kibana puts its level among its tags.
function nameOfLevel(scopes: readonly Json[]): unknown {
  const named = first(scopes, LEVELS, (value) => isText(value) || typeof value === 'number');
  return named ?? arrayOf(scopes[0]?.tags).find((tag) => levelNamed(tag) !== 'none');
}

// GELF uses syslog's numbers, where lower is graver; bunyan and pino begin at 10.
function levelOfName(name: unknown, { version, short_message }: Json): LogLevel {
  const isSyslog = typeof name === 'number' && name >= 0 && name <= 7 && (short_message !== undefined || version === '1.1');
  if (!isSyslog) return levelNamed(name);
  return name <= 3 ? 'error' : name === 4 ? 'warning' : 'quiet';
}

// Elasticsearch writes each line of a trace as a string of its own, without the blanks before a
// frame.
function linesOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const lines = arrayOf(value).filter((line) => typeof line === 'string');
  return lines.map((line) => (line.startsWith('at ') ? `    ${line}` : line)).join('\n');
}

function traceOf(cause: unknown): string {
  const { stack, stack_trace, stackTrace, StackTrace } = objectOf(cause);
  const own = linesOf(stack ?? stack_trace ?? stackTrace ?? StackTrace);
  return own === '' && typeof cause === 'string' && cause.includes('\n') ? cause : own;
}

const MAX_NESTING = 10;

/**
 * The message of an error that is a string, an object, or structlog's list of objects: of the
 * innermost cause.
 */
function errorOf(cause: unknown, deep: number): string {
  if (typeof cause === 'string') return cause.trim();
  const error = objectOf(arrayOf(cause).at(-1) ?? cause);
  const nested = error.cause ?? error.causedBy ?? error.inner ?? error.InnerException;
  const inner = deep === 0 || nested === undefined ? '' : errorOf(objectOf(nested).exception ?? nested, deep - 1);
  if (inner !== '') return inner;
  const what = textOf(error.message ?? error.localizedMessage ?? error.exc_value ?? error.msg ?? error.detail ?? error.Message);
  const kind = textOf(error.name ?? error.exceptionType ?? error.exc_type ?? error.type ?? error.kind);
  return what === '' || kind === '' || kind === 'Error' || what.includes(kind) ? what || kind : `${kind}: ${what}`;
}
