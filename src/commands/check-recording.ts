import { type CheckSettings, Examination } from '../report/examination.ts';
import { openSource } from '../sources/open.ts';
import type { Envelope } from '../timeline/envelope.ts';
import { parseTime } from '../timeline/time-argument.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { CheckOptions, Examined } from './check.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

type Window = Pick<CheckOptions, 'at' | 'from' | 'to' | 'lenient'>;

/**
 * Examines a recording: the whole of it from its first list of pods on, a part, or one moment.
 * @throws UsageError for a time that is none of it, InputError where it cannot be read.
 */
export async function checkRecording(
  file: string,
  window: Window,
  settings: CheckSettings,
  { stdin, stderr }: Pick<Terminal, 'stdin' | 'stderr'>,
): Promise<Examined> {
  const opened = await openSource(file, { clock: systemClock, stdin, lenient: window.lenient === true });
  try {
    const timeline = new Timeline(opened.startedAt);
    const envelopes: Envelope[] = [];
    for await (const envelope of opened.envelopes) {
      timeline.append(envelope);
      envelopes.push(envelope);
    }
    if (opened.endedAt !== null) timeline.close(opened.endedAt);
    for (const { message } of opened.notices) stderr.write(`crashtop: ${message}\n`);
    const { from, to } = timesOf(window, timeline, file === '-' ? 'standard input' : file);
    const begin = Math.min(firstListed(timeline, from), to);
    const examination = new Examination(settings);
    examination.begin(timeline.stateAt(begin), begin);
    for (const envelope of envelopes) {
      if (envelope.at > begin && envelope.at <= to) examination.observe(timeline.stateAt(envelope.at), envelope);
    }
    const state = timeline.stateAt(to);
    return { result: examination.result(state, to), source: opened.info, state, gaps: timeline.gapsAt(to), unseen: [] };
  } finally {
    await opened.close();
  }
}

function timesOf({ at, from, to }: Window, timeline: Timeline, name: string): { from: number; to: number } {
  const timeOf = (option: string, text: string) => {
    const time = parseTime(text, timeline.startedAt, timeline.endedAt);
    if (typeof time === 'string') throw new UsageError(`${option}: ${time} (${name})`);
    return time;
  };
  if (at !== undefined) {
    const moment = timeOf('--at', at);
    return { from: moment, to: moment };
  }
  const first = from === undefined ? timeline.startedAt : timeOf('--from', from);
  const last = to === undefined ? Math.max(first, timeline.endedAt) : timeOf('--to', to);
  if (last < first) throw new UsageError(`--to lies before --from (${name})`);
  return { from: first, to: last };
}

// What the first list tells of was there before.
function firstListed(timeline: Timeline, from: number): number {
  for (let at: number | null = from; at !== null; at = timeline.nextArrival(at)) {
    if (timeline.stateAt(at).podsListed) return at;
  }
  return Number.POSITIVE_INFINITY;
}
