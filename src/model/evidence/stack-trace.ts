import { headlineAt } from './headline.ts';

/** A stack trace of an exception that was not caught, or that was logged with its trace. */
export interface Trace {
  /** Its origin: the innermost exception, with its message. */
  readonly text: string;
  /**
   * All exceptions of the chain as one line: the outer ones may name places that the innermost does
   * not.
   */
  readonly chain: string;
  /** The index of the line that holds `text`. */
  readonly index: number;
  /** Its first line. */
  readonly start: number;
  /** The index of the first line after the trace. */
  readonly end: number;
}

interface Item {
  readonly text: string;
  readonly index: number;
}

/** A line of a trace that names no exception but the position of a function. */
const FRAME =
  /^\s+(?:at|in|from)\s|^\s*File "|^\s*\.{3} \d+ (?:more|common frames)|^\s*[\^~]+\s*$|^#\d{1,4} |^Stack trace:$|^\[stacktrace\]$|^\s{2}thrown in |^\s*--- End of |^\/\S{1,300}:\d{1,6}:in [`'][^`']{1,200}[`']$|^Emitted 'error' event on /;
const PYTHON = /^(?:[+|\s]{0,8})(?:ERROR: {1,8})?Traceback \(most recent call last\):/;
const DIRECT_CAUSE = /^The above exception was the direct cause of the following exception:/;
const WHILE_HANDLED = /^During handling of the above exception, another exception occurred:/;
const EXCEPTION =
  /^(?:Uncaught |\[)?(?:Exception in thread "[^"]{0,120}" |Unhandled [Ee]xception[.:] |PHP Fatal error: {1,2}Uncaught |Fatal error: Uncaught )?(?:[\w$]{1,80}[.:/\\]{1,2}){0,14}[A-Z][\w$]{0,120}(?: \[\w{1,80}\]| \([\w, ]{1,40}\))?(?::|$| \()|^Exception in thread "[^"]{0,120}"$/;
const CAUSED_BY = /^(?:Caused by: |\s{1,12}---> |\s{1,12}\[cause\]: )(\S.*)$/;
const CAUSES_BELOW = /^Caused by:\s*$/;
/** A numbered cause of Rust's anyhow and eyre, or of any list. */
const NUMBERED = /^\s{1,8}\d{1,2}: (\S.*)$/;
/** An error's own fields, which Node.js prints after its frames. */
const FIELD = /^\s{2,8}(?:\[?[\w'$]{1,60}\]?: |[\]}])|^[}\]],?$|^\s{2,8}['"]/;
const SUPPRESSED = /^\s+Suppressed: /;
const REQUIRE_STACK = /^Require stack:$|^- \//;

const FRAMES_WITHIN = 12;

/** The trace that begins on that line; null if none does. */
export function traceAt(lines: readonly string[], index: number): Trace | null {
  const line = lines[index] as string;
  if (PYTHON.test(line)) return pythonAt(lines, index);
  if (/^Error: {0,4}$/.test(line) && NUMBERED.test(lines[index + 1] ?? '')) return numbered(lines, index, '', index + 1);
  if (/^Error: \S/.test(line)) {
    const below = nextLine(lines, index + 1);
    if (CAUSES_BELOW.test(lines[below] ?? '') && isRustCause(lines[below + 1])) return numbered(lines, index, line, below + 1);
  }
  return EXCEPTION.test(line) && hasFrames(lines, index) ? chainAt(lines, index) : null;
}

/**
 * The exception, without a trace, that a line names as the cause of the line right above it; null
 * if it names none.
 */
export function causeAt(line: string): string | null {
  return /^(?:Caused by: |\s{1,8})\S/.test(line) && EXCEPTION.test(line.replace(/^Caused by: /, '').trimStart())
    ? line.trim()
    : null;
}

/** Is it a line of a trace that names no exception? */
export function isFrame(line: string): boolean {
  return FRAME.test(line);
}

function hasFrames(lines: readonly string[], head: number): boolean {
  for (let i = head + 1; i < Math.min(lines.length, head + FRAMES_WITHIN); i++) {
    const line = lines[i] as string;
    if (FRAME.test(line) || /^\s{1,12}---> |^Caused by:\s*$/.test(line)) return true;
    // The frames after a log4j line belong to the exception right above them.
    if (EXCEPTION.test(line)) return false;
  }
  return false;
}

// Java, Node.js, .NET, PHP, Ruby: the head, its frames, then the causes.
function chainAt(lines: readonly string[], head: number): Trace {
  const { item, end: from } = headOf(lines, head);
  const items: Item[] = [item];
  let hasInner = false;
  let isSuppressed = false;
  let end = from;
  for (let i = from; i < lines.length; i++) {
    const line = lines[i] as string;
    const cause = CAUSED_BY.exec(line)?.[1];
    hasInner ||= line.includes('--- End of inner exception');
    isSuppressed = SUPPRESSED.test(line) || (isSuppressed && /^\s/.test(line));
    if (cause !== undefined && !hasInner) items.push({ text: /^Caused by/.test(line) ? line : cause, index: i });
    else if (CAUSES_BELOW.test(line)) items.push({ text: (lines[++i] ?? '').trim(), index: i });
    else if (line.trim() !== '' && !isSuppressed && !isPart(line, i - head, end === i)) break;
    if (line.trim() !== '') end = i + 1;
  }
  return { ...innermost(items), start: head, end };
}

// A message may continue for some lines before the first frame.
const MESSAGE_LINES = 8;

function isPart(line: string, distance: number, isNext: boolean): boolean {
  if (FRAME.test(line) || REQUIRE_STACK.test(line) || /^\s/.test(line)) return true;
  return FIELD.test(line) || (isNext && distance <= MESSAGE_LINES && /^[a-z(-]/.test(line));
}

// The message follows a headline: Prisma, and others that begin with an empty line.
function headOf(lines: readonly string[], index: number): { readonly item: Item; readonly end: number } {
  const { text, end } = headlineAt(lines, index);
  return { item: { text, index }, end };
}

/** A class without a message says little. */
const BARE = /^(?:Caused by: )?(?:Exception in thread "[^"]{0,120}" )?[\w.$]{1,300}:?$/;

function innermost(items: readonly Item[]): Pick<Trace, 'text' | 'chain' | 'index'> {
  const last = items.at(-1) as Item;
  const chain = items.map(({ text }) => text).join('; ');
  const outer = BARE.test(last.text) ? items.slice(0, -1).findLast(({ text }) => !BARE.test(text)) : undefined;
  return outer === undefined ? { ...last, chain } : { text: `${outer.text}: ${last.text}`, index: outer.index, chain };
}

function nextLine(lines: readonly string[], from: number): number {
  let i = from;
  while (i < lines.length && lines[i]?.trim() === '') i++;
  return i;
}

function isRustCause(line: string | undefined): boolean {
  return line !== undefined && (NUMBERED.test(line) || /^\s{2,8}\S/.test(line));
}

const MAX_CHAIN_LENGTH = 160;

// The last cause is often an errno, and the one before it names the file.
function numbered(lines: readonly string[], index: number, head: string, from: number): Trace {
  const causes: Item[] = [];
  let end = from;
  for (; end < lines.length && isRustCause(lines[end]); end++) {
    const line = lines[end] as string;
    causes.push({ text: (NUMBERED.exec(line)?.[1] ?? line).trim(), index: end });
  }
  const told = causes.map(({ text }) => text).join(': ');
  const whole = head === '' ? told : `${head}: ${told}`;
  const text =
    whole.length <= MAX_CHAIN_LENGTH
      ? whole
      : causes
          .slice(-2)
          .map((cause) => cause.text)
          .join(': ');
  return { text, chain: whole, index: head === '' ? (causes.at(-1)?.index ?? index) : index, start: index, end };
}

// Python prints a chain in reverse: the origin comes first. An exception that was only being
// handled may have been expected.
function pythonAt(lines: readonly string[], from: number): Trace | null {
  const items: (Item & { readonly isCauseOfNext: boolean })[] = [];
  let end = from;
  for (let head = from; ; ) {
    const at = exceptionBelow(lines, head);
    if (at === null) break;
    const { text, end: behind } = headlineAt(lines, at);
    const link = linkAfter(lines, behind);
    items.push({ text, index: at, isCauseOfNext: link !== null && DIRECT_CAUSE.test(lines[link] as string) });
    end = behind;
    const next = link === null ? lines.length : nextLine(lines, link + 1);
    if (!PYTHON.test(lines[next] ?? '')) break;
    head = next;
  }
  if (items.length === 0) return null;
  let chosen = items.length - 1;
  while (chosen > 0 && items[chosen - 1]?.isCauseOfNext === true) chosen--;
  const chain = items.map(({ text }) => text).join('; ');
  return { text: items[chosen]?.text ?? '', index: items[chosen]?.index ?? from, chain, start: from, end };
}

// The exception is at the margin below the frames, or after the bars of a group.
function exceptionBelow(lines: readonly string[], head: number): number | null {
  for (let i = head + 1; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line.trim() === '' || /^\s|^\+-/.test(line) || FRAME.test(line)) continue;
    return i;
  }
  return null;
}

const LINK_WITHIN = 12;

function linkAfter(lines: readonly string[], from: number): number | null {
  for (let i = from; i < Math.min(lines.length, from + LINK_WITHIN); i++) {
    const line = lines[i] as string;
    if (DIRECT_CAUSE.test(line) || WHILE_HANDLED.test(line)) return i;
    if (PYTHON.test(line)) return null;
  }
  return null;
}
