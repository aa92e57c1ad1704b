import { safeLine } from '../../text/safe-text.ts';
import { bareLines, messageOf } from './bare-lines.ts';
import { reasonInCrashTerm } from './crash-term.ts';
import { errorEntry } from './error-entry.ts';
import { isBoilerplate } from './exit-boilerplate.ts';
import { headlineAt } from './headline.ts';
import { isAdvice, weightAt, weightOf } from './line-weight.ts';
import type { LogEntry } from './log-entry.ts';
import { type LogLevel, levelNamed, levelOf } from './log-level.ts';
import { failureAnalysisAt } from './spring-failure.ts';
import { causeAt, isFrame, type Trace, traceAt } from './stack-trace.ts';
import { structuredLine } from './structured-line.ts';
import { isUsageStart, usageAt } from './usage-text.ts';

/** Around an error without naming it: stack frames, source markers, banners of runtimes. */
const FRAME =
  /^goroutine \d+|^created by |^\s+\S+\.go:\d+|^Node\.js v\d|^note: run with `RUST_BACKTRACE|^stack backtrace:|^\s+\d+: \S|^\d{1,3}: (?:0x)?[\da-fA-F]{6,}\b|^Picked up \w{0,10}JAVA_\w{0,10}OPTIONS: |^\(Background on this error at: |^\[(?:SQL|parameters): |^\s{0,8}\d{0,6} {1,4}[|│] |^\s{0,4}[❱>] \d{1,6} [|│] |^\[signal SIG/;
// A Go function whose source position is on the next line: its name may end in Error. zap writes no
// parentheses.
const GO_FUNCTION = /^[\w./*()[\]·{}@-]+(?:\(.{0,200}\))?$/;
const GO_PLACE = /^\s+\S+\.go:\d+/;
const WORD = /[\p{L}\p{N}]/u;

/** The entries in the last 200 lines of a log or a termination message, oldest first. */
export function logEntriesOf(text: string): readonly LogEntry[] {
  const lines = bareLines(text);
  const entries: LogEntry[] = [];
  for (let i = 0; i < lines.length; ) i = readAt(lines, i, entries);
  return entries;
}

/** Reads the entry that begins on that line, and returns the index of the line after it. */
function readAt(lines: readonly string[], index: number, entries: LogEntry[]): number {
  const line = lines[index] as string;
  if (!WORD.test(line)) return index + 1;
  if (isUsageStart(lines, index)) return readUsage(lines, index, entries);
  const trace = traceAt(lines, index);
  if (trace !== null) return readTrace(trace, entries);
  if (isSource(lines, index) || isFrame(line) || FRAME.test(line) || isGoFrame(line, lines[index + 1] ?? '')) return index + 1;
  if (readCause(line, index, entries)) return index + 1;
  const analysis = failureAnalysisAt(lines, index);
  if (analysis !== null) {
    entries.push({ ...weightAt(analysis.text, 'error'), text: analysis.text, index: analysis.index, around: '' });
    return analysis.end;
  }
  return readDotNet(lines, index, entries) ?? readLine(lines, index, entries);
}

function isGoFrame(line: string, next: string): boolean {
  return GO_PLACE.test(next) && GO_FUNCTION.test(line);
}

// A line of code above the mark that points into it.
function isSource(lines: readonly string[], index: number): boolean {
  return POINTER.test(lines[index + 1] ?? '') && /^\s|[;{]$/.test(lines[index] as string);
}

const POINTER = /^[\s|]{0,200}[\^~]{1,200}\s*$/;

// An exception class that is the cause of the error right above it.
function readCause(line: string, index: number, entries: LogEntry[]): boolean {
  const above = entries.at(-1);
  const cause = above === undefined || above.weight < 2 || index - above.index > 1 ? null : causeAt(line);
  if (cause === null || above === undefined || !/Exception|Error\b/.test(cause)) return false;
  entries.splice(-1, 1, { ...above, ...weightAt(cause, 'error'), text: cause, index, around: `${above.text}; ${cause}` });
  return true;
}

// The line right before a usage text is the complaint about the arguments, whatever its words.
function readUsage(lines: readonly string[], index: number, entries: LogEntry[]): number {
  const before = entries.at(-1);
  const { end, endsInComplaint } = usageAt(lines, index);
  if (endsInComplaint && !isUsageStart(lines, end)) {
    const behind = readLine(lines, end, entries);
    entries.push({ ...(entries.pop() as LogEntry), weight: 2 });
    return behind;
  }
  if (before === undefined) entries.push({ ...weightAt('', 'none'), text: lines[index]?.trim() ?? '', index, around: '' });
  else if (!before.isQuiet && before.weight < 2 && index - before.index <= USAGE_WITHIN)
    entries.splice(-1, 1, { ...before, weight: 2 });
  return end;
}

const USAGE_WITHIN = 4;

// The line that logs an exception is right above its trace, which says more.
function readTrace(trace: Trace, entries: LogEntry[]): number {
  const text = reasonInCrashTerm(trace.text) ?? trace.text;
  const above = entries.at(-1);
  const isLogged = above !== undefined && above.weight === 2 && trace.start - above.index <= LOGGED_WITHIN;
  if (isLogged) entries.pop();
  const told = isLogged && /^[\w.$]{1,300}:?$/.test(text) ? `${above.text}: ${text}` : text;
  const isEnd = isLogged && above.isEnd;
  entries.push({ ...weightAt(told, 'error'), isEnd, text: told, index: trace.index, around: trace.chain });
  return trace.end;
}

const LOGGED_WITHIN = 2;

// info: Category[14], with the indented message on the next lines.
const DOT_NET = /^(?<level>trce|dbug|info|warn|fail|crit): \S{1,200}\[\d{1,8}\]$/;

function readDotNet(lines: readonly string[], index: number, entries: LogEntry[]): number | null {
  const level = DOT_NET.exec(lines[index] as string)?.groups?.level;
  if (level === undefined) return null;
  let end = index + 1;
  while (/^\s{6}/.test(lines[end] ?? '')) end++;
  const body = lines.slice(index + 1, end).map((line) => line.slice(6));
  const said = errorEntry(logEntriesOf(body.join('\n')));
  if (said === undefined) return end;
  const weight = weightAt(said.text, levelNamed(level));
  entries.push({ ...said, ...weight, index: index + 1 + said.index });
  return end;
}

function readLine(lines: readonly string[], index: number, entries: LogEntry[]): number {
  const line = (lines[index] as string).trim();
  const structured = entryOfFields(line);
  if (structured !== null) {
    entries.push({ ...structured, index });
    return index + 1;
  }
  const { text, end } = headlineAt(lines, index);
  const level = levelOf(line);
  const message = reasonInCrashTerm(text) ?? messageOf(text);
  const weight = level === 'none' ? weightOf(text) : weightAt(text, level);
  if (!WORD.test(message)) return end;
  const isOnlyAdvice = isAdvice(message) && (entries.at(-1)?.weight ?? 0) > 0;
  const isEnd = weight.isEnd || (weight.weight === 2 && ENDING.test(line));
  entries.push({ ...weight, isEnd, weight: isOnlyAdvice ? 0 : weight.weight, text: message, index, around: '' });
  return end;
}

/** klog and mongod have one letter for it. */
const ENDING = /^F(?:\d{4} | {1,3}[A-Z_-]{1,12} )/;

// A structured line's message and error, which may say more than the whole line. JSON escapes
// restore characters that had been made safe: make them safe again.
function entryOfFields(line: string): Omit<LogEntry, 'index'> | null {
  const fields = structuredLine(messageOf(line)) ?? (line.startsWith('{') ? null : structuredLine(line));
  if (fields === null) return null;
  const own = levelOf(line);
  const level: LogLevel = fields.level === 'none' ? own : fields.level;
  const message = entryIn(fields.message)?.text ?? fields.message;
  const trace = entryIn(fields.trace);
  const cause = trace !== undefined && trace.weight > 0 ? trace.text : (entryIn(fields.error)?.text ?? fields.error);
  const text = safeLine(together(message, cause));
  const weight = weightAt(text, level);
  const isEnd = weight.weight === 2 && (fields.isEnd || weight.isEnd || ENDING.test(line));
  return { ...weight, isEnd, text, around: safeLine([message, fields.error, trace?.around ?? ''].join(' ')) };
}

/** The entry in a text of several lines: of a stack trace its origin. */
function entryIn(text: string): LogEntry | undefined {
  return text === '' ? undefined : errorEntry(logEntriesOf(text));
}

// Leave out a message that only announces its error: it would fill the line.
function together(message: string, cause: string): string {
  if (cause === '' || message.includes(cause)) return message;
  const bare = cause.replace(/^Caused by: /, '');
  return message === '' || isBoilerplate(message) || bare.includes(message) ? bare : `${message}: ${bare}`;
}
