import type { Terminal } from '../process/terminal.ts';
import { UsageError } from '../process/usage-error.ts';
import { type CheckSettings, Examination } from '../report/check/examination.ts';
import type { AcknowledgementsText } from '../session/acknowledgements-text.ts';
import { type LoadedRecording, loadRecording, timeIn } from '../session/load-recording.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { CheckOptions, Examined } from './options/check-options.ts';

type Window = Pick<CheckOptions, 'at' | 'from' | 'to' | 'lenient'>;

/**
 * Judges a recording: all of it from its first list of pods, a part, or one moment.
 * @throws UsageError for a time outside it, InputError if it cannot be read.
 */
export async function checkRecording(
  files: readonly string[],
  window: Window,
  settings: CheckSettings,
  acknowledged: AcknowledgementsText | null,
  terminal: Pick<Terminal, 'stdin' | 'stderr'>,
): Promise<Examined> {
  const recording = await loadRecording(files, window.lenient === true, terminal);
  const { timeline, envelopes, opened } = recording;
  await opened.close();
  const { from, to } = timesOf(window, recording);
  const begin = Math.min(firstListed(timeline, from), to);
  const examination = new Examination(settings);
  examination.begin(timeline.stateAt(begin), begin);
  for (const envelope of envelopes) {
    if (envelope.at > begin && envelope.at <= to) examination.observe(timeline.stateAt(envelope.at), envelope);
  }
  const state = timeline.stateAt(to);
  const known = acknowledged?.named(opened.info.context ?? '') ?? null;
  return { result: examination.result(state, to), source: opened.info, state, gaps: timeline.gapsAt(to), unseen: [], known };
}

function timesOf({ at, from, to }: Window, recording: LoadedRecording): { from: number; to: number } {
  const { timeline, name } = recording;
  if (at !== undefined) {
    const moment = timeIn(recording, '--at', at);
    return { from: moment, to: moment };
  }
  const first = from === undefined ? timeline.startedAt : timeIn(recording, '--from', from);
  const last = to === undefined ? Math.max(first, timeline.endedAt) : timeIn(recording, '--to', to);
  if (last < first) throw new UsageError(`--to is before --from (${name})`);
  return { from: first, to: last };
}

// What the first list shows had happened before.
function firstListed({ head }: Timeline, from: number): number {
  return Math.max(from, head.podsListedAt ?? Number.POSITIVE_INFINITY);
}
