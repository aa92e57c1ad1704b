import type { CauseFacts } from '../cause.ts';
import { bareLines } from './bare-lines.ts';
import type { End } from './end.ts';
import { errorEntry, reasonBehind } from './error-entry.ts';
import { isBoilerplate } from './exit-boilerplate.ts';
import { logEntriesOf } from './log-entries.ts';

/** An uncaught exception or a panic that ended a program, as its runtime printed it. */
export interface Panic {
  /** The language whose form of a stack trace it has. */
  readonly language: 'C++' | 'Go' | 'Java' | '.NET' | 'Node.js' | 'Python' | 'Ruby' | 'Rust';
  /**
   * The line that names the problem: the exception, or the innermost of its causes. Not shortened.
   */
  readonly line: string;
}

/**
 * How a runtime prints an uncaught exception: an unmistakable first line and frames, or a first
 * line that is enough alone.
 */
interface Form {
  readonly language: Panic['language'];
  readonly head: RegExp;
  /** A line of the trace that must follow within some lines; null if the head alone is enough. */
  readonly frame: RegExp | null;
}

const JAVA_EXCEPTION = String.raw`(?:[a-z_][\w$]{0,80}\.){1,12}[A-Z][\w$]{0,120}(?:Exception|Error|Throwable|Failure)\b`;

const FORMS: readonly Form[] = [
  { language: 'Go', head: /^(?:panic|fatal error): /, frame: /^goroutine \d+ (?:[^[]{0,80})?\[/ },
  { language: 'Rust', head: /^thread '.{0,100}' (?:\(\d+\) )?panicked at /, frame: null },
  { language: 'Python', head: /^(?:[+|\s]{0,8})Traceback \(most recent call last\):/, frame: /^\s*(?:[+|]\s*)?File "/ },
  { language: '.NET', head: /^Unhandled exception[.:] (?:[A-Z]\w{0,80}\.)/i, frame: null },
  {
    language: 'C++',
    head: /^(?:terminate called (?:after throwing|without an active exception|recursively)|libc\+\+abi(?:\.dylib)?: terminating)/,
    frame: null,
  },
  { language: 'Ruby', head: /^\S{1,300}:\d{1,6}:in [`'].{1,200}': .{0,600} ?\([A-Z][\w:]{0,120}\)$/, frame: null },
  {
    language: 'Java',
    head: new RegExp(`^(?:Exception in thread "[^"]{0,120}" |Caused by: )?${JAVA_EXCEPTION}`),
    frame: /^\s+at [\w$.<>/@-]{1,300}\(.{0,200}\)$/,
  },
  {
    language: 'Node.js',
    head: /^(?:Uncaught |\[)?(?:[A-Z]\w{0,80}(?:Error|Exception)|Error|Exception)(?: \[\w{1,80}\])?(?::|$)/,
    frame: /^\s+at .{0,400}:\d{1,6}(?::\d{1,6})?\)?(?: \{)?$/,
  },
];

const FRAMES_WITHIN = 12;
// A program that ends by an uncaught exception says little after its trace, and nothing of another
// error.
const LINES_AFTER = 12;

/** The panic that ended a run; null if its last words are none. */
export function panicOf({ logTail }: CauseFacts, { message }: End): Panic | null {
  return panicIn(message) ?? panicIn(logTail);
}

/** The panic that ends a text; null if there is none, or if the program went on after it. */
export function panicIn(text: string): Panic | null {
  const lines = bareLines(text);
  for (let i = lines.length - 1; i >= 0; i--) {
    const form = formOf(lines, i);
    if (form === undefined) continue;
    const end = endOfTrace(form, lines, i);
    const after = logEntriesOf(lines.slice(end).join('\n'));
    if (after.length > LINES_AFTER || after.some(({ text, weight }) => weight === 2 && !isBoilerplate(text))) return null;
    // The last of a chain of exceptions is its origin.
    const said = logEntriesOf(lines.slice(i).join('\n'));
    const line = (reasonBehind(said) ?? errorEntry(said))?.text ?? (lines[i] as string).trim();
    return { language: form.language, line };
  }
  return null;
}

function formOf(lines: readonly string[], index: number): Form | undefined {
  const line = lines[index] as string;
  return FORMS.find(
    ({ head, frame }) =>
      head.test(line) && (frame === null || lines.slice(index, index + FRAMES_WITHIN).some((other) => frame.test(other))),
  );
}

const PART = /^\s|^$|^(?:Caused by|Suppressed): |^\}|^note: run with|^stack backtrace:/;

// The index of the first line after the trace. Go prints the stacks of all its goroutines, then
// nothing.
function endOfTrace({ language }: Form, lines: readonly string[], head: number): number {
  if (language === 'Go') return lines.length;
  // The message of a Rust panic is at the margin since 1.73, and so is a Python exception after its
  // frames.
  const from = language === 'Rust' ? head + 2 : head + 1;
  const end = lines.findIndex((line, i) => i >= from && !PART.test(line));
  if (end < 0) return lines.length;
  return language === 'Python' ? end + 1 : end;
}
