import { type Run, ranFor } from '../model/run.ts';
import type { RunLog } from '../timeline/cluster-state.ts';
import { counted, duration } from './duration.ts';
import { span } from './fit-line.ts';
import type { Line, Tone } from './line.ts';
import { type LogLine, logLines, tellingLine } from './log-lines.ts';
import { type Pane, paneOf } from './pane.ts';
import { exitInShort, runNumber, shortID, timeAgo, timeNear } from './run-words.ts';
import { deadRuns, logOf, missingLog, type Subject } from './subject.ts';
import { wrap } from './wrap.ts';

// On narrower screens the times of the lines go first.
const TIMES_FROM_WIDTH = 100;

/**
 * The Logs tab: what a dead run printed, kept at the moment it died.
 * @param back how many runs before the one that died last; beyond the oldest known it stays there.
 */
export function logsPane(subject: Subject, back: number, width: number): Pane {
  const dead = deadRuns(subject);
  const index = Math.min(Math.max(0, back), dead.length - 1);
  const run = dead[index];
  if (run === undefined) return paneOf(sentence('no log yet: no run of this container is known to have ended', width));
  const head = [...heading(run, index, dead.length, subject, width), []];
  const missing = missingLog(subject, run);
  if (missing !== null) return paneOf([...head, ...sentence(missing, width)]);
  const log = logOf(subject, run) as RunLog;
  const lines = logLines(log.text);
  if (lines.length === 0) return paneOf([...head, ...sentence('this run printed nothing', width)]);
  const cut: Line[] = log.truncated ? sentence('… it printed more before this: only the end was fetched', width) : [];
  return paneOf([...head, ...cut, ...printed(lines, width)], 'bottom');
}

function heading(run: Run, index: number, count: number, { entry, now }: Subject, width: number): Line[] {
  const which = index === 0 ? 'the run that died last' : `${counted(index, 'run')} before the one that died last`;
  const older = index + 1 < count ? '; p the run before' : '; the oldest that is known';
  const started = run.startedAt === null ? 'a time not known' : timeNear(run.startedAt, now);
  const ended = run.finishedAt === null ? 'a time not known' : timeAgo(run.finishedAt, now);
  const ran = ranFor(run, now);
  const id = run.containerID === '' ? '' : ` · ${shortID(run.containerID)}`;
  const exit = run.exitCode === null ? '' : ` · exit ${exitInShort(run)}`;
  return [
    ...sentence(`run ${runNumber(run)} of ${entry.container.name}, ${which}${older}`, width, 'strong'),
    ...sentence(`ran ${ran === null ? '' : `${duration(ran)} `}from ${started} to ${ended}${exit}${id}`, width),
  ];
}

function printed(lines: readonly LogLine[], width: number): Line[] {
  const telling = tellingLine(lines);
  const withTimes = width >= TIMES_FROM_WIDTH && lines.some(({ time }) => time !== '');
  const timeWidth = withTimes ? 13 : 0;
  return lines.flatMap(({ time, text }, index) => {
    const mark = index === telling ? '▸' : ' ';
    return wrap(text, width - timeWidth - 3).map((row, part): Line => {
      const stamp = withTimes ? [span((part === 0 ? time : '').padEnd(timeWidth), 'dim')] : [];
      return [span(`${part === 0 ? mark : ' '} `, 'accent'), ...stamp, span(row, index === telling ? 'strong' : 'plain')];
    });
  });
}

function sentence(text: string, width: number, tone: Tone = 'dim'): Line[] {
  return wrap(text, width - 2).map((row) => [span(` ${row}`, tone)]);
}
