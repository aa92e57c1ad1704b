import { objectOf } from '../json.ts';
import { safeLine } from '../safe-text.ts';
import { isEmptyTalk } from './empty-talk.ts';
import { type LogLevel, levelNamed, levelOf } from './log-level.ts';
import { shorten } from './one-line.ts';

// Only the end of a log matters, and no line need be read to its end.
const TAIL_READ = 50_000;
const LINES_READ = 200;
const LINE_READ = 1000;

/** The kubelet's timestamp, the program's own, or both; not the blanks behind it, which tell a stack frame. */
const TIMESTAMPS =
  /^(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?\]?(?: |$)|\d\d:\d\d:\d\d[.,]\d{3,6} )+/;
// safe-text.ts makes the ESC of a colour visible; a colour says nothing of the cause.
const COLOURS = /␛\[[0-9;]*m/g;
/** What surrounds an error without naming it: stack frames, source markers, the banners of runtimes. */
const FRAME =
  /^\s+(?:at|in|from)\s|^\s*File "|^\s*\.{3} \d+ more|^goroutine \d+|^created by |^\s*[\^~]+\s*$|^\s+\S+\.go:\d+|^Traceback |^Node\.js v\d|^note: run with `RUST_BACKTRACE|^stack backtrace:|^\s+\d+: \S|^\d{1,3}: (?:0x)?[\da-fA-F]{6,}\b|^Picked up \w{0,10}JAVA_\w{0,10}OPTIONS: |^Caused by:\s*$|^\(Background on this error at: |^\[(?:SQL|parameters): /;
// The next line tells where this function of Go stands: a name in it may end in Error.
const GO_FUNCTION = /^[\w./*()[\]·{}-]+\(.{0,200}\)$/;
const GO_PLACE = /^\s+\S+\.go:\d+/;
/** A headline whose message stands on the line below it: Rust since 1.73, C++, the JVM. */
const HEADLINE =
  /^thread '.{0,100}' (?:\(\d+\) )?panicked at .{1,300}:$|^terminate called after throwing an instance of '|^Error occurred during initialization of VM$/;
/** A line that calls itself an error. */
const ERROR = /\b(?:\w{0,100}(?:Error|Exception)|ERROR|error|FATAL|fatal|CRITICAL|panic(?:ked)?|Caused by)\b/;
/** What is the end of a program and does not call itself an error: of the JVM, the C library, the BEAM, the host of .NET. */
const GRAVE_FORM =
  /^#\s{1,3}(?:SIG[A-Z]{2,8} \(0x|EXCEPTION_\w{1,40} \(0x|Internal Error \(|Native memory allocation \(|Out of Memory Error \()|^(?:free|malloc|realloc|calloc|memalign|munmap_chunk|malloc_consolidate)\(\): |^(?:double free or corruption|corrupted (?:size|double-linked list))\b|^\*{3} .{1,80} \*{3}: terminated$|^(?:Kernel pid terminated|Runtime terminating during boot) \(|^You must install or update \.NET to run this application\./;
/** What only announces the next lines, or points to a file. */
const BANNER = /^# A fatal error has been detected by the Java Runtime Environment:$/;
/** A line of an access log: what was answered to somebody is not what the program died of. */
const ACCESS =
  /"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) [^"]{1,500}?(?: HTTP\/[\d.]{1,3})?" \d{3}\b|^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \S{1,500} \d{3}\b/;
/** Words for errors that there were not, and names of options and files with such words in them. */
const NO_ERROR =
  /\b(?:no|0|zero|without(?: any)?) (?:errors?|failures?|exceptions?|failed)\b|\b(?:errors?|err|failed|failures?|exceptions?)["']?[=:] ?["']?(?:0|nil|null|none|false|<nil>|ok)(?:["',;)\]}]|\s|$)|-XX:\S{1,200}|(?<!\S)\S{0,200}\berrors?\.(?:log|txt|html?|json)\b/gi;
/** It says itself that it goes on. */
const RETRIES =
  /\b(?:retrying|will (?:retry|try again|reconnect)|trying again|reconnecting|retry (?:in|after) \d|next (?:attempt|retry) in)\b/i;
/** Advice on what the line before says. */
const ADVICE = /^(?:HINT|hint|Hint|DETAIL|note|help|Run|Try|See|Please|Consider|Check|If you|Learn more|For more)\b/;

/** What a tool around the program adds when it has failed. */
const WRAPPER = /^npm (?:ERR!|error)|^error: script ".{0,60}" exited|^error Command failed/;
/** A line that tells of something that went wrong, or names an errno. */
const HINT =
  /\b(?:fail(?:ed|s|ure)?|cannot|can't|could(?: not|n't)|unable|denied|refused|rejected|not found|no such|not ready|invalid|missing|unreachable|unavailable|timed? ?out|corrupt(?:ed|ion)?|exhausted|exceeded|abort(?:ed|ing)?|giving up|no space left|already in use|not permitted|read-only file ?system|expired|unauthori[sz]ed|forbidden|unsupported|incompatible|out of memory)\b/i;
const ERRNO = /\bE[A-Z]{4,}\b/;
/** What ends a program by its name, however much it says until it is down. */
const END = /\b(?:FATAL|fatal|panic|PANIC|F\d{4} )/;

/** One line of a program's output that is no stack frame, without its timestamps and colours. Safe, of 1,000 characters at most. */
export interface Saying {
  readonly text: string;
  /** Which of {@link bareLines} it is. */
  readonly index: number;
  /** 2: an error by its own word; 1: something went wrong; 0: anything else. */
  readonly weight: 0 | 1 | 2;
  /** Does it call itself a warning, or say that the program tries again? Then it is less sure to be why it ended. */
  readonly isPassing: boolean;
  /** Does it call itself an information, or less, or belong to an access log? */
  readonly isQuiet: boolean;
}

/** What the last 200 lines of a log or a termination message say, oldest first. */
export function sayingsOf(text: string): readonly Saying[] {
  const sayings: Saying[] = [];
  const lines = bareLines(text);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    const next = lines[i + 1] ?? '';
    if (line.trim() === '' || FRAME.test(line) || isGoFrame(line, next)) continue;
    const isHeadline = HEADLINE.test(line);
    const index = i;
    if (isHeadline) i++;
    const said = saidBy(isHeadline ? `${line.trim()} ${next.trim()}` : line.trim());
    const isAdvice = ADVICE.test(said.text) && (sayings.at(-1)?.weight ?? 0) > 0;
    sayings.push({ ...said, weight: isAdvice ? 0 : said.weight, index });
  }
  return sayings;
}

function isGoFrame(line: string, next: string): boolean {
  return line.endsWith(')') && GO_PLACE.test(next) && GO_FUNCTION.test(line);
}

/** Which of some lines of a log tells best why its run ended; -1 where none says anything. */
export function tellingIndex(lines: readonly string[]): number {
  const text = lines.slice(-LINES_READ).join('\n');
  const said = tellingSaying(sayingsOf(text));
  return said === undefined ? -1 : lines.length - bareLines(text).length + said.index;
}

/** The last 200 lines of a text, without timestamps and colours. */
export function bareLines(text: string): readonly string[] {
  const lines = text.slice(-TAIL_READ).split('\n').slice(-LINES_READ);
  // The cuts may have halved a character.
  return lines.map((line) => line.slice(0, LINE_READ).toWellFormed().replace(TIMESTAMPS, '').replaceAll(COLOURS, ''));
}

/** A program that fails says little after the reason; one that said this many lines more had got over it. */
const NEAR = 30;

/**
 * The saying that tells best why a program ended: the last of the gravest among those near its end, or one that names itself the
 * end of it; else its very last; undefined where there is none.
 */
export function tellingSaying(sayings: readonly Saying[]): Saying | undefined {
  const near = gravest(sayings.slice(-NEAR));
  if (near === undefined || near.weight > 0) return near;
  return gravest(sayings.filter(({ text, weight }) => weight === 2 && END.test(text))) ?? sayings.at(-1);
}

/** A grave saying before {@link NEAR}, which the program got over, and how many lines it stands before the end; null without one. */
export function farError(sayings: readonly Saying[]): { readonly said: Saying; readonly linesBefore: number } | null {
  const telling = tellingSaying(sayings);
  if (telling === undefined || telling.weight > 0) return null;
  const index = sayings.findLastIndex(({ weight }) => weight > 0);
  const said = sayings[index];
  return said === undefined ? null : { said, linesBefore: sayings.length - 1 - index };
}

function gravest(sayings: readonly Saying[]): Saying | undefined {
  let best: Saying | undefined;
  for (const said of sayings) if (said.weight >= (best?.weight ?? 0)) best = said;
  return best;
}

/** The last grave saying near the end that is more than empty talk, where the gravest is only that; undefined otherwise. */
export function reasonBehind(sayings: readonly Saying[]): Saying | undefined {
  const telling = tellingSaying(sayings);
  if (telling === undefined || !isEmptyTalk(telling.text)) return undefined;
  return sayings.slice(-NEAR).findLast(({ text, weight }) => weight > 0 && !isEmptyTalk(text));
}

/** The line of a log or a termination message that tells best why a program ended: the last that calls itself an error. */
export function tellingLine(text: string): string {
  return shorten(tellingSaying(sayingsOf(text))?.text ?? '');
}

/** The saying that tells best why a program ended, as one line; '' where none says that something went wrong. */
export function errorIn(sayings: readonly Saying[]): string {
  const said = tellingSaying(sayings);
  return said === undefined || said.weight === 0 ? '' : shorten(said.text);
}

type Weighed = Omit<Saying, 'index'>;

function saidBy(text: string): Weighed {
  return text.startsWith('{') ? (saidByJson(text) ?? weighed(text, levelOf(text))) : weighed(text, levelOf(text));
}

function weighed(text: string, level: LogLevel): Weighed {
  const isPassing = level === 'warning' || RETRIES.test(text);
  return { text, weight: weightOf(text, level), isPassing, isQuiet: level === 'quiet' || ACCESS.test(text) };
}

function weightOf(text: string, level: LogLevel): 0 | 1 | 2 {
  if (GRAVE_FORM.test(text)) return 2;
  if (level === 'quiet' || BANNER.test(text) || ACCESS.test(text)) return 0;
  if (level === 'error') return 2;
  const plain = text.replaceAll(NO_ERROR, ' ');
  if (ERROR.test(plain) && !WRAPPER.test(plain)) return level === 'warning' ? 1 : 2;
  return ERROR.test(plain) || HINT.test(plain) || ERRNO.test(plain) ? 1 : 0;
}

// A structured log line: its message and its error, which may say more than the line as a whole. MongoDB calls its level "s".
function saidByJson(line: string): Weighed | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return null;
  }
  const { message, msg, error, err, attr, level, severity, s } = objectOf(parsed);
  const cause = textOfError(error ?? err ?? objectOf(attr).error);
  const parts = [message ?? msg, cause].filter((part) => typeof part === 'string' && part !== '');
  if (parts.length === 0) return null;
  // JSON's escapes bring back what was made safe in the line.
  const text = safeLine(parts.join(': '));
  const named = levelNamed(level ?? severity ?? s);
  return weighed(text, named === 'none' && cause !== undefined ? 'error' : named);
}

function textOfError(error: unknown): string | undefined {
  if (typeof error === 'string') return error;
  const { message } = objectOf(error);
  return typeof message === 'string' ? message : undefined;
}
