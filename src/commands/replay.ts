import { systemClock } from '../process/system-clock.ts';
import type { Terminal } from '../process/terminal.ts';
import { UsageError } from '../process/usage-error.ts';
import { write } from '../process/write.ts';
import type { Format } from '../session/format.ts';
import { type LoadedRecording, loadRecording, timeIn } from '../session/load-recording.ts';
import { momentText, runLines } from '../session/print.ts';
import { recordedSession } from '../session/recorded-session.ts';
import { openSource } from '../sources/open.ts';
import { duration, grouped } from '../text/duration.ts';
import { goDuration } from '../text/go-duration.ts';
import { liveAt, replayFrom, type Speed } from '../timeline/playback.ts';
import { parseTime } from '../timeline/time-argument.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { lastSession } from './history.ts';

/** The options of `crashtop replay`, as given. */
export interface ReplayOptions {
  readonly last?: boolean;
  readonly at?: readonly string[];
  readonly speed?: Speed;
  readonly every?: number;
  readonly runs?: boolean;
  readonly once?: boolean;
  readonly output?: Format;
  readonly lenient?: boolean;
}

/** `crashtop replay FILE...|-|--last`: plays a recording, or prints its moments or runs. */
export async function replay(given: readonly string[], options: ReplayOptions, terminal: Terminal): Promise<void> {
  checkTogether(options);
  const files = await filesOf(given, options, terminal.env);
  const prints = options.once || options.runs || options.output !== undefined || options.every !== undefined;
  if (prints || !terminal.isInteractive) await print(files, options, terminal);
  else await play(files, options, terminal);
}

async function filesOf(given: readonly string[], { last }: ReplayOptions, env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  if (last && given.length > 0) throw new UsageError('FILE and --last exclude each other: use one of them');
  if (last) return [await lastSession(env)];
  if (given.length === 0) throw new UsageError('nothing to replay: give a FILE, - for standard input, or --last');
  return given;
}

function checkTogether({ at = [], every, runs, output }: ReplayOptions): void {
  if (at.length > 1 && output === 'json')
    throw new UsageError('--at was given several times: use -o ndjson, which prints one moment per line');
  if (every !== undefined && output === 'json') throw new UsageError('--every prints many moments: use -o ndjson, one per line');
  if (every !== undefined && at.length > 0) throw new UsageError('--at and --every exclude each other');
  if (runs && output !== undefined && output !== 'ndjson') throw new UsageError('--runs prints one run per line: use -o ndjson');
  if (runs && (at.length > 1 || every !== undefined))
    throw new UsageError('--runs prints what is known at one time: use --at only once');
}

async function print(files: readonly string[], options: ReplayOptions, terminal: Terminal): Promise<void> {
  const { stdout } = terminal;
  const recording = await loadRecording(files, options.lenient ?? false, terminal);
  const { timeline, opened } = recording;
  await opened.close();
  const times = timesOf(options, recording);
  let isFirst = true;
  for (const now of times) {
    const state = timeline.stateAt(now);
    if (options.runs) {
      for (const line of runLines(state, now)) await write(stdout, line);
      continue;
    }
    const format = options.output ?? 'table';
    const text = momentText({ state, source: opened.info, gaps: timeline.gapsAt(now), now }, format);
    const isTable = format === 'table' || format === 'wide';
    await write(stdout, isTable && !isFirst ? `\n${text}` : text);
    isFirst = false;
  }
}

// No one reads more; a day at ten-second intervals is less.
const MAX_MOMENTS = 10_000;

function timesOf({ at, every }: ReplayOptions, recording: LoadedRecording): Iterable<number> {
  if (every === undefined) return (at ?? ['end']).map((text) => timeIn(recording, '--at', text));
  const { timeline, name } = recording;
  const { startedAt, endedAt } = timeline;
  const moments = Math.ceil((endedAt - startedAt) / every) + 1;
  if (moments <= MAX_MOMENTS) return momentsEvery(every, timeline);
  const least = goDuration(1000 * Math.ceil((endedAt - startedAt) / (MAX_MOMENTS - 1) / 1000));
  throw new UsageError(
    `--every ${duration(every)} makes ${grouped(moments)} moments of ${duration(endedAt - startedAt)}, more than the maximum of ${grouped(MAX_MOMENTS)}: use --every ${least} or more (${name})`,
  );
}

function* momentsEvery(every: number, { startedAt, endedAt }: Timeline): Generator<number> {
  for (let now = startedAt; now < endedAt; now += every) yield now;
  yield endedAt;
}

async function play(files: readonly string[], options: ReplayOptions, terminal: Terminal): Promise<void> {
  const opened = await openSource(files, { clock: systemClock, stdin: terminal.stdin, lenient: options.lenient ?? false });
  try {
    const at = options.at?.at(-1);
    // A given moment is to be looked at, so do not play on.
    const playing = at === undefined || options.speed !== undefined;
    const start = at === undefined ? opened.startedAt : startOf(at, opened.startedAt);
    const { session, read } = recordedSession(opened, {
      kind: opened.live ? 'live' : 'replay',
      clock: systemClock,
      notices: [],
      playback: (timeline) =>
        opened.live
          ? liveAt(systemClock.now(), timeline)
          : replayFrom({ at: start, speed: options.speed ?? 1, playing, growing: true }, timeline),
    });
    await terminal.show(session, read);
  } finally {
    await opened.close();
  }
}

// While the file is being read its end is unknown: playback jumps to a time that is still to come.
function startOf(text: string, startedAt: number): number {
  const time = parseTime(text, startedAt, Number.POSITIVE_INFINITY);
  if (typeof time === 'string') throw new UsageError(`--at: ${time}`);
  return time;
}
