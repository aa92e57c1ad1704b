import { describe, expect, it } from 'vitest';
import { healthyEntry } from '../../src/diagnosis/entry.ts';
import { troublesAt } from '../../src/diagnosis/problems.ts';
import type { Ledger } from '../../src/model/ledger.ts';
import { knownRuns } from '../../src/model/ledger.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { withFewerRuns } from '../../src/timeline/runs-in-memory.ts';
import type { ClusterState } from '../../src/timeline/state.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { runsPane } from '../../src/view/detail/runs-tab.ts';
import { containerStatus, termination } from '../support/container-status.ts';
import { pod } from '../support/pod.ts';
import { textsOf } from '../support/record-builder.ts';

const T0 = Date.parse('2026-11-22T08:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;

// Each runs for four seconds and waits for a minute.
const CYCLE = MINUTE + 4 * SECOND;

function arrival(uid: string, attempt: number, isRunning: boolean): Envelope {
  const startedAt = T0 + attempt * CYCLE;
  const endOf = (of: number) =>
    termination({
      containerID: `containerd://${uid}-${of}`,
      startedAt: T0 + of * CYCLE,
      finishedAt: T0 + of * CYCLE + 4 * SECOND,
    });
  const common = { restartCount: attempt, containerID: `containerd://${uid}-${attempt}` };
  const status = isRunning
    ? containerStatus({ ...common, state: { type: 'running', startedAt }, last: attempt === 0 ? null : endOf(attempt - 1) })
    : containerStatus({
        ...common,
        state: { type: 'waiting', reason: 'CrashLoopBackOff', message: 'back-off 1m0s restarting failed container=api pod=api' },
        last: endOf(attempt),
      });
  return {
    type: 'object',
    verb: 'MODIFIED',
    object: pod({ uid, name: uid, createdAt: T0 - MINUTE, containers: [status] }),
    at: isRunning ? startedAt + SECOND : startedAt + 5 * SECOND,
    line: 0,
  };
}

function* arrivals(pods: number, count: number): Generator<Envelope> {
  for (let attempt = 0; attempt * 2 * pods < count; attempt++) {
    for (const isRunning of [true, false]) {
      for (let i = 0; i < pods; i++) yield arrival(`pod-${i}`, attempt, isRunning);
    }
  }
}

function filled(timeline: Timeline, pods: number, count: number): Timeline {
  for (const envelope of arrivals(pods, count)) timeline.append(envelope);
  return timeline;
}

function ledgerOf(state: ClusterState, uid: string): Ledger {
  return state.pods.get(uid)?.containers[0]?.ledger ?? [];
}

function runsIn(state: ClusterState): number {
  return [...state.pods.keys()].reduce((sum, uid) => sum + ledgerOf(state, uid).length, 0);
}

describe('a session that goes on for days', () => {
  const whole = filled(new Timeline(T0), 50, 60_000);
  const bounded = filled(new Timeline(T0, 4096, 5000), 50, 60_000);

  it('keeps so many runs of all containers, and the newest of each', () => {
    expect(runsIn(whole.head)).toBe(30_000);
    expect(runsIn(bounded.head)).toBeLessThan(7000);
    for (const uid of bounded.head.pods.keys()) {
      const newest = ledgerOf(whole.head, uid).slice(-99);
      expect(ledgerOf(bounded.head, uid).slice(-99)).toEqual(newest);
      expect(ledgerOf(bounded.head, uid)[0]).toEqual(ledgerOf(whole.head, uid)[0]);
      expect(knownRuns(ledgerOf(bounded.head, uid))).toBe(600);
    }
  });

  it('tells the same of the containers, and counts the same crashes', () => {
    expect(bounded.head.crashes).toBe(whole.head.crashes);
    const told = (state: ClusterState) => troublesAt(state, state.arrivedAt).map(({ trouble }) => trouble);
    expect(told(bounded.head)).toHaveLength(50);
    expect(told(bounded.head)).toEqual(told(whole.head));
    expect(bounded.head.unhealthyCandidates.toObject()).toEqual(bounded.head.pods.toObject());
  });

  it('says in the Runs tab where runs are no longer kept, and counts them among the known ones', () => {
    const state = bounded.head;
    const record = state.pods.get('pod-7');
    if (record === undefined) throw new Error('no pod-7');
    const subject = { state, entry: healthyEntry(state, record, record.containers[0] as never), now: state.arrivedAt };
    const texts = textsOf(runsPane(subject, 80));
    expect(texts[0]).toBe(' 600 runs known · 599 restarts');
    const notes = texts.filter((text) => /^ [┄?]/.test(text)).map((text) => text.trimEnd());
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^ ┄ \d+ runs no longer kept in memory between 08:00:04 and \d\d:\d\d:\d\d$/);
    expect(Number(notes[0]?.match(/\d+/)?.[0])).toBe(600 - ledgerOf(state, 'pod-7').length);
  });

  it('goes on from there as if all were kept', () => {
    const next = [0, 1, 2].flatMap((i) => [arrival('pod-3', 600 + i, true), arrival('pod-3', 600 + i, false)]);
    const [a, b] = [next.reduce(reduce, bounded.head), next.reduce(reduce, whole.head)];
    expect(a.crashes).toBe(b.crashes);
    expect(knownRuns(ledgerOf(a, 'pod-3'))).toBe(603);
    expect(ledgerOf(a, 'pod-3').slice(-90)).toEqual(ledgerOf(b, 'pod-3').slice(-90));
  });

  it('gives a lone loop more room than each of many', () => {
    const lone = filled(new Timeline(T0), 1, 6000).head;
    expect(ledgerOf(withFewerRuns(lone, 2999), 'pod-0').length).toBeGreaterThanOrEqual(1000);
    expect(ledgerOf(withFewerRuns(lone, 2999), 'pod-0').length).toBeLessThan(1010);
    const many = withFewerRuns(whole.head, 100);
    expect(ledgerOf(many, 'pod-0').length).toBeGreaterThanOrEqual(64);
    expect(ledgerOf(many, 'pod-0').length).toBeLessThan(80);
  });

  it('forgets nothing while there is room, nor of a pod that is being deleted', () => {
    expect(withFewerRuns(whole.head, 30_000)).toBe(whole.head);
    const deleted = reduce(whole.head, {
      ...(arrival('pod-0', 600, true) as object),
      verb: 'DELETED',
      at: T0 + 600 * CYCLE,
    } as Envelope);
    expect(ledgerOf(withFewerRuns(deleted, 100), 'pod-0')).toHaveLength(601);
  });
});
