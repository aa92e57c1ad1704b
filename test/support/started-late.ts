import type { Envelope } from '../../src/timeline/envelope.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { SECOND } from './record-builder.ts';
import { recorded } from './recorded.ts';

/** What crashtop sees that starts so late into a recording: no log of before, and the events a second after the pods. */
export async function startedLate(
  name: 'zoo' | 'zoo-1.33',
  startedAfterMs: number,
): Promise<{ timeline: Timeline; start: number }> {
  const { startedAt, endedAt, envelopes } = await recorded(name);
  const start = startedAt + startedAfterMs;
  const isEvents = (e: Envelope) => (e.type === 'object' ? e.object.kind : e.type === 'snapshot' ? e.kind : '') === 'Event';
  const seen = envelopes
    .filter((e) => e.at >= start || e.type !== 'log')
    .map((e) => (e.at < start && isEvents(e) ? { ...e, at: start + SECOND } : e))
    .toSorted((a, b) => a.at - b.at);
  const timeline = new Timeline(startedAt);
  for (const envelope of seen) timeline.append(envelope);
  timeline.close(endedAt);
  return { timeline, start };
}
