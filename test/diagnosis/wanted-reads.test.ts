import { describe, expect, it } from 'vitest';
import { troublesAt } from '../../src/diagnosis/problems.ts';
import { interestFrom, type WatchedPod, wantedReads, watched } from '../../src/diagnosis/wanted-reads.ts';
import { type Pod, toPod } from '../../src/model/pod.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { EMPTY_STATE } from '../../src/timeline/state.ts';
import { recorded } from '../support/recorded.ts';

const STEP_MS = 5000;
const NOW = Date.parse('2026-11-22T15:00:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

const ready = (status: string, since = 3600) => ({ type: 'Ready', status, lastTransitionTime: ago(since) });
const ended = (secondsAgo: number, exitCode = 1) => ({ terminated: { exitCode, containerID: 'c', finishedAt: ago(secondsAgo) } });

function pod(status: object, container: object | null = {}, metadata: object = {}): Pod {
  const statuses = container === null ? [] : [{ name: 'app', restartCount: 0, state: { running: {} }, ...container }];
  return toPod({
    metadata: { name: 'a', namespace: 'shop', uid: 'a', creationTimestamp: ago(7200), ...metadata },
    spec: { restartPolicy: 'Always', containers: [{ name: 'app' }] },
    status: { phase: 'Running', conditions: [ready('True')], containerStatuses: statuses, ...status },
  });
}

const atFirst = (p: Pod) => interestFrom(watched(undefined, p, NOW), NOW);

const readsAtFirst = (p: Pod) => wantedReads(watched(undefined, p, NOW), NOW);

describe('what is read for a pod', () => {
  const spec = {
    restartPolicy: 'Always',
    nodeName: 'n1',
    containers: [{ name: 'app', envFrom: [{ configMapRef: { name: 'settings' } }] }],
    imagePullSecrets: [{ name: 'registry' }],
  };
  const owned = { ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', uid: 'rs', controller: true }] };
  const podWith = (container: object) =>
    toPod({
      metadata: { name: 'a', namespace: 'shop', uid: 'a', creationTimestamp: ago(7200), ...owned },
      spec,
      status: {
        phase: 'Running',
        conditions: [ready('True')],
        containerStatuses: [{ name: 'app', restartCount: 1, state: { running: {} }, ...container }],
      },
    });
  const around = ['events', 'node n1', 'owner web-1', 'config settings'];
  const named = (p: Pod) =>
    readsAtFirst(p).map((read) =>
      'name' in read ? `${read.type} ${read.name}` : read.type === 'log' ? `log ${read.run.containerID}` : read.type,
    );

  it('is the log of its last run, and what stands around it, when it crashed lately', () => {
    expect(named(podWith({ lastState: ended(60) }))).toEqual(['log c', ...around]);
  });

  it('is by what its image is pulled only while that fails', () => {
    expect(named(podWith({ state: { waiting: { reason: 'ImagePullBackOff' } } }))).toEqual([...around, 'config registry']);
  });

  it('is nothing of a pod that is well', () => {
    expect(named(podWith({ restartCount: 0 }))).toEqual([]);
  });

  it.each([
    ['ended well for good', pod({ phase: 'Succeeded' }, { state: ended(5, 0) })],
    ['was asked to end', pod({}, { state: ended(5, 137) }, { deletionTimestamp: ago(6) })],
    ['ended before anybody watched', pod({}, { restartCount: 9, lastState: ended(3600) })],
    ['has no time', pod({}, { lastState: { terminated: { exitCode: 1, containerID: 'c' } } })],
    ['is of a debug container', pod({ containerStatuses: [], ephemeralContainerStatuses: [{ name: 'd', state: ended(5) }] })],
  ])('is no log of a run that %s', (_, p) => {
    expect(readsAtFirst(p).filter(({ type }) => type === 'log')).toEqual([]);
  });

  it('is the log of an end that was seen, whatever the clock of its node says', () => {
    const before = watched(undefined, pod({}), NOW);
    const after = watched(before, pod({}, { restartCount: 1, lastState: ended(7200) }), NOW);
    expect(wantedReads(after, NOW)).toContainEqual(expect.objectContaining({ type: 'log', container: 'app' }));
  });

  it.each(['zoo', 'zoo-1.33'] as const)('is asked for every container in trouble at any time of %s', async (name) => {
    const { envelopes } = await recorded(name);
    const known = new Map<string, WatchedPod>();
    let state = EMPTY_STATE;
    let looked = 0;
    let rows = 0;
    const see = (arrived: Pod, at: number) => known.set(arrived.uid, watched(known.get(arrived.uid), arrived, at));
    for (const envelope of envelopes) {
      state = reduce(state, envelope);
      if (envelope.type === 'snapshot' && envelope.kind === 'Pod') for (const p of envelope.items as Pod[]) see(p, envelope.at);
      if (envelope.type === 'object' && envelope.object.kind === 'Pod') see(envelope.object, envelope.at);
      if (envelope.at - looked < STEP_MS) continue;
      looked = envelope.at;
      for (const { record, trouble } of troublesAt(state, looked)) {
        // What recovered or goes away needs nothing more.
        if (trouble.state !== 'looping' && trouble.state !== 'restarting') continue;
        if (record.goneAt !== null || record.pod.deletionAt !== null) continue;
        rows++;
        const from = interestFrom(known.get(record.pod.uid) as WatchedPod, looked) ?? Number.POSITIVE_INFINITY;
        // What only events tell is told live as soon as they are let through.
        const isDue = from <= looked + (trouble.kind === 'volume' || trouble.kind === 'sandbox' ? 10_000 : 0);
        if (!isDue) expect.fail(`${record.pod.name} is ${trouble.state} (${trouble.kind}), and of no interest at ${looked}`);
      }
    }
    expect(rows).toBeGreaterThan(100);
  });
});

describe('a pod is of interest', () => {
  it.each([
    ['it waits for a bad reason', pod({}, { state: { waiting: { reason: 'CrashLoopBackOff' } } })],
    ['it restarted lately', pod({}, { restartCount: 1, lastState: ended(600) })],
    ['it restarted often in a day', pod({}, { restartCount: 3, lastState: ended(20_000) })],
    ['it ended, and will be restarted', pod({}, { state: ended(7000, 0) })],
    ['it failed lately', pod({ phase: 'Failed' }, { state: ended(100) })],
    ['it was evicted', pod({ phase: 'Failed', conditions: [ready('False', 100)] }, null)],
    [
      'it cannot be scheduled',
      pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] }, null, {
        creationTimestamp: ago(1),
      }),
    ],
    ['it has been pending for long', pod({ phase: 'Pending', conditions: [] }, null)],
    ['it has not been ready for long', pod({ conditions: [ready('False', 100)] })],
  ])('because %s', (_, p) => {
    expect(atFirst(p)).toBeLessThanOrEqual(NOW);
  });

  it.each([
    ['it is well', pod({})],
    ['its restart is long ago', pod({}, { restartCount: 1, lastState: ended(7200) })],
    ['it has done its work', pod({ phase: 'Succeeded', conditions: [ready('False')] }, { state: ended(100, 0) })],
    ['it is being deleted', pod({ conditions: [ready('False')] }, {}, { deletionTimestamp: ago(0) })],
    ['it failed yesterday, and lies about', pod({ phase: 'Failed' }, { state: ended(90_000) })],
    [
      'somebody holds it back',
      pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }, null),
    ],
  ])('not, because %s', (_, p) => {
    expect(atFirst(p)).toBe(null);
  });

  it('later, if nothing else arrives of it', () => {
    const pending = pod({ phase: 'Pending', conditions: [] }, null, { creationTimestamp: ago(2) });
    expect(atFirst(pending)).toBe(NOW + 8000);
    expect(atFirst(pod({ conditions: [ready('False', 5)] }))).toBe(NOW + 55_000);
  });

  it.each([
    ['an hour ahead', -3600],
    ['an hour behind', 3600],
  ])('by what was seen of it, where the clocks of the cluster are %s', (_, skew) => {
    const before = watched(undefined, pod({}), NOW);
    const after = watched(before, pod({}, { restartCount: 1, lastState: ended(skew) }), NOW + 1000);
    expect(interestFrom(after, NOW + 1000)).toBeLessThanOrEqual(NOW + 1000);
    expect(interestFrom(after, NOW + 20 * 60_000)).not.toBe(null);
    const unready = watched(before, pod({ conditions: [ready('False', skew)] }), NOW);
    expect(interestFrom(unready, NOW)).toBeLessThanOrEqual(NOW + 60_000);
  });
});
