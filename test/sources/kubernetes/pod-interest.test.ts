import { describe, expect, it } from 'vitest';
import { type Pod, toPod } from '../../../src/model/pod.ts';
import { interestFrom, watched } from '../../../src/sources/kubernetes/pod-interest.ts';

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
