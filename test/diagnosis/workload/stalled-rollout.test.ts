import { describe, expect, it } from 'vitest';
import { workloadProblemsAt } from '../../../src/diagnosis/workload/workload-problems.ts';
import type { Condition, Pod } from '../../../src/model/pod.ts';
import type { Owner, SetRollout } from '../../../src/model/resources.ts';
import { reduce } from '../../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../../src/timeline/state.ts';
import { containerStatus } from '../../support/container-status.ts';
import { owner } from '../../support/owner.ts';
import { pod } from '../../support/pod.ts';

const T0 = Date.parse('2026-11-22T14:00:00Z');
const at = (minutes: number) => T0 + minutes * 60_000;

/** The fold of objects that all arrive after whatever they tell of. */
function fold(...objects: readonly (Pod | Owner)[]): ClusterState {
  return objects.reduce<ClusterState>(
    (state, object) => reduce(state, { type: 'object', verb: 'MODIFIED', object, at: at(60), line: 0 }),
    EMPTY_STATE,
  );
}

const condition = (type: string, isTrue: boolean, minutes: number, reason = ''): Condition => ({
  type,
  status: isTrue ? 'True' : 'False',
  reason,
  message: '',
  since: at(minutes),
});

const ROLLING: SetRollout = {
  isAutomatic: true,
  partition: 0,
  isOrdered: true,
  currentRevision: 'db-old',
  updateRevision: 'db-new',
};

const db = (fields: Partial<Owner> = {}, rollout: Partial<SetRollout> | null = {}) =>
  owner({
    ...{ kind: 'StatefulSet', uid: 'db', name: 'db', desired: 3, created: 3, updated: 1, ready: 2, available: 2, unavailable: 0 },
    rollout: rollout === null ? null : { ...ROLLING, ...rollout },
    ...fields,
  });

const agent = (fields: Partial<Owner> = {}, rollout: Partial<SetRollout> = {}) =>
  db(
    { kind: 'DaemonSet', uid: 'agent', name: 'agent', unavailable: 1, ...fields },
    { isOrdered: false, currentRevision: '', updateRevision: '', ...rollout },
  );

interface Replica {
  readonly revision?: string;
  readonly created?: number;
  readonly ready?: boolean;
  /** When that changed, minutes. */
  readonly since?: number;
  readonly more?: Partial<Pod>;
}

/** `<set>-<ordinal>`: unless told otherwise of the new revision, created at minute 0 and not ready since. */
function replica(set: Owner, ordinal: number, { revision = 'new', created = 0, ready = false, since, more }: Replica = {}): Pod {
  return pod({
    uid: `${set.name}-${ordinal}`,
    name: `${set.name}-${ordinal}`,
    createdAt: at(created),
    controller: { kind: set.kind, name: set.name, uid: set.uid },
    templateHash: set.kind === 'StatefulSet' ? `${set.name}-${revision}` : revision,
    conditions: [condition('Ready', ready, since ?? created)],
    ...more,
  });
}

const OLD = { revision: 'old', created: -600, ready: true } as const;
const revision = (minutes: number) =>
  owner({
    ...{ kind: 'ControllerRevision', uid: 'r', name: 'db-new', desired: null, createdAt: at(-900), numberedAt: at(minutes) },
    controller: { kind: 'StatefulSet', name: 'db', uid: 'db' },
  });

const summaries = (minutes: number, ...objects: readonly (Pod | Owner)[]) =>
  workloadProblemsAt(fold(...objects), at(minutes)).map((p) => p.summary);

describe('the rollout of a StatefulSet', () => {
  const set = db();
  const others = [replica(set, 0, OLD), replica(set, 1, OLD)];

  it('is stuck while a new pod of it has not been ready for longer than a Deployment is given', () => {
    const objects = [set, ...others, replica(set, 2)];
    expect(summaries(9.9, ...objects)).toEqual([]);
    const [problem] = workloadProblemsAt(fold(...objects), at(10));
    expect(problem).toMatchObject({
      kind: 'stuck-rollout',
      summary: 'rollout stuck: 1 of 3 updated, waiting for db-2 to be ready',
      since: at(0),
      level: 'degraded',
      impact: { available: 2, desired: 3 },
      example: { record: { pod: { name: 'db-2' } } },
    });
    expect(problem?.evidence).toEqual(['status: 3 desired, 3 created, 1 updated, 2 ready, 2 available', 'pod db-2 is not ready']);
    expect(problem?.next[0]).toBe('kubectl -n shop rollout status statefulset/db');
  });

  it('is stuck by its last pod, too, and while there are fewer than wanted', () => {
    const last = db({ updated: 3 });
    expect(summaries(20, last, replica(last, 0), replica(last, 1, { ready: true }))).toHaveLength(1);
    const first = db({ updated: 1, created: 1 }, { currentRevision: 'db-new' });
    expect(summaries(20, first, replica(first, 0))).toHaveLength(1);
  });

  it('is none where it gets on: each pod takes five minutes', () => {
    for (let minute = 0; minute <= 15; minute += 0.5) {
      const updated = Math.min(3, Math.floor(minute / 5) + 1);
      const pods = [2, 1, 0].map((ordinal, nth) => {
        if (nth >= updated) return replica(set, ordinal, OLD);
        const isReady = minute >= nth * 5 + 5;
        return replica(set, ordinal, { created: nth * 5, ready: isReady, since: isReady ? nth * 5 + 5 : nth * 5 });
      });
      const isOver = minute >= 15;
      const now = db({ updated }, isOver ? { currentRevision: 'db-new' } : {});
      expect(summaries(minute, now, ...pods)).toEqual([]);
    }
  });

  it.each<[string, Owner, Pod]>([
    ['that waits for somebody to delete its pods', db({}, { isAutomatic: false }), replica(set, 2)],
    ['that has come as far as its partition', db({}, { partition: 2 }), replica(set, 2)],
    ['whose newest spec its controller has not seen', db({ isObserved: false }), replica(set, 2)],
    ['of which nobody knows the strategy', db({}, null), replica(set, 2)],
    [
      'that is over: a pod of it is not ready for another reason',
      db({ updated: 3 }, { currentRevision: 'db-new' }),
      replica(set, 2),
    ],
    ['scaled to nothing', db({ desired: 0, updated: 0 }), replica(set, 2)],
    ['whose pod is ready, and not long enough to be available', db({ minReadyMs: 3_600_000 }), replica(set, 2, { ready: true })],
    ['whose pods take minReadySeconds longer', db({ minReadyMs: 1_200_000 }), replica(set, 2)],
    ['whose pod was ready until just now', set, replica(set, 2, { since: 15 })],
    [
      'whose pod somebody holds back',
      set,
      replica(set, 2, { more: { conditions: [condition('PodScheduled', false, 0, 'SchedulingGated')] } }),
    ],
    ['whose pod is being deleted, for as long as it was given', set, replica(set, 2, { more: { deletionAt: at(60) } })],
  ])('is none %s', (_, now, last) => {
    expect(summaries(20, now, ...others, last)).toEqual([]);
  });

  it('is none while a startup probe still gives the pod time', () => {
    const spec = replica(set, 2).spec;
    const slow = { ...spec, containers: spec.containers.map((c) => ({ ...c, startupTiming: {} as never })) };
    const starting = (started: boolean) =>
      replica(set, 2, {
        more: {
          spec: slow,
          containers: [containerStatus({ started, ready: false, state: { type: 'running', startedAt: at(0) } })],
        },
      });
    expect(summaries(20, set, ...others, starting(false))).toEqual([]);
    expect(summaries(20, set, ...others, starting(true))).toHaveLength(1);
  });

  it('is stuck by a pod of the revision before, which an ordered set does not replace', () => {
    const broken = replica(set, 2, { ...OLD, ready: false, since: -60 });
    const told = db({ updated: 0 });
    expect(summaries(9, told, revision(0), ...others, broken)).toEqual([]);
    const [problem] = workloadProblemsAt(fold(told, revision(0), ...others, broken), at(10));
    expect(problem?.summary).toBe('rollout stuck: 0 of 3 updated, waiting for db-2 of an earlier revision to be ready');
    expect(problem?.evidence[0]).toBe('an OrderedReady StatefulSet does not replace a pod that never becomes ready: db-2');
    // Since when is not known without its revision; and a set that does all at once replaces it.
    expect(summaries(20, told, ...others, broken)).toEqual([]);
    expect(summaries(20, db({ updated: 0 }, { isOrdered: false }), revision(0), ...others, broken)).toEqual([]);
  });
});

describe('the rollout of a DaemonSet', () => {
  const set = agent();

  it('is stuck while a pod of the newest revision is not ready and none came since', () => {
    const objects = [set, replica(set, 0, OLD), replica(set, 1, OLD), replica(set, 2)];
    expect(summaries(12, ...objects)).toEqual(['rollout stuck: 1 of 3 updated, waiting for agent-2 to be ready']);
    expect(summaries(9, ...objects)).toEqual([]);
  });

  it('is none where other nodes get on, where all pods are updated, and with OnDelete', () => {
    const pods = [replica(set, 0, OLD), replica(set, 1, { created: 8, ready: true, since: 9 }), replica(set, 2)];
    expect(summaries(15, agent({ updated: 2 }), ...pods)).toEqual([]);
    expect(summaries(30, agent({ updated: 3 }), ...pods)).toEqual([]);
    expect(summaries(30, agent({}, { isAutomatic: false }), ...pods)).toEqual([]);
  });

  it('is none because of a pod of an earlier revision: that one is replaced first', () => {
    const pods = [replica(set, 0, { ...OLD, ready: false }), replica(set, 1, { ready: true })];
    expect(summaries(30, set, ...pods)).toEqual([]);
  });
});
