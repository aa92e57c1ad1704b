import { Readable } from 'node:stream';
import { openSource } from '../src/sources/open.ts';
import { Timeline } from '../src/timeline/timeline.ts';

/** The timeline of a recording, read as `crashtop replay` reads it. */
export async function loadTimeline(path: string): Promise<Timeline> {
  const opened = await openSource([path], { clock: { now: () => Date.now() }, stdin: Readable.from([]) });
  const timeline = new Timeline(opened.startedAt);
  for await (const envelope of opened.envelopes) timeline.append(envelope);
  if (opened.endedAt !== null) timeline.close(opened.endedAt);
  return timeline;
}
