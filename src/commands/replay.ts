import { openSource } from '../sources/open.ts';
import { liveAt, replayFrom, type Speed } from '../timeline/playback.ts';
import { parseTime } from '../timeline/time-argument.ts';
import { lastSession } from './history.ts';
import type { Format } from './options.ts';
import { momentText, runLines, write } from './print.ts';
import { recordedSession } from './recorded-session.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { timeIn, type WholeRecording, wholeRecording } from './whole-recording.ts';

/** The options of `crashtop replay`, as they were given. */
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

/** `crashtop replay FILE...|-|--last`: plays a recording, or prints moments or runs of it. */
export async function replay(given: readonly string[], options: ReplayOptions, terminal: Terminal): Promise<void> {
  checkTogether(options);
  const files = await filesOf(given, options, terminal.env);
  const prints = options.once || options.runs || options.output !== undefined || options.every !== undefined;
  if (prints || !terminal.isInteractive) await print(files, options, terminal);
  else await play(files, options, terminal);
}

async function filesOf(given: readonly string[], { last }: ReplayOptions, env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  if (last && given.length > 0) throw new UsageError('FILE and --last exclude each other: give one of them');
  if (last) return [await lastSession(env)];
  if (given.length === 0) throw new UsageError('what is to be replayed: give a FILE, - for standard input, or --last');
  return given;
}

function checkTogether({ at = [], every, runs, output }: ReplayOptions): void {
  if (at.length > 1 && output === 'json')
    throw new UsageError('--at was given several times: -o ndjson prints one moment a line');
  if (every !== undefined && output === 'json') throw new UsageError('--every prints many moments: use -o ndjson, one a line');
  if (every !== undefined && at.length > 0) throw new UsageError('--at and --every exclude each other');
  if (runs && output !== undefined && output !== 'ndjson') throw new UsageError('--runs prints one run a line: use -o ndjson');
  if (runs && (at.length > 1 || every !== undefined))
    throw new UsageError('--runs prints what is known at one time: give --at once');
}

async function print(files: readonly string[], options: ReplayOptions, terminal: Terminal): Promise<void> {
  const { stdout } = terminal;
  const recording = await wholeRecording(files, options.lenient ?? false, terminal);
  const { timeline, opened } = recording;
  await opened.close();
  const times = timesOf(options, recording);
  for (const [index, now] of times.entries()) {
    const state = timeline.stateAt(now);
    if (options.runs) {
      for (const line of runLines(state, now)) await write(stdout, line);
      continue;
    }
    const format = options.output ?? 'table';
    const text = momentText({ state, source: opened.info, gaps: timeline.gapsAt(now), now }, format);
    const isTable = format === 'table' || format === 'wide';
    await write(stdout, isTable && index > 0 ? `\n${text}` : text);
  }
}

function timesOf({ at, every }: ReplayOptions, recording: WholeRecording): number[] {
  const { timeline } = recording;
  if (every === undefined) return (at ?? ['end']).map((text) => timeIn(recording, '--at', text));
  const times: number[] = [];
  for (let now = timeline.startedAt; now < timeline.endedAt; now += every) times.push(now);
  return [...times, timeline.endedAt];
}

async function play(files: readonly string[], options: ReplayOptions, terminal: Terminal): Promise<void> {
  const opened = await openSource(files, { clock: systemClock, stdin: terminal.stdin, lenient: options.lenient ?? false });
  try {
    const at = options.at?.at(-1);
    // Whoever asks for a moment wants to look at it.
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

// While the file is still being read its end is not known: playback goes to a time that lies ahead as reading goes on.
function startOf(text: string, startedAt: number): number {
  const time = parseTime(text, startedAt, Number.POSITIVE_INFINITY);
  if (typeof time === 'string') throw new UsageError(`--at: ${time}`);
  return time;
}
