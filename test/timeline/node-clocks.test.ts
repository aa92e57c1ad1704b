import { describe, expect, it } from 'vitest';
import { nextStartAt, troublesAt } from '../../src/diagnosis/problems.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../src/timeline/state.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { containerStatus } from '../support/container-status.ts';
import { pod } from '../support/pod.ts';
import { recorded } from '../support/recorded.ts';
import { withNodesAhead } from '../support/shifted-clock.ts';

const HOUR = 3_600_000;
const SECOND = 1000;

function timelineOf(startedAt: number, envelopes: readonly Envelope[]): Timeline {
  const timeline = new Timeline(startedAt);
  for (const envelope of envelopes) timeline.append(envelope);
  return timeline;
}

/** What is said of each container's next start, and of what is wrong with it, at a time. */
function said(state: ClusterState, at: number) {
  const starts = [...state.pods.values()].flatMap((record) =>
    record.containers.map((c) => [record.pod.uid, c.name, nextStartAt(state, record, c, at)]),
  );
  const troubles = troublesAt(state, at).map(({ record, container, trouble }) => [
    record.pod.uid,
    container.name,
    trouble.state,
    trouble.kind,
    // When a volume failed first was noted before anything was known of the clock.
    trouble.kind === 'volume' ? null : trouble.since,
  ]);
  return { starts, troubles };
}

describe.each(['zoo', 'zoo-1.33'] as const)('the clocks of %s', (name) => {
  it('agree with ours, at any time', async () => {
    const { envelopes } = await recorded(name);
    let state = EMPTY_STATE;
    for (const envelope of envelopes) {
      state = reduce(state, envelope);
      for (const clock of state.clocks.values()) expect(clock.skewMs).toBe(0);
    }
    expect(state.clocks.get('node-a')?.samples.length).toBeGreaterThan(3);
  });

  it.each([
    ['an hour ahead', HOUR, 10],
    ['an hour behind', -HOUR, 30],
    ['20 s ahead', 20 * SECOND, 10],
    ['20 s behind', -20 * SECOND, 30],
  ])('%s change no countdown once that is known', async (_, ahead, knownAfter) => {
    const { startedAt, endedAt, envelopes } = await recorded(name);
    const plain = timelineOf(startedAt, envelopes);
    const moved = timelineOf(startedAt, withNodesAhead(envelopes, ahead));
    for (let at = startedAt + knownAfter * SECOND; at <= endedAt; at += 20 * SECOND) {
      const state = moved.stateAt(at);
      expect(state.clocks.get('node-a')).toMatchObject({ skewMs: -ahead, isLeast: false });
      expect(said(state, at)).toEqual(said(plain.stateAt(at), at));
    }
    expect(moved.crashes).toEqual(plain.crashes);
  });
});

describe('what says something of a clock', () => {
  const T0 = Date.parse('2026-11-22T15:00:00Z');
  const running = (startedAt: number, id: number) =>
    pod({
      containers: [
        containerStatus({ containerID: `containerd://${id}`, restartCount: id, state: { type: 'running', startedAt } }),
      ],
    });
  const arrives = (at: number, startedAt: number, id: number): Envelope => ({
    type: 'object',
    verb: 'MODIFIED',
    object: running(startedAt, id),
    at,
    line: 0,
  });
  const fold = (...envelopes: Envelope[]) => envelopes.reduce(reduce, EMPTY_STATE).clocks.get(running(0, 0).spec.nodeName);
  const lists = (at: number, startedAt: number): Envelope => ({
    type: 'snapshot',
    kind: 'Pod',
    namespace: null,
    items: [running(startedAt, 0)],
    more: false,
    at,
    line: 0,
  });
  // One start a minute, each told a minute late.
  const lateStarts = (from: number) => [1, 2, 3, 4, 5].map((i) => arrives(T0 + i * 60_000, T0 + i * 60_000 - 60_000, from + i));

  it('five starts that were told a minute late, each by itself', () => {
    expect(fold(lists(T0, T0 - HOUR), ...lateStarts(0))?.skewMs).toBe(60_000);
  });

  it('not what a list tells that happened long ago', () => {
    expect(fold(lists(T0, T0 - HOUR))).toBeUndefined();
  });

  it('what a list tells of the future: ahead by that much at least', () => {
    expect(fold(lists(T0, T0 + HOUR))).toMatchObject({ skewMs: -HOUR, isLeast: true });
  });

  it('not what arrives late because the watch was broken', () => {
    const gap = (from: number, at: number): Envelope => ({
      type: 'gap',
      kind: 'Pod',
      namespace: null,
      from,
      reason: 'connection reset',
      resumed: true,
      open: false,
      at,
      line: 0,
    });
    const broken = lateStarts(0).flatMap((e) => [gap(e.at - 60_000, e.at - 100), e]);
    expect(fold(lists(T0, T0 - HOUR), ...broken)).toBeUndefined();
  });

  it('not that many starts are told late at once: the kubelet was away', () => {
    const starts = Array.from({ length: 20 }, (_, i) => arrives(T0 + 60_000 + i * 50, T0 + i * 50, i + 1));
    expect(fold(lists(T0, T0 - HOUR), ...starts)?.skewMs).toBe(0);
  });
});
