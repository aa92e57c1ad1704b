import { openSource } from '../sources/open.ts';
import type { OpenedSource } from '../sources/opened-source.ts';
import type { Envelope } from '../timeline/envelope.ts';
import { parseTime } from '../timeline/time-argument.ts';
import { Timeline } from '../timeline/timeline.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** A recording, or kubectl's output, read to its end. */
export interface WholeRecording {
  readonly opened: OpenedSource;
  readonly timeline: Timeline;
  /** All that arrived, in order. */
  readonly envelopes: readonly Envelope[];
  /** What it is called in messages. */
  readonly name: string;
}

/**
 * Reads a recording, or what kubectl printed in one file or several (`-`: standard input), to its end. What a reader should know of it is said on stderr. Closing `opened` is left
 * to the caller.
 * @throws InputError where it cannot be read.
 */
export async function wholeRecording(
  files: readonly string[],
  lenient: boolean,
  { stdin, stderr }: Pick<Terminal, 'stdin' | 'stderr'>,
): Promise<WholeRecording> {
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
  for (const { message } of opened.notices) stderr.write(`crashtop: ${message}\n`);
  return { opened, timeline, envelopes, name: files.map((file) => (file === '-' ? 'standard input' : file)).join(', ') };
}

/** The time that an option names in a recording, epoch ms. @throws UsageError where it names none. */
export function timeIn({ timeline, name }: WholeRecording, option: string, text: string): number {
  const time = parseTime(text, timeline.startedAt, timeline.endedAt);
  if (typeof time === 'string') throw new UsageError(`${option}: ${time} (${name})`);
  return time;
}
