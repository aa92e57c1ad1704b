import { objectOf } from '../json.ts';
import { safeLine } from '../safe-text.ts';
import { shorten } from './one-line.ts';

// Only the end of a log matters, and no line need be read to its end.
const TAIL_READ = 50_000;
const LINES_READ = 200;
const LINE_READ = 1000;

/** The kubelet's timestamp, the program's own, or both. */
const TIMESTAMPS = /^(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?(?:\s+|$))+/;
// safe-text.ts makes the ESC of a colour visible; a colour says nothing of the cause.
const COLOURS = /␛\[[0-9;]*m/g;
/** What surrounds an error without naming it: stack frames, source markers, the banners of runtimes. */
const FRAME =
  /^\s+(?:at|in|from)\s|^\s*File "|^\s*\.{3} \d+ more|^goroutine \d+|^\s*[\^~]+\s*$|^\s+\S+\.go:\d+|^Traceback |^Node\.js v\d|^note: run with `RUST_BACKTRACE/;
/** A line that calls itself an error. */
const ERROR = /\b(?:\w*(?:Error|Exception)|ERROR|error|FATAL|fatal|CRITICAL|panic(?:ked)?|Caused by)\b/;
/** A line that tells of something that went wrong, or names an errno. */
const HINT =
  /\b(?:fail(?:ed|s|ure)?|cannot|can't|could(?: not|n't)|unable|denied|refused|rejected|not found|no such|not ready|invalid|missing|unreachable|unavailable|timed? ?out|corrupt(?:ed|ion)?|exhausted|exceeded|abort(?:ed|ing)?|giving up|no space left)\b/i;
const ERRNO = /\bE[A-Z]{4,}\b/;

const GRAVE_LEVELS: readonly unknown[] = ['error', 'fatal', 'panic', 'critical', 'ERROR', 'FATAL', 'PANIC', 'CRITICAL', 50, 60];

interface Said {
  readonly text: string;
  /** 2: an error by its own word; 1: something went wrong; 0: anything else. */
  readonly weight: 0 | 1 | 2;
}

/** The line of a log or a termination message that tells best why a program ended: the last that calls itself an error. */
export function tellingLine(text: string): string {
  return bestOf(text, 0);
}

/** As {@link tellingLine}, but '' where no line says that something went wrong. */
export function errorLine(text: string): string {
  return bestOf(text, 1);
}

function bestOf(text: string, atLeast: number): string {
  let best: Said | null = null;
  for (const line of text.slice(-TAIL_READ).split('\n').slice(-LINES_READ)) {
    const said = saidBy(line.slice(0, LINE_READ));
    if (said !== null && said.weight >= (best?.weight ?? atLeast)) best = said;
  }
  // The cuts above may have halved a character.
  return best === null ? '' : shorten(best.text.toWellFormed());
}

function saidBy(line: string): Said | null {
  const bare = line.replace(TIMESTAMPS, '').replaceAll(COLOURS, '');
  if (bare.trim() === '' || FRAME.test(bare)) return null;
  const text = bare.trim();
  return text.startsWith('{') ? (saidByJson(text) ?? weighed(text)) : weighed(text);
}

function weighed(text: string): Said {
  if (ERROR.test(text)) return { text, weight: 2 };
  return { text, weight: HINT.test(text) || ERRNO.test(text) ? 1 : 0 };
}

// A structured log line: its message and its error, which may say more than the line as a whole.
function saidByJson(line: string): Said | null {
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
