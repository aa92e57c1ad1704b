import { type LogLine, linesOf, type PrintedLines } from '../../diagnosis/log-lines.ts';
import { deadRuns, logOf, missingLog, type Subject } from '../../diagnosis/subject.ts';
import { knownRuns, type Run, ranFor } from '../../model/ledger.ts';
import { cutEnd } from '../../text/cells.ts';
import { counted, duration } from '../../text/duration.ts';
import { memoByIdentity } from '../../text/memo-by-identity.ts';
import type { RunLog } from '../../timeline/state.ts';
import { runNumber, shortExit, shortID, timeAgo, timeNear } from '../../wording/runs.ts';
import { span } from '../lines/fit-line.ts';
import type { Line, Tone } from '../lines/line.ts';
import { wrap } from '../lines/wrap.ts';
import { below, type Pane, paneOf } from './pane.ts';

// On narrower screens the times of the lines are dropped first.
const TIMES_FROM_WIDTH = 100;

/** Which part of a log is shown, and how. */
export interface LogLook {
  /** How many runs before the latest dead one; stops at the oldest known. */
  readonly runsBack: number;
  /** Wrap long lines? Otherwise they are cut at the edge, except around a match. */
  readonly wraps: boolean;
  /** The search pattern; null without a search. */
  readonly pattern: RegExp | null;
}

/** The Logs tab: the output of a dead run, kept at the moment it died. */
export function logsPane(subject: Subject, look: LogLook, width: number): Pane {
  const dead = deadRuns(subject);
  const index = Math.min(Math.max(0, look.runsBack), dead.length - 1);
  const run = dead[index];
  if (run === undefined) return paneOf(sentence('no log yet: no known run of this container has ended', width));
  const later = dead.slice(0, index);
  const head = [...heading(run, knownRuns(later), index + 1 < dead.length, subject, width), []];
  const missing = missingLog(subject, run);
  if (missing !== null) return paneOf([...head, ...sentence(missing, width)]);
  const log = logOf(subject, run) as RunLog;
  const { lines } = linesOf(log);
  if (lines.length === 0) return paneOf([...head, ...sentence('this run printed nothing', width)]);
  const cut: Line[] = log.truncated ? sentence('… it printed more before this: only the end was fetched', width) : [];
  return below([...head, ...cut], printedPane(log, look, width));
}

function heading(run: Run, later: number, hasOlder: boolean, { entry, now }: Subject, width: number): Line[] {
  const which = later === 0 ? 'the run that died last' : `${counted(later, 'run')} before the one that died last`;
  const older = hasOlder ? '; p the run before' : '; the oldest known';
  const started = run.startedAt === null ? 'an unknown time' : timeNear(run.startedAt, now);
  const ended = run.finishedAt === null ? 'an unknown time' : timeAgo(run.finishedAt, now);
  const ran = ranFor(run, now);
  const id = run.containerID === '' ? '' : ` · ${shortID(run.containerID)}`;
  const exit = run.exitCode === null ? '' : ` · exit ${shortExit(run)}`;
  const running = later === 0 ? entry.container.ledger.find((r) => !r.ended) : undefined;
  return [
    ...sentence(`run ${runNumber(run)} of ${entry.container.name}, ${which}${older}`, width, 'strong'),
    ...sentence(`ran ${ran === null ? '' : `${duration(ran)} `}from ${started} to ${ended}${exit}${id}`, width),
    ...(running === undefined ? [] : sentence(`run ${runNumber(running)} is running: its log is fetched when it ends`, width)),
  ];
}

/** A row of the log on the screen: a line of it, or a part of one. */
interface Row {
  readonly line: number;
  /** Is it the first of its line? */
  readonly isFirst: boolean;
  readonly text: string;
}

function printedPane(log: RunLog, { wraps, pattern }: LogLook, width: number): Pane {
  const printed = linesOf(log);
  const { lines, telling } = printed;
  const timeWidth = width >= TIMES_FROM_WIDTH && lines.some(({ time }) => time !== '') ? 13 : 0;
  const room = Math.max(1, width - timeWidth - 3);
  const rows = rowsOf(printed, wraps ? room : null);
  const toLine = ({ line, isFirst, text }: Row): Line => {
    const mark = isFirst && line === telling ? '▸' : ' ';
    const time = isFirst ? (lines[line] as LogLine).time : '';
    const stamp = timeWidth > 0 ? [span(time.padEnd(timeWidth), 'dim')] : [];
    return [span(`${mark} `, 'accent'), ...stamp, span(wraps ? text : cutAround(text, pattern, room), toneOf(line, telling))];
  };
  const told = lines[telling]?.text ?? '';
  return {
    height: rows.length,
    opensAt: 'bottom',
    ...(told === '' ? {} : { telling: told }),
    slice: (from, count) => rows.slice(Math.max(0, from), Math.max(0, from) + Math.max(0, count)).map(toLine),
    find: (wanted) => rowsWith(rows, lines, wanted),
    textAt: (row) => lines[rows[row]?.line ?? -1]?.text ?? '',
  };
}

function toneOf(line: number, telling: number): Tone {
  return line === telling ? 'strong' : 'plain';
}

// A log is wrapped once, while scrolling and searching go on.
const rowsOf = memoByIdentity((printed: PrintedLines, width: number | null): readonly Row[] =>
  printed.lines.flatMap(({ text }, line): Row[] => {
    const parts = width === null ? [text] : wrap(text, width);
    return parts.map((part, index) => ({ line, isFirst: index === 0, text: part }));
  }),
);

// A match may begin in one row and end in the next: searches whole lines, and reports the row where
// it begins.
function rowsWith(rows: readonly Row[], lines: readonly LogLine[], pattern: RegExp): number[] {
  const found: number[] = [];
  for (let row = 0; row < rows.length; ) {
    const { line } = rows[row] as Row;
    let end = row + 1;
    while (rows[end]?.line === line) end++;
    const { text } = lines[line] as LogLine;
    for (const { index } of text.matchAll(pattern)) {
      const at = row + partAt(rows, row, end, text, index);
      if (found.at(-1) !== at) found.push(at);
    }
    row = end;
  }
  return found;
}

// The row of a line that holds its character: a row may have dropped the space at which it was
// broken.
function partAt(rows: readonly Row[], first: number, end: number, text: string, index: number): number {
  let from = 0;
  for (let row = first; row < end; row++) {
    from += (rows[row] as Row).text.length;
    if (index < from || row === end - 1) return row - first;
    if (text[from] === ' ') from++;
  }
  return 0;
}

const BEFORE = 12;

// A cut line shows the part around the match.
function cutAround(text: string, pattern: RegExp | null, width: number): string {
  const index = pattern === null ? -1 : text.search(pattern);
  const cut = cutEnd(text, width);
  if (index < 0 || index < cut.length - 1) return cut;
  return cutEnd(`…${text.slice(Math.max(0, index - BEFORE)).toWellFormed()}`, width);
}

function sentence(text: string, width: number, tone: Tone = 'dim'): Line[] {
  return wrap(text, width - 2).map((row) => [span(` ${row}`, tone)]);
}
