import type { CauseFacts } from '../cause.ts';
import { bareLines } from './bare-lines.ts';
import type { End } from './end.ts';
import { errorEntry, reasonBehind } from './error-entry.ts';
import { isBoilerplate } from './exit-boilerplate.ts';
import { logEntriesOf } from './log-entries.ts';

/** An uncaught exception or a panic with which a program ended, as its runtime printed it. */
export interface Panic {
  /** Whose form of a stack trace it is. */
  readonly language: 'C++' | 'Go' | 'Java' | '.NET' | 'Node.js' | 'Python' | 'Ruby' | 'Rust';
  /** The line that says what was wrong: the exception, or the innermost of those that caused it. Not shortened. */
  readonly line: string;
}

/** How a runtime prints what nobody caught: a first line that is like no other, and frames, or a first line that alone is enough. */
interface Form {
  readonly language: Panic['language'];
  readonly head: RegExp;
  /** A line of the trace that must follow within some lines; null where the head alone is enough. */
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
// A program that nobody caught says little more after its trace, and nothing of another error.
const LINES_AFTER = 12;

/** The panic with which a run ended; null where what it said last is none. */
export function panicOf({ logTail }: CauseFacts, { message }: End): Panic | null {
  return panicIn(message) ?? panicIn(logTail);
}

/** The panic that ends a text; null where there is none, and where the program went on after it. */
export function panicIn(text: string): Panic | null {
  const lines = bareLines(text);
  for (let i = lines.length - 1; i >= 0; i--) {
    const form = formOf(lines, i);
    if (form === undefined) continue;
    const end = endOfTrace(form, lines, i);
    const after = logEntriesOf(lines.slice(end).join('\n'));
    if (after.length > LINES_AFTER || after.some(({ text, weight }) => weight === 2 && !isBoilerplate(text))) return null;
    // What a chain of exceptions says last is what began it.
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

// The index of the first line that is no part of the trace. Go prints the stacks of all its goroutines, then nothing.
function endOfTrace({ language }: Form, lines: readonly string[], head: number): number {
  if (language === 'Go') return lines.length;
  // Since 1.73 the message of a Rust panic stands at the margin, as the exception of a Python traceback does behind its frames.
  const from = language === 'Rust' ? head + 2 : head + 1;
  const end = lines.findIndex((line, i) => i >= from && !PART.test(line));
  if (end < 0) return lines.length;
  return language === 'Python' ? end + 1 : end;
}
