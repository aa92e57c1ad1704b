import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/model/pod.ts';
import type { KubeEvent, Owner } from '../../src/model/resources.ts';
import { countsOf } from '../../src/timeline/availability.ts';
import type { Envelope, GapEnvelope, SnapshotEnvelope } from '../../src/timeline/envelope.ts';
import { forget } from '../../src/timeline/forget.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE, eventsOfNode } from '../../src/timeline/state.ts';
import { containerStatus } from '../support/container-status.ts';
import { folded } from '../support/folded.ts';
import { owner } from '../support/owner.ts';
import { pod } from '../support/pod.ts';

const T0 = 1_700_000_000_000;
const at = (seconds: number) => T0 + seconds * 1000;
const READY = [{ type: 'Ready', status: 'True', reason: '', message: '', since: null }];

function arrives(
  object: Pod | KubeEvent | Owner,
  seconds: number,
  verb: 'ADDED' | 'MODIFIED' | 'DELETED' = 'MODIFIED',
): Envelope {
  return { type: 'object', verb, object, at: at(seconds), line: 0 };
}

function lists(items: readonly Pod[], seconds: number, fields: Partial<SnapshotEnvelope> = {}): Envelope {
  return {
    type: 'snapshot',
    kind: 'Pod',
    items,
    namespace: null,
    more: false,
    at: at(seconds),
    line: 0,
    ...fields,
  };
}

function gap(fields: Partial<GapEnvelope>): Envelope {
  return {
    type: 'gap',
    kind: 'Pod',
    namespace: null,
    from: at(0),
    reason: 'connection reset',
    resumed: false,
    open: false,
    at: at(0),
    line: 0,
    ...fields,
  };
}

function event(fields: Partial<KubeEvent>): KubeEvent {
  return {
    kind: 'Event',
    uid: 'event-1',
    namespace: 'shop',
    name: 'e',
    involved: { kind: 'Pod', namespace: 'shop', name: 'api-1', uid: 'pod-1', container: '' },
    type: 'Warning',
    reason: 'FailedMount',
    message: 'secret "tls" not found',
    count: 1,
    firstAt: at(0),
    lastAt: at(0),
    component: 'kubelet',
    host: 'node-a',
    ...fields,
  };
}

const existing = (state: ClusterState) => [...state.pods.values()].filter((r) => r.goneAt === null).map((r) => r.pod.uid);

it('the state forgets what it knows of a node with the last pod of that node', () => {
  const on = (nodeName: string) => pod({ uid: nodeName, name: nodeName, spec: { ...pod().spec, nodeName } });
  const starting = (name: string) =>
    event({ uid: `of ${name}`, reason: 'Starting', involved: { kind: 'Node', namespace: '', name, uid: '', container: '' } });
  const both = ['node-a', 'node-b'].flatMap((name) => [arrives(on(name), 1), arrives(starting(name), 1)]);
  const state = folded(...both, arrives(on('node-b'), 2, 'DELETED'));
  expect([...state.backoffs.keys()]).toEqual(['node-a', 'node-b']);
  expect([...forget(state, at(3600)).backoffs.keys()]).toEqual(['node-a']);
  expect(forget(state, at(1)).backoffs).toBe(state.backoffs);
});

it('the state finds the events about a node by its name, whatever stands for its UID', () => {
  const about = (uid: string, name: string) => {
    const involved = { kind: 'Node', namespace: '', name, uid, container: '' };
    return arrives(event({ uid: `event of ${uid} ${name}`, involved, reason: 'NodeReady' }), 0);
  };
  // A kubelet of 1.35, an older one, and a controller.
  const state = folded(about('', 'node-a'), about('node-a', 'node-a'), about('uid-of-a', 'node-a'), about('', 'node-b'));
  expect(eventsOfNode(state, 'node-a').map((e) => e.involved.uid)).toEqual(['', 'node-a', 'uid-of-a']);
  expect(eventsOfNode(state, 'node-b').length).toBe(1);
  expect(eventsOfNode(state, 'node-c')).toEqual([]);
});

describe('which pods exist', () => {
  const a = pod({ uid: 'a', name: 'a' });
  const b = pod({ uid: 'b', name: 'b' });
  const other = pod({ uid: 'c', name: 'c', namespace: 'infra' });

  it('takes what is absent from a list for gone', () => {
    const state = folded(lists([a, b], 0), lists([b], 10));
    expect(existing(state)).toEqual(['b']);
    expect(state.pods.get('a')?.goneAt).toBe(at(10));
    expect(state.names.size).toBe(1);
  });

  it('joins the oldest gaps of thousands, so that all that was not watched stays in one', () => {
    let state = EMPTY_STATE;
    for (let i = 0; i < 3000; i++) state = reduce(state, gap({ at: at(10 * i + 5), from: at(10 * i) }));
    expect(state.gaps).toHaveLength(1000);
    expect(state.gaps[0]).toMatchObject({ from: at(0), to: at(20_005) });
    expect(state.gaps[1]).toMatchObject({ from: at(20_010), to: at(20_015) });
    expect(state.gaps.at(-1)).toMatchObject({ from: at(29_990) });
  });

  it('keeps the newest of thousands of markers', () => {
    let state = EMPTY_STATE;
    for (let i = 0; i < 6000; i++) state = reduce(state, { type: 'marker', at: at(i), line: 0, name: String(i), note: '' });
    expect(state.markers).toHaveLength(5000);
    expect(state.markers.at(-1)?.name).toBe('5999');
  });

  it('says until when a pod was there for certain: before a gap that a list ended, where nobody looked', () => {
    const goneAfter = (...envelopes: Envelope[]) => folded(...envelopes).pods.get('a')?.goneAfter;
    const lost = gap({ at: at(70), from: at(20) });
    expect(goneAfter(lists([a], 0))).toBe(null);
    expect(goneAfter(lists([a], 0), lists([], 10))).toBe(at(10));
    expect(goneAfter(lists([a], 0), arrives(a, 5, 'DELETED'))).toBe(at(5));
    expect(goneAfter(lists([a], 0), lost, lists([], 71))).toBe(at(20));
    expect(goneAfter(lists([a], 0), gap({ at: at(21), from: at(20), open: true }), lists([], 71))).toBe(at(20));
    // It went on as if nothing had been; it was of another namespace, or of other objects.
    expect(goneAfter(lists([a], 0), gap({ at: at(70), from: at(20), resumed: true }), lists([], 71))).toBe(at(71));
    expect(goneAfter(lists([a], 0), gap({ at: at(70), from: at(20), namespace: 'infra' }), lists([], 71))).toBe(at(71));
    expect(goneAfter(lists([a], 0), gap({ at: at(70), from: at(20), kind: 'Event' }), lists([], 71))).toBe(at(71));
    // It was in the list behind the gap, whichever of the two is told first, and went later.
    expect(goneAfter(lists([a], 0), lost, lists([a], 71), lists([], 90))).toBe(at(90));
    expect(goneAfter(lists([a], 0), lists([a], 69), lost, lists([], 90))).toBe(at(90));
    expect(goneAfter(lists([a], 0), lost, lists([a], 71), gap({ at: at(120), from: at(100) }), lists([], 121))).toBe(at(100));
  });

  it('judges the absence of a namespace by a list of that namespace only', () => {
    const state = folded(lists([a, other], 0), lists([], 10, { namespace: 'shop' }));
    expect(existing(state)).toEqual(['c']);
  });

  it('waits for the last page of a list', () => {
    const half = folded(lists([a, b], 0), lists([b], 10, { more: true }));
    expect(existing(half).toSorted()).toEqual(['a', 'b']);
    expect(existing(folded(lists([a, b], 0), lists([b], 10, { more: true }), lists([], 11)))).toEqual(['b']);
  });

  it('keeps the pages of two namespaces apart', () => {
    const shop = { namespace: 'shop' };
    const infra = { namespace: 'infra' };
    const state = folded(
      lists([a, b, other], 0),
      lists([a], 10, { ...shop, more: true }),
      lists([other], 11, infra),
      lists([b], 12, shop),
    );
    expect(existing(state).toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('says that pods are listed only after the last page', () => {
    expect(folded(lists([a], 0, { more: true })).podsListedAt).toBeNull();
    expect(folded(lists([a], 0, { more: true }), lists([b], 1)).podsListedAt).not.toBeNull();
  });

  it('takes the older of two pods with one name for gone: its deletion was missed', () => {
    const again = pod({ uid: 'a2', name: 'a', createdAt: (a.createdAt as number) + 60_000 });
    const state = folded(arrives(a, 0), arrives(again, 70));
    expect(existing(state)).toEqual(['a2']);
    expect(existing(folded(arrives(again, 0), arrives(a, 70)))).toEqual(['a2']);
  });

  it('keeps the runs of a pod that is gone', () => {
    const state = folded(arrives(a, 0), arrives(a, 5, 'DELETED'));
    expect(state.pods.get('a')?.containers[0]?.ledger).toHaveLength(1);
    expect(state.pods.get('a')?.goneAt).toBe(at(5));
  });
});

describe('what a workload has left', () => {
  const owned = (uid: string, fields: Partial<Pod> = {}) =>
    pod({ uid, name: uid, controller: { kind: 'ReplicaSet', name: 'web-6d5f', uid: 'rs' }, templateHash: '6d5f', ...fields });
  const key = 'Deployment/shop/web';

  it('counts ready pods, and no finished or leaving ones', () => {
    const state = folded(
      arrives(owned('a', { conditions: READY }), 0),
      arrives(owned('b'), 0),
      arrives(owned('c', { conditions: READY, deletionAt: at(30) }), 0),
      arrives(owned('d', { phase: 'Failed' }), 0),
    );
    expect(state.workloads.get(key)).toEqual({ desired: 2, available: 1 });
  });

  it('remembers how it changed', () => {
    const state = folded(
      arrives(owned('a', { conditions: READY }), 0),
      arrives(owned('a'), 10),
      arrives(owned('a', { conditions: READY }), 12),
    );
    expect(state.availability.get(key)?.map((s) => [s.at, s.available])).toEqual([
      [at(0), 1],
      [at(10), 0],
      [at(12), 1],
    ]);
  });

  it('are no fewer a moment ago for coming in several parts of a list', () => {
    const ready = [{ ...(READY[0] as (typeof READY)[0]), since: at(-100) }];
    const set = { kind: 'StatefulSet', name: 'db', uid: 'set' };
    const pods = ['a', 'b', 'c'].map((uid) => pod({ uid, name: uid, controller: set, conditions: uid === 'a' ? [] : ready }));
    const parts = pods.map((p, i) => lists([p], i, { more: i < 2 }));
    const samples = parts.reduce(reduce, EMPTY_STATE).availability.get('StatefulSet/shop/db');
    expect(samples?.map((s) => [s.at, s.available])).toEqual([[at(0), 2]]);
    // One that got ready since is a rise.
    const late = pod({
      uid: 'd',
      name: 'd',
      controller: set,
      conditions: [{ ...(ready[0] as (typeof ready)[0]), since: at(9) }],
    });
    const risen = reduce(parts.reduce(reduce, EMPTY_STATE), arrives(late, 10, 'ADDED'));
    expect(risen.availability.get('StatefulSet/shop/db')?.map((s) => [s.at, s.available])).toEqual([
      [at(0), 2],
      [at(10), 3],
    ]);
  });

  it('finds the workload through owners that arrive later', () => {
    const job = pod({ uid: 'j', name: 'j', controller: { kind: 'Job', name: 'nightly-once', uid: 'job' } });
    const once = owner({
      kind: 'Job',
      uid: 'job',
      name: 'nightly-once',
      controller: { kind: 'CronJob', name: 'nightly', uid: 'cron' },
      desired: null,
      available: null,
    });
    const before = folded(arrives(job, 0));
    expect(before.pods.get('j')?.workload.key).toBe('Job/shop/nightly-once');
    const after = reduce(before, arrives(once, 1));
    expect(after.pods.get('j')?.workload.key).toBe('CronJob/shop/nightly');
    expect([...after.workloads.keys()]).toEqual(['CronJob/shop/nightly']);
  });
});

describe('what a workload says of itself', () => {
  const key = 'Deployment/shop/web';
  const webPod = (uid: string, fields: Partial<Pod> = {}) =>
    pod({ uid, name: uid, controller: { kind: 'ReplicaSet', name: 'web-6d5f', uid: 'rs' }, templateHash: '6d5f', ...fields });
  const counts = (state: ClusterState, seconds: number) => {
    const { desired, available } = countsOf(state, key, at(seconds));
    return { desired, available };
  };

  it('counts pods that were never created, and no surge of a rollout', () => {
    const few = folded(arrives(webPod('a', { conditions: READY }), 0), arrives(owner({ desired: 3, available: 1 }), 1));
    expect(counts(few, 2)).toEqual({ desired: 3, available: 1 });
    const surge = folded(arrives(webPod('a'), 0), arrives(webPod('b'), 0), arrives(owner({ desired: 1, available: 1 }), 1));
    expect(counts(surge, 2)).toEqual({ desired: 1, available: 1 });
  });

  it('is not believed when it is gone, wants nothing, or did not follow its pods', () => {
    const first = folded(arrives(webPod('a', { conditions: READY }), 0), arrives(owner({ desired: 3, available: 1 }), 1));
    expect(counts(reduce(first, arrives(owner(), 2, 'DELETED')), 3)).toEqual({ desired: 1, available: 1 });
    expect(counts(reduce(first, arrives(owner({ desired: 0, available: 0 }), 2)), 3)).toEqual({ desired: 1, available: 1 });
    const crashed = reduce(first, arrives(webPod('a'), 10));
    expect(counts(crashed, 39)).toEqual({ desired: 3, available: 1 });
    expect(counts(crashed, 41)).toEqual({ desired: 1, available: 0 });
    expect(counts(reduce(crashed, arrives(owner({ desired: 3, available: 0 }), 50)), 51)).toEqual({ desired: 3, available: 0 });
  });

  it('remembers how it changed, and what its pods told before it was known', () => {
    const state = folded(
      arrives(webPod('a', { conditions: READY }), 0),
      arrives(webPod('a'), 10),
      arrives(owner({ available: 2 }), 20),
      arrives(owner({ available: 1 }), 30),
      arrives(owner({ available: 1 }), 40),
    );
    expect(countsOf(state, key, at(50)).samples.map((s) => [s.at, s.available])).toEqual([
      [at(0), 1],
      [at(10), 0],
      [at(20), 2],
      [at(30), 1],
    ]);
  });

  it('is gone when a whole list does not name it, unless that is of another kind or namespace', () => {
    const list = (kind: 'Deployment' | 'Job', namespace: string | null): Envelope => ({
      type: 'snapshot',
      kind,
      items: [],
      namespace,
      more: false,
      at: at(5),
      line: 0,
    });
    for (const other of [list('Job', null), list('Deployment', 'infra')])
      expect(folded(arrives(owner(), 1), other).statuses.has(key)).toBe(true);
    const gone = folded(arrives(owner(), 1), list('Deployment', null));
    expect([gone.statuses.size, gone.owners.size]).toEqual([0, 0]);
  });

  it('is forgotten with its pods, but not while it says that it is in trouble', () => {
    const refused = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota', since: at(0) };
    const state = folded(
      arrives(owner({ uid: 'quiet', name: 'quiet' }), 1),
      arrives(owner({ uid: 'refused', name: 'refused', conditions: [refused] }), 1),
      arrives(
        owner({ kind: 'ReplicaSet', uid: 'rs', name: 'web-6d5f', controller: { kind: 'Deployment', name: 'web', uid: 'd' } }),
        1,
      ),
      arrives(
        owner({ kind: 'ReplicaSet', uid: 'old', name: 'old-1', controller: { kind: 'Deployment', name: 'old', uid: 'o' } }),
        1,
      ),
      arrives(webPod('a'), 1),
    );
    const kept = forget(state, at(3600));
    expect([...kept.owners.keys()].sort()).toEqual(['refused', 'rs']);
    expect([...kept.statuses.keys()]).toEqual(['Deployment/shop/refused']);
    expect(forget(state, at(0)).statuses.size).toBe(2);
  });
});

describe('starts that fail', () => {
  const waits = (reason: string, fields = {}) =>
    pod({
      phase: 'Pending',
      containers: [containerStatus({ containerID: '', state: { type: 'waiting', reason, message: '' } })],
      ...fields,
    });
  const failureOf = (state: ClusterState) => state.pods.get('pod-1')?.containers[0]?.failure;

  it('keep their kind and their beginning under each of their reasons', () => {
    const state = folded(arrives(waits('ErrImagePull'), 0), arrives(waits('ImagePullBackOff'), 10));
    expect(failureOf(state)).toEqual({ kind: 'image', since: at(0), pullErrors: [at(0)] });
  });

  it('are not mended by a kubelet that came back and has not tried yet', () => {
    const state = folded(arrives(waits('ErrImagePull'), 0), arrives(waits('ContainerCreating'), 10));
    expect(failureOf(state)).toEqual({ kind: 'image', since: at(0), pullErrors: [at(0)] });
    expect(failureOf(reduce(state, arrives(pod(), 20)))).toBeNull();
  });

  it('are known from events where no status tells of them, and it takes two', () => {
    const created = arrives(waits('ContainerCreating'), 0);
    const once = folded(created, arrives(event({ lastAt: at(1) }), 1));
    expect(failureOf(once)).toBeNull();
    expect(failureOf(reduce(once, arrives(event({ count: 2, lastAt: at(3) }), 3)))).toEqual({
      kind: 'volume',
      since: at(0),
      pullErrors: [],
    });
  });

  it('are a node that is not found, until it is', () => {
    const unscheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '', since: at(-5) };
    const state = folded(arrives(pod({ phase: 'Pending', containers: [], conditions: [unscheduled] }), 0));
    expect(failureOf(state)).toEqual({ kind: 'scheduling', since: at(-5), pullErrors: [] });
    expect(failureOf(reduce(state, arrives(waits('ContainerCreating'), 9)))).toBeNull();
  });
});

describe('gaps, logs, markers', () => {
  it('takes the closed line of a gap for the end of the open one', () => {
    const open = folded(gap({ open: true, at: at(1) }));
    expect(open.gaps).toMatchObject([{ from: at(0), to: null }]);
    expect(reduce(open, gap({ at: at(9), resumed: true })).gaps).toMatchObject([{ from: at(0), to: at(9), resumed: true }]);
  });

  it('keeps a log that was had when it cannot be had again', () => {
    const log = { type: 'log', namespace: 'shop', pod: 'api-1', uid: 'pod-1', container: 'api', containerID: 'c0' } as const;
    const had = folded({ ...log, text: 'boom', truncated: false, error: '', at: at(0), line: 0 });
    const state = reduce(had, { ...log, text: '', truncated: false, error: 'not found', at: at(5), line: 0 });
    expect(state.logs.get('pod-1')).toMatchObject([{ text: 'boom', error: '' }]);
  });

  it('never changes a state that it was given', () => {
    const before = folded(arrives(pod(), 0));
    const copy = { ...before };
    reduce(before, arrives(pod(), 5, 'DELETED'));
    expect(before).toEqual(copy);
    expect(existing(before)).toEqual(['pod-1']);
  });
});

describe('crashes', () => {
  const ended = (exitCode: number, fields: Partial<Pod> = {}) =>
    pod({
      containers: [
        containerStatus({
          state: {
            type: 'terminated',
            containerID: 'containerd://0',
            exitCode,
            reason: '',
            message: '',
            signal: 0,
            startedAt: at(0),
            finishedAt: at(4),
          },
        }),
      ],
      ...fields,
    });

  it('are counted once, however often they are told', () => {
    expect(folded(arrives(pod(), 0), arrives(ended(1), 5), arrives(ended(1), 6)).crashes).toBe(1);
  });

  it('are not ends that were wanted: a finished Job, a deletion', () => {
    const job = { spec: { ...pod().spec, restartPolicy: 'OnFailure' as const } };
    expect(folded(arrives(ended(0, job), 5)).crashes).toBe(0);
    const leaving = { deletionAt: at(40) };
    expect(folded(arrives(pod(leaving), 1), arrives(ended(137, leaving), 5)).crashes).toBe(0);
  });
});
