import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { EMPTY_STATE } from '../../src/timeline/state.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { pod } from '../support/pod.ts';
import { recorded, recordedTimeline } from '../support/recorded.ts';

const marker = (at: number): Envelope => ({ type: 'marker', name: 'm', note: '', at, line: 0 });

describe('the state at a time', () => {
  it('is the fold of the arrivals up to and including it, at any time, asked for in any order', async () => {
    const { envelopes, startedAt } = await recorded('zoo');
    const timeline = await recordedTimeline('zoo');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 2_440_000 }), { minLength: 1, maxLength: 4 }), (offsets) => {
        for (const offset of offsets) {
          const at = startedAt + offset;
          const expected = envelopes.filter((e) => e.at <= at).reduce(reduce, EMPTY_STATE);
          const state = timeline.stateAt(at);
          expect(state.pods.size).toBe(expected.pods.size);
          expect(state.crashes).toBe(expected.crashes);
          expect(state.arrivedAt).toBe(expected.arrivedAt);
          expect(state.names.toObject()).toEqual(expected.names.toObject());
        }
      }),
      { numRuns: 12 },
    );
  });

  it('is one and the same object between two arrivals', async () => {
    const timeline = await recordedTimeline('zoo');
    const at = timeline.startedAt + 600_000;
    expect(timeline.stateAt(at)).toBe(timeline.stateAt(at));
    expect(timeline.stateAt(timeline.endedAt + 1)).toBe(timeline.head);
  });
});

describe('arrivals', () => {
  it('never go back in time', () => {
    const timeline = new Timeline(1000);
    for (const at of [2000, 1500, 2500]) timeline.append(marker(at));
    expect(timeline.head.markers.map((m) => m.at)).toEqual([2000, 2000, 2500]);
  });

  it('are found on both sides of a time', () => {
    const timeline = new Timeline(1000);
    for (const at of [2000, 2000, 3000]) timeline.append(marker(at));
    expect([timeline.nextArrival(1000), timeline.nextArrival(2000), timeline.nextArrival(3000)]).toEqual([2000, 3000, null]);
    expect([timeline.previousArrival(3000), timeline.previousArrival(2000), timeline.previousArrival(2500)]).toEqual([
      2000,
      null,
      2000,
    ]);
  });

  it('end where the recording was closed, or with the newest', () => {
    const timeline = new Timeline(1000);
    expect(timeline.endedAt).toBe(1000);
    timeline.append(marker(2000));
    expect(timeline.endedAt).toBe(2000);
    timeline.close(5000);
    expect(timeline.endedAt).toBe(5000);
  });
});

describe('crashes and gaps of a recording', () => {
  it('are stepped through, each once, in both directions', async () => {
    const timeline = await recordedTimeline('zoo');
    const forth: number[] = [];
    for (let at = timeline.nextCrash(timeline.startedAt); at !== null; at = timeline.nextCrash(at)) forth.push(at);
    const back: number[] = [];
    for (let at = timeline.previousCrash(timeline.endedAt + 1); at !== null; at = timeline.previousCrash(at)) back.push(at);
    expect(forth).toEqual([...new Set(timeline.crashes)]);
    expect(back.toReversed()).toEqual(forth);
    expect(forth.length).toBeGreaterThan(500);
  });

  it('fall into the stretches of the density strip without loss', async () => {
    const timeline = await recordedTimeline('zoo');
    const buckets = timeline.density(timeline.startedAt, timeline.endedAt, 97);
    expect(buckets).toHaveLength(97);
    expect(buckets.reduce((sum, b) => sum + b.arrivals, 0)).toBe(timeline.length);
    expect(buckets.reduce((sum, b) => sum + b.crashes, 0)).toBe(timeline.crashes.length);
  });

  it('shows a gap from its beginning on, before its line has arrived', async () => {
    const timeline = await recordedTimeline('zoo');
    const outage = timeline.head.gaps.find((g) => g.kind === 'Pod');
    expect(outage).toMatchObject({ resumed: true, reason: 'connection lost' });
    const from = outage?.from as number;
    expect(timeline.gapsAt(from - 1).filter((g) => g.kind === 'Pod')).toEqual([]);
    expect(timeline.gapsAt(from).filter((g) => g.kind === 'Pod')).toEqual([outage]);
  });
});

describe('a bounded timeline', () => {
  it('forgets its oldest arrivals, begins later, and still tells every state that it can show', () => {
    const timeline = new Timeline(0, 512);
    for (let at = 1; at <= 5000; at++) timeline.append(marker(at));
    expect(timeline.length).toBeGreaterThanOrEqual(512);
    expect(timeline.length).toBeLessThanOrEqual(1024);
    expect(timeline.startedAt).toBe(5001 - timeline.length);
    expect(timeline.head.markers).toHaveLength(5000);
    expect(timeline.stateAt(timeline.startedAt).markers).toHaveLength(timeline.startedAt);
    expect(timeline.stateAt(4800).markers).toHaveLength(4800);
  });

  it('forgets pods that were gone for more than an hour, however few arrivals it keeps', () => {
    const timeline = new Timeline(0, 256);
    const arrives = (uid: string, verb: 'ADDED' | 'DELETED', at: number): Envelope => ({
      type: 'object',
      verb,
      object: pod({ uid, name: uid }),
      at,
      line: 0,
    });
    timeline.append(arrives('old', 'ADDED', 1));
    timeline.append(arrives('old', 'DELETED', 2));
    timeline.append(arrives('new', 'ADDED', 3));
    for (let i = 0; i < 3000; i++) timeline.append(arrives('new', 'ADDED', 2 * 3_600_000 + i));
    expect([...timeline.head.pods.keys()]).toEqual(['new']);
    expect(timeline.length).toBeLessThan(1000);
  });

  it('keeps the runs of a pod whose arrivals it has forgotten', async () => {
    const { envelopes, startedAt } = await recorded('zoo');
    const whole = await recordedTimeline('zoo');
    const bounded = new Timeline(startedAt, 512);
    for (const envelope of envelopes) bounded.append(envelope);
    expect(bounded.length).toBeLessThan(2000);
    for (const [uid, record] of bounded.head.pods) {
      expect(record.containers.map((c) => c.ledger)).toEqual(whole.head.pods.get(uid)?.containers.map((c) => c.ledger));
    }
  });
});
