import { systemClock } from '../process/system-clock.ts';
import type { Terminal } from '../process/terminal.ts';
import { UsageError } from '../process/usage-error.ts';
import { openSource } from '../sources/open.ts';
import type { OpenedSource } from '../sources/opened-source.ts';
import { goDuration } from '../text/go-duration.ts';
import { safeLine } from '../text/safe-text.ts';
import type { Envelope } from '../timeline/envelope.ts';
import { parseTime } from '../timeline/time-argument.ts';
import { Timeline } from '../timeline/timeline.ts';

/** A recording, or kubectl's output, read to its end. */
export interface LoadedRecording {
  readonly opened: OpenedSource;
  readonly timeline: Timeline;
  /** All that arrived, in order. */
  readonly envelopes: readonly Envelope[];
  /** Its name in messages. */
  readonly name: string;
  /** Prints a notice for the user on stderr. */
  readonly say: (words: string) => void;
}

/**
 * Reads a recording, or kubectl's output in one file or several (`-`: standard input), to its end.
 * Prints notices on stderr. The caller closes `opened`.
 * @throws InputError if it cannot be read.
 */
export async function loadRecording(
  files: readonly string[],
  lenient: boolean,
  { stdin, stderr }: Pick<Terminal, 'stdin' | 'stderr'>,
): Promise<LoadedRecording> {
  const opened = await openSource(files, { clock: systemClock, stdin, lenient });
  const timeline = new Timeline(opened.startedAt);
  const envelopes: Envelope[] = [];
  try {
    for await (const envelope of opened.envelopes) {
      timeline.append(envelope);
      envelopes.push(envelope);
    }
  } catch (error) {
    await opened.close();
    throw error;
  }
  if (opened.endedAt !== null) timeline.close(opened.endedAt);
  const say = (words: string) => void stderr.write(`crashtop: ${words}\n`);
  for (const { message } of opened.notices) say(message);
  const name = files.map((file) => (file === '-' ? 'standard input' : file)).join(', ');
  return { opened, timeline, envelopes, name, say };
}

/**
 * The time that an option names in a recording, epoch ms. For a time after the end, prints where
 * the end is: the last known state stays, while ages and countdowns go on.
 * @throws UsageError if it is not a time.
 */
export function timeIn({ timeline, name, say }: LoadedRecording, option: string, text: string): number {
  const { startedAt, endedAt } = timeline;
  const time = parseTime(text, startedAt, endedAt);
  if (typeof time === 'string') throw new UsageError(`${option}: ${time} (${name})`);
  if (time > endedAt) {
    const end = `${new Date(endedAt).toISOString().slice(0, 19)}Z`;
    const length = goDuration(endedAt - startedAt);
    say(
      `${option} ${safeLine(text.trim())} is after the end, ${end} (${length} after the start): nothing later is known (${name})`,
    );
  }
  return time;
}
