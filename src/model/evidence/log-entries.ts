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

/** What surrounds an error without naming it: stack frames, source markers, the banners of runtimes. */
const FRAME =
  /^goroutine \d+|^created by |^\s+\S+\.go:\d+|^Node\.js v\d|^note: run with `RUST_BACKTRACE|^stack backtrace:|^\s+\d+: \S|^\d{1,3}: (?:0x)?[\da-fA-F]{6,}\b|^Picked up \w{0,10}JAVA_\w{0,10}OPTIONS: |^\(Background on this error at: |^\[(?:SQL|parameters): |^\s{0,8}\d{0,6} {1,4}[|│] |^\s{0,4}[❱>] \d{1,6} [|│] |^\[signal SIG/;
// The next line tells where this function of Go stands: a name in it may end in Error. zap writes no parentheses.
const GO_FUNCTION = /^[\w./*()[\]·{}@-]+(?:\(.{0,200}\))?$/;
const GO_PLACE = /^\s+\S+\.go:\d+/;
const WORD = /[\p{L}\p{N}]/u;

/** What the last 200 lines of a log or a termination message say, oldest first. */
export function logEntriesOf(text: string): readonly LogEntry[] {
  const lines = bareLines(text);
  const sayings: LogEntry[] = [];
  for (let i = 0; i < lines.length; ) i = readAt(lines, i, sayings);
  return sayings;
}

/** Reads what begins on that line into the sayings, and gives the line behind it. */
function readAt(lines: readonly string[], index: number, sayings: LogEntry[]): number {
  const line = lines[index] as string;
  if (!WORD.test(line)) return index + 1;
  if (isUsageStart(lines, index)) return readUsage(lines, index, sayings);
  const trace = traceAt(lines, index);
  if (trace !== null) return readTrace(trace, sayings);
  if (isSource(lines, index) || isFrame(line) || FRAME.test(line) || isGoFrame(line, lines[index + 1] ?? '')) return index + 1;
  if (readCause(line, index, sayings)) return index + 1;
  const analysis = failureAnalysisAt(lines, index);
  if (analysis !== null) {
    sayings.push({ ...weightAt(analysis.text, 'error'), text: analysis.text, index: analysis.index, around: '' });
    return analysis.end;
  }
  return readDotNet(lines, index, sayings) ?? readLine(lines, index, sayings);
}

function isGoFrame(line: string, next: string): boolean {
  return GO_PLACE.test(next) && GO_FUNCTION.test(line);
}

// A line of code above the mark that points into it.
function isSource(lines: readonly string[], index: number): boolean {
  return POINTER.test(lines[index + 1] ?? '') && /^\s|[;{]$/.test(lines[index] as string);
}

const POINTER = /^[\s|]{0,200}[\^~]{1,200}\s*$/;

// A class that names itself as the cause of the error right above it.
function readCause(line: string, index: number, sayings: LogEntry[]): boolean {
  const above = sayings.at(-1);
  const cause = above === undefined || above.weight < 2 || index - above.index > 1 ? null : causeAt(line);
  if (cause === null || above === undefined || !/Exception|Error\b/.test(cause)) return false;
  sayings.splice(-1, 1, { ...above, ...weightAt(cause, 'error'), text: cause, index, around: `${above.text}; ${cause}` });
  return true;
}

// The complaint about the arguments stands right before the usage, whatever its words.
function readUsage(lines: readonly string[], index: number, sayings: LogEntry[]): number {
  const before = sayings.at(-1);
  const { end, endsInComplaint } = usageAt(lines, index);
  if (endsInComplaint && !isUsageStart(lines, end)) {
    const behind = readLine(lines, end, sayings);
    sayings.push({ ...(sayings.pop() as LogEntry), weight: 2 });
    return behind;
  }
  if (before === undefined) sayings.push({ ...weightAt('', 'none'), text: lines[index]?.trim() ?? '', index, around: '' });
  else if (!before.isQuiet && before.weight < 2 && index - before.index <= USAGE_WITHIN)
    sayings.splice(-1, 1, { ...before, weight: 2 });
  return end;
}

const USAGE_WITHIN = 4;

// A line that logs an exception stands right above its trace, which says more.
function readTrace(trace: Trace, sayings: LogEntry[]): number {
  const text = reasonInCrashTerm(trace.text) ?? trace.text;
  const above = sayings.at(-1);
  const isLogged = above !== undefined && above.weight === 2 && trace.start - above.index <= LOGGED_WITHIN;
  if (isLogged) sayings.pop();
  const told = isLogged && /^[\w.$]{1,300}:?$/.test(text) ? `${above.text}: ${text}` : text;
  const isEnd = isLogged && above.isEnd;
  sayings.push({ ...weightAt(told, 'error'), isEnd, text: told, index: trace.index, around: trace.chain });
  return trace.end;
}

const LOGGED_WITHIN = 2;

// info: Category[14], and its message on the next lines, which are indented.
const DOT_NET = /^(?<level>trce|dbug|info|warn|fail|crit): \S{1,200}\[\d{1,8}\]$/;

function readDotNet(lines: readonly string[], index: number, sayings: LogEntry[]): number | null {
  const level = DOT_NET.exec(lines[index] as string)?.groups?.level;
  if (level === undefined) return null;
  let end = index + 1;
  while (/^\s{6}/.test(lines[end] ?? '')) end++;
  const body = lines.slice(index + 1, end).map((line) => line.slice(6));
  const said = errorEntry(logEntriesOf(body.join('\n')));
  if (said === undefined) return end;
  const weight = weightAt(said.text, levelNamed(level));
  sayings.push({ ...said, ...weight, index: index + 1 + said.index });
  return end;
}

function readLine(lines: readonly string[], index: number, sayings: LogEntry[]): number {
  const line = (lines[index] as string).trim();
  const structured = saidByFields(line);
  if (structured !== null) {
    sayings.push({ ...structured, index });
    return index + 1;
  }
  const { text, end } = headlineAt(lines, index);
  const level = levelOf(line);
  const message = reasonInCrashTerm(text) ?? messageOf(text);
  const weight = level === 'none' ? weightOf(text) : weightAt(text, level);
  if (!WORD.test(message)) return end;
  const isOnlyAdvice = isAdvice(message) && (sayings.at(-1)?.weight ?? 0) > 0;
  const isEnd = weight.isEnd || (weight.weight === 2 && ENDING.test(line));
  sayings.push({ ...weight, isEnd, weight: isOnlyAdvice ? 0 : weight.weight, text: message, index, around: '' });
  return end;
}

/** klog and mongod have one letter for it. */
const ENDING = /^F(?:\d{4} | {1,3}[A-Z_-]{1,12} )/;

// Its message and its error, which may say more than the line as a whole. Escapes bring back what was made safe in the line.
function saidByFields(line: string): Omit<LogEntry, 'index'> | null {
  const fields = structuredLine(messageOf(line)) ?? (line.startsWith('{') ? null : structuredLine(line));
  if (fields === null) return null;
  const own = levelOf(line);
  const level: LogLevel = fields.level === 'none' ? own : fields.level;
  const message = saidIn(fields.message)?.text ?? fields.message;
  const trace = saidIn(fields.trace);
  const cause = trace !== undefined && trace.weight > 0 ? trace.text : (saidIn(fields.error)?.text ?? fields.error);
  const text = safeLine(together(message, cause));
  const weight = weightAt(text, level);
  const isEnd = weight.weight === 2 && (fields.isEnd || weight.isEnd || ENDING.test(line));
  return { ...weight, isEnd, text, around: safeLine([message, fields.error, trace?.around ?? ''].join(' ')) };
}

/** What a text of several lines says: of a stack trace what began it. */
function saidIn(text: string): LogEntry | undefined {
  return text === '' ? undefined : errorEntry(logEntriesOf(text));
}

// A message that only announces its error would fill the line.
function together(message: string, cause: string): string {
  if (cause === '' || message.includes(cause)) return message;
  const bare = cause.replace(/^Caused by: /, '');
  return message === '' || isBoilerplate(message) || bare.includes(message) ? bare : `${message}: ${bare}`;
}
