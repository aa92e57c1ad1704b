import { levelOf } from './log-level.ts';

/** A headline with the message on the lines below it. */
export interface Headline {
  /** Both as one line; the message alone if both would be too long. */
  readonly text: string;
  /** The index of the first line after it. */
  readonly end: number;
}

/** Rust since 1.73, C++, the JVM. */
const OF_RUNTIMES =
  /^thread '.{0,100}' (?:\(\d+\) )?panicked at .{1,300}:$|^terminate called after throwing an instance of '|^Error occurred during initialization of VM$/;
/** `[1] bootstrap checks failed`, `2 validation errors for Settings`, `3 errors occurred:`. */
const COUNTED =
  /(?:^|[\s:[(])[1-9]\d{0,3}\]? (?:\w{1,20} ){0,2}(?:errors?|failures?|problems?|issues?|violations?|checks? failed)(?: (?:for|in|found|occurred|detected)\b.{0,80})?[.:]?$|\[[1-9]\d{0,2}\] bootstrap checks? failed/i;
const BANNER = /^\*{3} .{1,80} \*{3}$/;
const OPEN = /[^:\s]:$/;
/** Reports a problem at all, unlike "Listening on:". */
const GRAVE = /error|exception|fail|invalid|cannot|could not|unable|missing|required|problem|not provided|must|fatal|panic/i;

/** Does a line only announce the message on the next lines? */
export function isHeadline(line: string): boolean {
  return (
    OF_RUNTIMES.test(line) || line === 'Error' || COUNTED.test(line) || BANNER.test(line) || (OPEN.test(line) && GRAVE.test(line))
  );
}

const LINES_BELOW = 4;
const LINE_LENGTH = 160;
/** Not part of a message: a ruler, an option of a usage text, a stack frame. */
const NO_MESSAGE =
  /^[^\p{L}\p{N}]*$|^\s+(?:at|in|from)\s|^\s*File "|^(?:usage|options|flags):|^Traceback |^\s{1,8}-{1,2}\w[\w-]*[ ,=]\s*/iu;
const FOR_MORE = /^(?:For (?:further|more) information|See |\(Background on)/i;

/**
 * The headline at `index` with the lines that belong to it; only that line if it is not a headline.
 */
export function headlineAt(lines: readonly string[], index: number): Headline {
  const head = (lines[index] as string).trim();
  if (!isHeadline(head)) return { text: head, end: index + 1 };
  if (OF_RUNTIMES.test(head)) return { text: `${head} ${(lines[index + 1] ?? '').trim()}`.trim(), end: index + 2 };
  const below: string[] = [];
  let end = index + 1;
  for (let i = index + 1; i < lines.length && below.length < LINES_BELOW; i++) {
    const line = lines[i] as string;
    if (line.trim() === '') {
      if (below.length > 0 && !OPEN.test(below.at(-1) as string)) break;
      continue;
    }
    // A line with its own level is another message; so is a headline or an option.
    if (FOR_MORE.test(line.trim()) || levelOf(line) !== 'none' || (below.length > 0 && isHeadline(line) && !/^\s/.test(line)))
      break;
    if (NO_MESSAGE.test(line) && !isArgument(line)) break;
    below.push(line.trim());
    end = i + 1;
  }
  return { text: joined(head, below), end };
}

// clap lists the missing arguments.
function isArgument(line: string): boolean {
  return /^\s{1,8}(?:--?\w[\w-]{0,60} )?<[^>]{1,60}>/.test(line);
}

function joined(head: string, below: readonly string[]): string {
  if (below.length === 0) return head;
  const message = below.join(' ');
  const whole = `${head}${head.endsWith(':') ? '' : ':'} ${message}`;
  return whole.length <= LINE_LENGTH || head.length < LINE_LENGTH / 2 ? whole : message;
}
