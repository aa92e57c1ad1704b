import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/model/pod.ts';
import type { Owner } from '../../src/model/resources.ts';
import { forget } from '../../src/timeline/forget.ts';
import { podsOf } from '../../src/timeline/members.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../src/timeline/state.ts';
import { owner } from '../support/owner.ts';
import { pod } from '../support/pod.ts';
import { recordedTimeline } from '../support/recorded.ts';

describe('the pods of a workload', () => {
  it('are all that are known of it, gone or not, in the order in which they came', async () => {
    const timeline = await recordedTimeline('zoo');
    const state = timeline.stateAt(timeline.endedAt);
    const pods = [...state.pods.values()];
    expect(pods.some((record) => record.goneAt !== null)).toBe(true);
    for (const { workload } of pods) {
      const members = pods.filter((record) => record.workload.key === workload.key);
      expect(new Set(podsOf(state, workload.key))).toEqual(new Set(members));
      expect(podsOf(state, workload.key)).toHaveLength(members.length);
    }
    expect(podsOf(state, 'no/Such/workload')).toEqual([]);
  });

  it('are those of the state that is asked about, whichever was asked about before', async () => {
    const timeline = await recordedTimeline('zoo');
    const states = [timeline.startedAt + 60_000, timeline.endedAt].map((at) => timeline.stateAt(at));
    const keys = new Set(states.flatMap((state) => [...state.pods.values()].map((record) => record.workload.key)));
    const counts = () => states.map((state) => [...keys].flatMap((key) => podsOf(state, key)).length);
    const expected = states.map((state) => state.pods.size);
    expect(new Set(expected).size).toBe(2);
    expect([counts(), counts()]).toEqual([expected, expected]);
  });

  it('are as they are now, although only one of them arrived again', async () => {
    const timeline = await recordedTimeline('zoo');
    const records = new Set<unknown>();
    for (const at of timeline.crashes) {
      const state = timeline.stateAt(at);
      for (const record of podsOf(state, 'Deployment/shop/gateway')) {
        expect(state.pods.get(record.pod.uid)).toBe(record);
        records.add(record);
      }
    }
    expect(records.size).toBeGreaterThan(10);
  });

  it('follow their pods to the workload that is found above their owner, and are forgotten with them', () => {
    const set = { kind: 'ReplicaSet', name: 'web-1', uid: 'set' };
    const arrives = (object: Pod | Owner, verb: 'ADDED' | 'DELETED' = 'ADDED') =>
      ({ type: 'object', verb, object, at: 1000, line: 0 }) as const;
    const uids = (state: ClusterState, key: string) => podsOf(state, key).map((record) => record.pod.uid);
    const pods = ['a', 'b', 'c'].map((uid) => pod({ uid, name: uid, controller: set }));
    const listed = pods.map((p) => arrives(p)).reduce(reduce, EMPTY_STATE);
    expect(uids(listed, 'ReplicaSet/shop/web-1')).toEqual(['a', 'b', 'c']);
    const above = owner({
      kind: 'ReplicaSet',
      uid: 'set',
      name: 'web-1',
      controller: { kind: 'Deployment', name: 'web', uid: 'd' },
    });
    const known = reduce(listed, arrives(above));
    expect([uids(known, 'ReplicaSet/shop/web-1'), uids(known, 'Deployment/shop/web')]).toEqual([[], ['a', 'b', 'c']]);
    const gone = pods
      .slice(0, 2)
      .map((p) => arrives(p, 'DELETED'))
      .reduce(reduce, known);
    expect(uids(gone, 'Deployment/shop/web')).toEqual(['a', 'b', 'c']);
    expect(uids(forget(gone, 2000), 'Deployment/shop/web')).toEqual(['c']);
    const none = forget(reduce(gone, arrives(pods[2] as Pod, 'DELETED')), 2000);
    expect(none.members.size).toBe(0);
  });
});
