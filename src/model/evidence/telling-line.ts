import { objectOf } from '../json.ts';
import { safeLine } from '../safe-text.ts';
import { shorten } from './one-line.ts';

// Only the end of a log matters, and no line need be read to its end.
const TAIL_READ = 50_000;
const LINES_READ = 200;
const LINE_READ = 1000;

/** The kubelet's timestamp, the program's own, or both; not the blanks behind it, which tell a stack frame. */
const TIMESTAMPS = /^(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?(?: |$))+/;
// safe-text.ts makes the ESC of a colour visible; a colour says nothing of the cause.
const COLOURS = /␛\[[0-9;]*m/g;
/** What surrounds an error without naming it: stack frames, source markers, the banners of runtimes. */
const FRAME =
  /^\s+(?:at|in|from)\s|^\s*File "|^\s*\.{3} \d+ more|^goroutine \d+|^created by |^\s*[\^~]+\s*$|^\s+\S+\.go:\d+|^Traceback |^Node\.js v\d|^note: run with `RUST_BACKTRACE|^stack backtrace:|^\s+\d+: \S/;
// The next line tells where this function of Go stands: a name in it may end in Error.
const GO_FUNCTION = /^[\w./*()[\]·{}-]+\(.{0,200}\)$/;
const GO_PLACE = /^\s+\S+\.go:\d+/;
/** A headline whose message stands on the line below it: Rust since 1.73, C++. */
const HEADLINE = /^thread '.{0,100}' (?:\(\d+\) )?panicked at .{1,300}:$|^terminate called after throwing an instance of '/;
/** A line that calls itself an error. */
const ERROR = /\b(?:\w{0,100}(?:Error|Exception)|ERROR|error|FATAL|fatal|CRITICAL|panic(?:ked)?|Caused by)\b/;
/** What a tool around the program adds when it has failed. */
const WRAPPER = /^npm (?:ERR!|error)|^error: script ".{0,60}" exited|^error Command failed/;
/** A line that tells of something that went wrong, or names an errno. */
const HINT =
  /\b(?:fail(?:ed|s|ure)?|cannot|can't|could(?: not|n't)|unable|denied|refused|rejected|not found|no such|not ready|invalid|missing|unreachable|unavailable|timed? ?out|corrupt(?:ed|ion)?|exhausted|exceeded|abort(?:ed|ing)?|giving up|no space left|already in use)\b/i;
const ERRNO = /\bE[A-Z]{4,}\b/;

const GRAVE_LEVELS: readonly unknown[] = ['error', 'fatal', 'panic', 'critical', 'ERROR', 'FATAL', 'PANIC', 'CRITICAL', 50, 60];

/** One line of a program's output that is no stack frame, without its timestamps and colours. Safe, of 1,000 characters at most. */
export interface Saying {
  readonly text: string;
  /** Which of {@link bareLines} it is. */
  readonly index: number;
  /** 2: an error by its own word; 1: something went wrong; 0: anything else. */
  readonly weight: 0 | 1 | 2;
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
    sayings.push({ ...saidBy(isHeadline ? `${line.trim()} ${next.trim()}` : line.trim()), index });
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

/** The saying that tells best why a program ended: the last of the gravest; undefined where there is none. */
export function tellingSaying(sayings: readonly Saying[]): Saying | undefined {
  let best: Saying | undefined;
  for (const said of sayings) if (said.weight >= (best?.weight ?? 0)) best = said;
  return best;
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
  return text.startsWith('{') ? (saidByJson(text) ?? weighed(text)) : weighed(text);
}

function weighed(text: string): Weighed {
  if (WRAPPER.test(text)) return { text, weight: 1 };
  if (ERROR.test(text)) return { text, weight: 2 };
  return { text, weight: HINT.test(text) || ERRNO.test(text) ? 1 : 0 };
}

// A structured log line: its message and its error, which may say more than the line as a whole.
function saidByJson(line: string): Weighed | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return null;
  }
  const { message, msg, error, err, level, severity } = objectOf(parsed);
  const parts = [message ?? msg, textOfError(error ?? err)].filter((part) => typeof part === 'string' && part !== '');
  if (parts.length === 0) return null;
  // JSON's escapes bring back what was made safe in the line.
  const text = safeLine(parts.join(': '));
  const isGrave = GRAVE_LEVELS.includes(level ?? severity) || textOfError(error ?? err) !== undefined;
  return isGrave ? { text, weight: 2 } : weighed(text);
}

function textOfError(error: unknown): string | undefined {
  if (typeof error === 'string') return error;
  const { message } = objectOf(error);
  return typeof message === 'string' ? message : undefined;
}
