import { describe, expect, it } from 'vitest';
import { problemListAt } from '../../../src/diagnosis/problem-list.ts';
import { workloadProblemsAt } from '../../../src/diagnosis/workload/workload-problems.ts';
import type { Pod } from '../../../src/model/pod.ts';
import type { KubeEvent, Node, Owner } from '../../../src/model/resources.ts';
import { reduce } from '../../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../../src/timeline/state.ts';
import { containerStatus, termination } from '../../support/container-status.ts';
import { owner } from '../../support/owner.ts';
import { pod } from '../../support/pod.ts';
import { recordedTimeline } from '../../support/recorded.ts';

const T0 = 1_700_000_000_000;
const at = (seconds: number) => T0 + seconds * 1000;

/** The fold of objects that all arrive after whatever they tell of: no node's clock is ahead. */
function fold(...objects: readonly (Pod | KubeEvent | Owner | Node)[]): ClusterState {
  return objects.reduce<ClusterState>(
    (state, object) => reduce(state, { type: 'object', verb: 'MODIFIED', object, at: at(2000), line: 0 }),
    EMPTY_STATE,
  );
}

const kindsAt = (state: ClusterState, seconds: number) =>
  workloadProblemsAt(state, at(seconds)).map((p) => `${p.kind} ${p.workload.key}`);

describe('problems of workloads, over a whole recording', () => {
  /** From when to when (whole 5 s) each problem was there, an hour after the end included. */
  async function spans(name: 'zoo' | 'zoo-1.33'): Promise<string[]> {
    const timeline = await recordedTimeline(name);
    const open = new Map<string, number>();
    const found: string[] = [];
    const end = (timeline.endedAt - timeline.startedAt) / 1000 + 3600;
    for (let s = 0; s <= end; s += 5) {
      const now = timeline.startedAt + s * 1000;
      const problems = workloadProblemsAt(timeline.stateAt(now), now);
      const keys = new Set(problems.map((p) => `${p.kind} ${p.workload.namespace}/${p.workload.name}`));
      for (const key of keys) if (!open.has(key)) open.set(key, s);
      for (const [key, from] of open) {
        if (keys.has(key)) continue;
        found.push(`${key} ${from}-${s}`);
        open.delete(key);
      }
    }
    return [...found, ...Array.from(open, ([key, from]) => `${key} ${from}-`)].sort();
  }

  it('are what was done to the zoo, and no more', async () => {
    expect(await spans('zoo')).toEqual([
      'failing-jobs batch/nightly 25-1885',
      'stuck-rollout shop/images 610-',
      'stuck-rollout shop/web 605-',
    ]);
  });

  it('are the quota, the Jobs, and the rollouts that do not get on', async () => {
    expect(await spans('zoo-1.33')).toEqual([
      'failing-jobs batch/nightly 25-1885',
      'failing-jobs batch/weekly 110-1910',
      'failing-jobs cron/cleanup 40-3085',
      'not-created quota/burst 20-',
      'stuck-rollout shop/images 605-',
      'stuck-rollout shop/web 605-',
      'stuck-rollout web/storefront 485-520',
      'stuck-rollout web/storefront 660-725',
    ]);
  });

  it('are rows of their own only where no container tells: each thing once', async () => {
    const timeline = await recordedTimeline('zoo-1.33');
    const now = timeline.startedAt + 700_000;
    const listed = problemListAt(timeline.stateAt(now), now);
    const own = listed.filter((e) => 'problem' in e).map((e) => e.key);
    expect(own.sort()).toEqual([
      'workload:CronJob/cron/cleanup',
      'workload:Deployment/quota/burst',
      'workload:Job/batch/nightly',
      'workload:Job/batch/weekly',
    ]);
    const containers = listed.filter((e) => !('problem' in e));
    const told = containers.filter((e) => 'ofWorkload' in e && e.ofWorkload !== null);
    expect(new Set(told.map((e) => e.workload.name))).toEqual(new Set(['web', 'images', 'storefront']));
    // The pod of the Job that failed was deleted with it: the Job's row stands for it.
    expect(containers.some((e) => e.workload.name === 'weekly')).toBe(false);
  });
});

describe('pods that are not created', () => {
  const refused = (since: number) => ({
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: 'pods "web-x" is forbidden: exceeded quota: pods, requested: pods=1',
    since: at(since),
  });
  const event = (fields: Partial<KubeEvent>): KubeEvent => ({
    kind: 'Event',
    uid: 'e1',
    namespace: 'shop',
    name: 'e',
    involved: { kind: 'StatefulSet', namespace: 'shop', name: 'db', uid: 'db', container: '' },
    type: 'Warning',
    reason: 'FailedCreate',
    message: 'create Pod db-1 in StatefulSet db failed error: admission webhook "p.example.com" denied the request: no',
    count: 3,
    firstAt: at(0),
    lastAt: at(60),
    component: 'statefulset-controller',
    host: '',
    ...fields,
  });
  const db = (fields: Partial<Owner> = {}) =>
    owner({ kind: 'StatefulSet', uid: 'db', name: 'db', desired: 3, created: 1, available: 1, ...fields });

  it('are a problem while the status says so, but not in the first seconds', () => {
    const state = fold(owner({ desired: 3, created: 1, available: 1, conditions: [refused(0)] }));
    expect(kindsAt(state, 5)).toEqual([]);
    const [problem] = workloadProblemsAt(state, at(60));
    expect(problem).toMatchObject({
      kind: 'not-created',
      since: at(0),
      summary: '2 of 3 pods not created: exceeded quota: pods',
      level: 'degraded',
      impact: { available: 1, desired: 3 },
    });
    expect(problem?.next[0]).toBe('kubectl -n shop describe quota');
    expect(kindsAt(fold(owner({ desired: 3, created: 3 })), 60)).toEqual([]);
    expect(kindsAt(fold(owner({ desired: 0, created: 0, conditions: [refused(0)] })), 60)).toEqual([]);
  });

  it('of a new revision are told without a number: the old ones are all there', () => {
    const state = fold(owner({ desired: 2, created: 2, available: 2, updated: 0, conditions: [refused(0)] }));
    expect(workloadProblemsAt(state, at(60))[0]).toMatchObject({
      summary: 'new pods not created: exceeded quota: pods',
      level: 'available',
    });
  });

  it('of a StatefulSet are known from events only: until one is created, all are, or the event is too old', () => {
    expect(workloadProblemsAt(fold(db(), event({})), at(90))[0]?.summary).toBe(
      '2 of 3 pods not created: webhook p.example.com denied it: no',
    );
    expect(kindsAt(fold(db({ created: 3 }), event({})), 90)).toEqual([]);
    expect(kindsAt(fold(db(), event({})), 60 + 21 * 60)).toEqual([]);
    const created = event({ uid: 'e2', reason: 'SuccessfulCreate', type: 'Normal', lastAt: at(70) });
    expect(kindsAt(fold(db(), event({}), created), 90)).toEqual([]);
  });
});

describe('pods of Jobs that are not created', () => {
  it('are a problem of the CronJob above, until one runs', () => {
    const facts = { active: 0, succeeded: 0, failed: 0, backoffLimit: 6, completions: 1, isSuspended: false, completedAt: null };
    const once = (fields: Partial<Owner> = {}) =>
      owner({
        ...{ kind: 'Job', uid: 'j1', name: 'nightly-1', desired: null, created: null, available: null, job: facts },
        controller: { kind: 'CronJob', name: 'nightly', uid: 'cron' },
        ...fields,
      });
    const refused: KubeEvent = {
      ...{ kind: 'Event', uid: 'e1', namespace: 'shop', name: 'e', type: 'Warning', reason: 'FailedCreate', count: 1 },
      involved: { kind: 'Job', namespace: 'shop', name: 'nightly-1', uid: 'j1', container: '' },
      message: 'Error creating: pods "nightly-1-" is forbidden: exceeded quota: small, requested: pods=1',
      ...{ firstAt: at(0), lastAt: at(0), component: 'job-controller', host: '' },
    };
    expect(workloadProblemsAt(fold(once(), refused), at(60))[0]).toMatchObject({
      kind: 'not-created',
      workload: { key: 'CronJob/shop/nightly' },
      summary: 'pods not created: exceeded quota: small',
      level: 'down',
    });
    expect(kindsAt(fold(once({ job: { ...facts, active: 1 } }), refused), 60)).toEqual([]);
  });
});

describe('a rollout that is stuck', () => {
  const exceeded = {
    type: 'Progressing',
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: 'ReplicaSet "web-1" has timed out progressing.',
    since: at(0),
  };
  const web = (fields: Partial<Owner> = {}) =>
    owner({ desired: 6, created: 7, updated: 1, available: 6, unavailable: 1, conditions: [exceeded], ...fields });

  it('is a problem although the old pods serve', () => {
    expect(workloadProblemsAt(fold(web()), at(10))[0]).toMatchObject({
      kind: 'stuck-rollout',
      summary: 'rollout stuck: 1 of 6 updated, 1 not available, progress deadline exceeded',
      level: 'available',
    });
  });

  it('is none when paused, scaled to nothing, or told to do something else since', () => {
    for (const fields of [{ isPaused: true }, { desired: 0 }, { isObserved: false }, { conditions: [] }])
      expect(kindsAt(fold(web(fields)), 10)).toEqual([]);
  });

  it('names pods that are not ready, whatever their events say', () => {
    const unready = pod({ controller: { kind: 'ReplicaSet', name: 'web-6d5f', uid: 'rs' }, templateHash: '6d5f' });
    const [problem] = workloadProblemsAt(fold(unready, web()), at(10));
    expect(problem?.evidence.at(-1)).toBe('pod api-1 is not ready');
    expect(problem?.example?.record.pod.name).toBe('api-1');
  });
});

describe('pods that fail for good', () => {
  const ended = (uid: string, seconds: number, fields: Partial<Pod> = {}, exitCode = 1): Pod =>
    pod({
      uid,
      name: uid,
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      controller: { kind: 'Job', name: 'once', uid: 'job' },
      spec: { ...pod().spec, restartPolicy: 'Never' },
      containers: [
        containerStatus({
          containerID: `containerd://${uid}`,
          state: {
            type: 'terminated',
            ...termination({ containerID: `containerd://${uid}`, exitCode, finishedAt: at(seconds) }),
          },
        }),
      ],
      ...fields,
    });
  const job = (fields: Partial<Owner> = {}) =>
    owner({ kind: 'Job', uid: 'job', name: 'once', desired: null, created: null, available: null, ...fields });
  const failed = (seconds: number) => ({
    type: 'Failed',
    status: 'True',
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
    since: at(seconds),
  });

  it('of a Job are a problem from the second on, for half an hour after the last', () => {
    expect(kindsAt(fold(ended('a', 0)), 10)).toEqual([]);
    const state = fold(ended('a', 0), ended('b', 60));
    expect(workloadProblemsAt(state, at(70))[0]).toMatchObject({
      kind: 'failing-jobs',
      since: at(0),
      summary: '2 pods failed in 60s: exit 1',
      level: 'down',
      impact: null,
      failedPods: 2,
      lastFailureAt: at(60),
      example: { record: { pod: { name: 'b' } } },
    });
    // The first does not leave the count before the last.
    expect(workloadProblemsAt(state, at(60 + 1799))[0]?.failedPods).toBe(2);
    expect(kindsAt(state, 60 + 1800)).toEqual([]);
    expect(kindsAt(fold(ended('a', 0), ended('b', 1900)), 1910)).toEqual([]);
  });

  it('are none any more once the Job succeeded', () => {
    expect(kindsAt(fold(ended('a', 0), ended('b', 60), ended('c', 90, {}, 0)), 100)).toEqual([]);
    const facts = { active: 0, succeeded: 1, failed: 2, backoffLimit: 6, completions: null, isSuspended: false };
    const done = job({ job: { ...facts, completedAt: at(90) } });
    expect(kindsAt(fold(ended('a', 0), ended('b', 60), done), 100)).toEqual([]);
    // Of a Job with many completions, one pod that succeeds does not make the others.
    const going = job({ job: { ...facts, completions: 9, completedAt: null } });
    expect(kindsAt(fold(ended('a', 0), ended('b', 60), ended('c', 90, {}, 0), going), 100)).toHaveLength(1);
  });

  it('make a Job fail, which is one from the first on', () => {
    const state = fold(ended('a', 0), job({ conditions: [failed(1)] }));
    expect(workloadProblemsAt(state, at(10))[0]?.summary).toBe('Job failed: exit 1');
    expect(kindsAt(state, 1802)).toEqual([]);
  });

  it('of a CronJob are counted over its Jobs, and a later Job that succeeds ends it', () => {
    const under = { kind: 'CronJob', name: 'nightly', uid: 'cron' };
    const first = job({ uid: 'j1', name: 'nightly-1', controller: under, conditions: [failed(5)] });
    const facts = { active: 0, succeeded: 1, failed: 0, backoffLimit: 6, completions: 1, isSuspended: false };
    const next = job({ uid: 'j2', name: 'nightly-2', controller: under, job: { ...facts, completedAt: at(100) } });
    expect(kindsAt(fold(first), 50)).toEqual(['failing-jobs CronJob/shop/nightly']);
    expect(kindsAt(fold(first, next), 150)).toEqual([]);
  });

  it('of which nothing is there any more, and nothing is known of the CronJob now, are past', () => {
    const under = { kind: 'CronJob', name: 'nightly', uid: 'cron' };
    const known = fold(job({ controller: under }), ended('a', 0), ended('b', 60));
    expect(kindsAt(known, 100)).toEqual(['failing-jobs CronJob/shop/nightly']);
    const none = { type: 'snapshot', items: [], namespace: null, more: false, at: at(2001), line: 0 } as const;
    const restarted = reduce(known, { ...none, kind: 'Job', absent: [...known.owners.keys()] });
    expect(kindsAt(restarted, 100)).toEqual(['failing-jobs CronJob/shop/nightly']);
    expect(kindsAt(reduce(restarted, { ...none, kind: 'Pod', absent: [...known.pods.keys()] }), 100)).toEqual([]);
  });

  it('by their deletion did not fail: their containers were killed', () => {
    const deleted = (uid: string) => ended(uid, 30, { deletionAt: at(40), deletionRequestedAt: at(10) }, 137);
    expect(kindsAt(fold(deleted('a'), deleted('b')), 50)).toEqual([]);
    const looped = (uid: string) =>
      ended(uid, 5, { deletionAt: at(40), deletionRequestedAt: at(10), spec: { ...pod().spec, restartPolicy: 'Always' } });
    expect(kindsAt(fold(looped('a'), looped('b')), 50)).toEqual([]);
    const later = (uid: string) => ended(uid, 5, { deletionAt: at(40), deletionRequestedAt: at(10) });
    expect(kindsAt(fold(later('a'), later('b')), 50)).toHaveLength(1);
  });

  it('are a problem of a Deployment, too, when they are evicted and replaced', () => {
    const evicted = (uid: string, seconds: number) =>
      ended(uid, seconds, {
        controller: { kind: 'ReplicaSet', name: 'web-6d5f', uid: 'rs' },
        templateHash: '6d5f',
        spec: pod().spec,
        reason: 'Evicted',
        message: 'The node was low on resource: memory. ',
      });
    const [problem] = workloadProblemsAt(fold(evicted('a', 0), evicted('b', 30), owner()), at(60));
    expect(problem).toMatchObject({
      kind: 'failing-pods',
      summary: '2 pods evicted in 30s: The node was low on resource: memory.',
      level: 'available',
      impact: { available: 2, desired: 2 },
    });
    expect(kindsAt(fold(evicted('a', 0), owner()), 60)).toEqual([]);
  });
});
