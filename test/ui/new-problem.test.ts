import { describe, expect, it } from 'vitest';
import type { TableEntry } from '../../src/diagnosis/entry.ts';
import type { ContainerStatus } from '../../src/model/pod.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import type { AppStore } from '../../src/ui/store.ts';
import type { Row } from '../../src/view/table/table.ts';
import { startStore, TestWorld } from '../support/app-harness.ts';
import { containerStatus, termination } from '../support/container-status.ts';
import { pod } from '../support/pod.ts';
import { liveSession } from '../support/sessions.ts';

const NOW = Date.parse('2026-11-22T15:10:00Z');
const [SECOND, MINUTE, DAY] = [1000, 60_000, 86_400_000];
const PODS = 5000;
const CHRONIC = 60;

function podOf(workload: string, uid: string, status: ContainerStatus, createdAt: number) {
  const isReady = status.state.type === 'running' ? 'True' : 'False';
  return pod({
    uid,
    name: `${workload}-7d9f8c-${uid}`,
    createdAt,
    controller: { kind: 'ReplicaSet', name: `${workload}-7d9f8c`, uid: `rs-${workload}` },
    templateHash: '7d9f8c',
    conditions: [{ type: 'Ready', status: isReady, reason: '', message: '', since: null }],
    containers: [status],
  });
}

const running = (attempt: number, startedAt: number) =>
  containerStatus({
    restartCount: attempt,
    containerID: `containerd://${attempt}`,
    ready: true,
    state: { type: 'running', startedAt },
  });

function crashed(attempt: number, startedAt: number, finishedAt: number): ContainerStatus {
  const containerID = `containerd://${attempt}`;
  const end = termination({ containerID, startedAt, finishedAt });
  return containerStatus({ restartCount: attempt, containerID, state: { ...end, type: 'terminated' } });
}

function waiting(attempt: number, endedAt: number): ContainerStatus {
  const containerID = `containerd://${attempt}`;
  const last = termination({ containerID, startedAt: endedAt - 4 * SECOND, finishedAt: endedAt });
  const message = 'back-off 5m0s restarting failed container=api';
  return containerStatus({
    restartCount: attempt,
    containerID,
    state: { type: 'waiting', reason: 'CrashLoopBackOff', message },
    last,
  });
}

const chronic = (i: number, attempt: number, endedAt: number) =>
  podOf(`old-${i}`, `old-${i}`, waiting(attempt, endedAt), NOW - 9 * DAY);

/** A live session of 5,000 pods with 60 loops that have lasted for days; it has been watched for an hour. */
function noisyCluster() {
  const items = [
    ...Array.from({ length: CHRONIC }, (_, i) => chronic(i, 400, NOW - 2 * MINUTE - i * SECOND)),
    ...Array.from({ length: PODS - CHRONIC }, (_, i) =>
      podOf(`app-${i >> 1}`, `app-${i}`, running(0, NOW - 3 * DAY), NOW - 3 * DAY),
    ),
  ];
  const world = new TestWorld(NOW);
  const timeline = new Timeline(NOW);
  timeline.append({ type: 'snapshot', kind: 'Pod', namespace: null, items, more: false, at: NOW, line: 0 });
  const session = liveSession(timeline, world);
  const store = startStore(session, world);
  const arrive = (object: ReturnType<typeof podOf>) => {
    timeline.append({ type: 'object', verb: 'MODIFIED', object, at: world.now(), line: 0 });
    session.changed();
  };
  // The old loops go on: one of them crashes every second.
  let next = 0;
  const advance = (ms: number) => {
    for (let passed = 0; passed < ms; passed += SECOND) {
      world.advance(Math.min(SECOND, ms - passed));
      arrive(chronic(next % CHRONIC, 401 + Math.floor(next / CHRONIC), world.now()));
      next++;
    }
  };
  return { world, store, arrive, advance };
}

const nameOf = (row: Row | undefined): string => {
  if (row === undefined || row.type === 'section') return '';
  const entry: TableEntry = row.type === 'group' ? row.group.entries[0] : row.entry;
  return entry.workload.name;
};

const firstRow = (store: AppStore) => nameOf(store.frame().table.rows.find((r) => r.type !== 'section'));

describe('a new workload that is down, among 5,000 pods and 60 old loops', () => {
  it.each([
    ['was made a moment ago', 0],
    ['had run for days', 3 * DAY],
  ])('is the first row within two seconds of its second crash: it %s', (_, livedMs) => {
    const { world, store, arrive, advance } = noisyCluster();
    advance(20 * SECOND);
    const createdAt = world.now() - livedMs;
    for (const uid of ['new-1', 'new-2']) arrive(podOf('checkout', uid, running(0, createdAt), createdAt));
    // Somebody reads further down.
    store.press(Array.from({ length: 25 }, () => 'j'));
    const chosen = store.frame().screen.table.selected;
    advance(3 * SECOND);
    for (const uid of ['new-1', 'new-2']) arrive(podOf('checkout', uid, crashed(0, createdAt, world.now()), createdAt));
    advance(SECOND);
    const again = world.now();
    for (const uid of ['new-1', 'new-2']) arrive(podOf('checkout', uid, running(1, again), createdAt));
    // Long enough that the order is decided anew shortly before the crash: the worst that can be.
    advance(10 * SECOND);
    for (const uid of ['new-1', 'new-2']) arrive(podOf('checkout', uid, crashed(1, again, world.now()), createdAt));
    world.advance(2 * SECOND);
    expect(store.frame().counts.get('down')).toBe(CHRONIC + 1);
    expect(firstRow(store)).toBe('checkout');
    expect(store.frame().screen.table.selected).toBe(chosen);
    advance(10 * SECOND);
    expect(firstRow(store)).toBe('checkout');
    expect(store.frame().screen.table.selected).toBe(chosen);
  });

  it('does so however long ago the order was decided, and in every grouping that parts workloads', () => {
    for (const grouping of ['workload', 'none']) {
      for (const age of [0, 1100, 2300, 3500, 4900]) {
        const { world, store, arrive, advance } = noisyCluster();
        while (store.frame().screen.table.grouping !== grouping) store.press(['v']);
        advance(6 * SECOND);
        store.press(['s', 'i']);
        world.advance(age);
        arrive(podOf('checkout', 'new-1', crashed(1, world.now() - 4 * SECOND, world.now()), world.now() - MINUTE));
        world.advance(2 * SECOND);
        expect(firstRow(store), `${grouping}, ${age} ms`).toBe('checkout');
      }
    }
  });
});
