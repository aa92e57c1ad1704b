import { expect, it } from 'vitest';
import { ListParts } from '../../src/recording/list-parts.ts';
import { LiveTimeline } from '../../src/session/live-timeline.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { recorded } from '../support/recorded.ts';

async function* gradually(envelopes: readonly Envelope[], between: (index: number) => void): AsyncGenerator<Envelope> {
  for (const [index, envelope] of envelopes.entries()) {
    between(index);
    yield envelope;
  }
}

it('a live timeline becomes what one session would have been, with what arrives while the earlier ones are read', async () => {
  const { startedAt, envelopes } = await recorded('zoo');
  const half = envelopes.length >> 1;
  const [earlier, later] = [envelopes.slice(0, half), envelopes.slice(half)];
  const live = new LiveTimeline(later[0]?.at ?? 0, Number.POSITIVE_INFINITY);
  const before = later.length >> 1;
  for (const envelope of later.slice(0, before)) live.append(envelope);
  const alone = live.current;
  const rest = later.slice(before).values();
  const arrive = (): void => {
    const next = rest.next();
    if (next.done !== true) live.append(next.value);
  };
  const lists = new ListParts();
  for (const envelope of earlier) lists.pass(envelope);
  await live.putBefore({ startedAt, envelopes: gradually(earlier, arrive), lists }, { now: () => 0 });
  expect(live.current).not.toBe(alone);
  for (const envelope of rest) live.append(envelope);
  const whole = new Timeline(startedAt);
  for (const envelope of envelopes) whole.append(envelope);
  expect(live.current.length).toBe(whole.length);
  expect(live.current.startedAt).toBe(startedAt);
  expect(live.current.head.pods.toJS()).toEqual(whole.head.pods.toJS());
  expect(live.current.head.crashes).toBe(whole.head.crashes);
});

it('a live timeline says when the first list has come, and keeps nothing for later once it is settled', async () => {
  const { startedAt, envelopes } = await recorded('zoo');
  const live = new LiveTimeline(startedAt, Number.POSITIVE_INFINITY);
  let isListed = false;
  void live.listed.then(() => {
    isListed = true;
  });
  await Promise.resolve();
  expect(isListed).toBe(false);
  for (const envelope of envelopes.slice(0, 50)) live.append(envelope);
  await live.listed;
  const { current } = live;
  live.settle();
  await live.putBefore({ startedAt: 0, envelopes: gradually(envelopes, () => {}), lists: new ListParts() }, { now: () => 0 });
  expect(live.current).toBe(current);
});
