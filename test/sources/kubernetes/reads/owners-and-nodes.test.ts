import { afterEach, describe, expect, it } from 'vitest';
import { podsOfWorkload, whatChanged } from '../../../../src/diagnosis/what-changed.ts';
import { READS_BURST, READS_PER_SECOND } from '../../../../src/sources/kubernetes/reads/rate-limited-reads.ts';
import type { Json } from '../../../../src/text/json.ts';
import type { PodRecord } from '../../../../src/timeline/state.ts';
import { describeChange } from '../../../../src/wording/changes.ts';
import { missingPermissionsText } from '../../../../src/wording/missing-permissions.ts';
import { type Answer, event, failure, json, page, until, watch } from '../../../api-server/answers.ts';
import { routeOf, type Scenario } from '../../../api-server/api-server.ts';
import { untilSo } from '../../../support/real-time.ts';
import { type WatchedCluster, watchScenario } from '../../../support/watched-cluster.ts';

const NOW = Date.parse('2026-11-22T15:00:00Z');
const MINUTE = 60_000;
const cleanUp: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

interface Watched extends WatchedCluster {
  /** The verb, kind and name of each owner and node that arrived. */
  readonly told: () => string[];
  /** What was asked beside pods and events. */
  readonly beside: () => string[];
}

async function start(scenario: Scenario): Promise<Watched> {
  const cluster = await watchScenario(scenario, NOW, cleanUp);
  return {
    ...cluster,
    told: () =>
      cluster.arrivals.flatMap(({ line }) =>
        (line.type === 'ADDED' || line.type === 'MODIFIED' || line.type === 'DELETED') && !['Pod', 'Event'].includes(line.kind)
          ? [`${line.type} ${line.kind} ${(line.object.metadata as Json).name}`]
          : [],
      ),
    beside: () =>
      cluster.server.requests
        .map(routeOf)
        .filter((route) => !/^version$|^(?:contact|stream|list|watch) (?:pods|events)$/.test(route))
        .toSorted(),
  };
}

const ownedBy = (kind: string, name: string) => ({
  ownerReferences: [{ kind, name, uid: `uid-${name}`, controller: true, apiVersion: 'apps/v1' }],
});

function pod(name: string, status: object, owner = ownedBy('ReplicaSet', 'web-1'), version = '5'): Json {
  return {
    metadata: {
      ...{ name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: version, creationTimestamp: '2026-11-22T12:00:00Z' },
      ...owner,
      labels: { 'pod-template-hash': '1' },
    },
    spec: { nodeName: 'n1', restartPolicy: 'Always', containers: [{ name: 'app' }] },
    status,
  };
}

const LOOPS = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-11-22T14:50:00Z' }],
  containerStatuses: [{ name: 'app', restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
};
const WELL = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-22T12:00:10Z' }],
  containerStatuses: [{ name: 'app', restartCount: 0, state: { running: { startedAt: '2026-11-22T12:00:05Z' } } }],
};

function owner(name: string, version: string, more: object = {}, spec: object = {}): Json {
  return {
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: version, generation: 1, ...more },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, ...spec },
    status: { observedGeneration: 1, replicas: 2, availableReplicas: 1 },
  };
}

const revision = (nth: number) => ({ annotations: { 'deployment.kubernetes.io/revision': String(nth) } });
const NODE: Json = {
  metadata: { name: 'n1', uid: 'uid-n1', resourceVersion: '3' },
  status: { nodeInfo: { kubeletVersion: 'v1.35.4' } },
};
const set = (nth: number) => owner(`web-${nth}`, '7', { ...ownedBy('Deployment', 'web'), ...revision(nth) });

const AROUND: Scenario = {
  'get nodes/n1': [json(NODE)],
  'get shop/replicasets/web-1': [json(set(1))],
  'get shop/deployments/web': [json(owner('web', '8', revision(3)))],
  'list shop/replicasets': [page([set(1), set(2), set(3), owner('other', '1', revision(9))], '10')],
};

const refused = (resource: string, where: string): Answer =>
  failure(403, 'Forbidden', `x is forbidden: User "dev" cannot get resource "${resource}" in API group "apps" ${where}`);

describe('what stands around the pods in trouble', () => {
  it('is not asked for while there is none', async () => {
    const { pass, beside, watched, server } = await start({
      'list pods': [page([pod('a', WELL), pod('b', WELL)], '10')],
      'watch pods': [watch(event('MODIFIED', pod('a', { ...WELL, message: 'x' }, undefined, '11')))],
    });
    await pass(80_000);
    expect(beside()).toEqual([]);
    expect(watched.status().requests.total).toBe(server.requests.length);
    expect(watched.status().requests.perSecond).toBeLessThan(0.2);
  });

  it('is the owner, its owner with the revision before, and the node: each told once while it does not change', async () => {
    const { pass, told, beside, state, watched } = await start({
      ...AROUND,
      'list pods': [page([pod('a', LOOPS), pod('b', LOOPS)], '10')],
    });
    expect(watched.status().reading).toBe(2);
    await pass(3000);
    expect(watched.status().reading).toBe(0);
    expect(told().toSorted()).toEqual([
      'ADDED Deployment web',
      'ADDED Node n1',
      'ADDED ReplicaSet web-1',
      'ADDED ReplicaSet web-2',
      'ADDED ReplicaSet web-3',
    ]);
    expect(beside()).toEqual(['get nodes/n1', 'get shop/deployments/web', 'get shop/replicasets/web-1', 'list shop/replicasets']);
    await pass(70_000);
    expect(told().length).toBe(5);
    const again = beside().filter((route) => route.startsWith('get'));
    expect(again.filter((route) => route === 'get nodes/n1').length).toBe(2);
    expect(again.filter((route) => route === 'get shop/deployments/web').length).toBe(3);
    expect(beside().filter((route) => route.startsWith('list')).length).toBe(1);
    expect(state().owners.get('uid-web')).toMatchObject({ available: 1, revision: '3' });
    expect(state().nodes.get('n1')).toMatchObject({ kubeletVersion: 'v1.35.4' });
  });

  it('is read again when a pod of the workload changes its readiness, and no more when the trouble is over', async () => {
    const mended = Promise.withResolvers<void>();
    const { pass, told, beside, state } = await start({
      ...AROUND,
      'list pods': [page([pod('a', LOOPS)], '10')],
      'watch pods': [watch(until(mended.promise), event('MODIFIED', pod('a', WELL, undefined, '11')))],
      'get shop/deployments/web': [json(owner('web', '8')), json(owner('web', '9')), json(owner('web', '9'))],
    });
    await pass(8000);
    mended.resolve();
    await untilSo(() => state().pods.get('uid-a')?.pod.containers[0]?.restartCount === 0);
    await pass(2000);
    expect(told().at(-1)).toBe('MODIFIED Deployment web');
    await pass(60_000);
    const until60 = beside().length;
    await pass(120_000);
    expect(beside().length).toBe(until60);
  });

  it.each([
    ['StatefulSet', 'statefulsets', { updateRevision: 'db-b' }, 'db-b'],
    ['DaemonSet', 'daemonsets', { observedGeneration: 4 }, 'b'],
  ])('is a %s with its newest revision and the one before, read once for each rollout', async (kind, resource, status, hash) => {
    const at = '2026-11-22T14:59:00Z';
    const crRevision = (name: string, nth: number, image: string) => ({
      metadata: {
        ...{ name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: '7', creationTimestamp: '2026-11-20T15:00:00Z' },
        ...ownedBy(kind, 'db'),
        managedFields: [
          { manager: 'kubectl', time: '2026-11-21T00:00:00Z', fieldsV1: { 'f:metadata': {} } },
          { manager: 'kube-controller-manager', time: at, fieldsV1: { 'f:revision': {}, 'f:data': {} } },
        ],
      },
      revision: nth,
      data: { spec: { template: { $patch: 'replace', spec: { containers: [{ name: 'app', image }] } } } },
    });
    const crashed = {
      ...LOOPS,
      containerStatuses: [
        {
          ...{ name: 'app', restartCount: 0, containerID: 'containerd://1' },
          state: { terminated: { exitCode: 1, startedAt: '2026-11-22T14:59:04Z', finishedAt: '2026-11-22T14:59:08Z' } },
        },
      ],
    };
    const made = pod('db-0', { ...crashed }, ownedBy(kind, 'db'));
    const metadata = {
      ...(made.metadata as Json),
      labels: { 'controller-revision-hash': hash },
      creationTimestamp: '2026-11-22T14:59:03Z',
    };
    const workload = owner('db', '8');
    const { pass, told, beside, state, watched, server } = await start({
      'get nodes/n1': [json(NODE)],
      [`get shop/${resource}/db`]: [json({ ...workload, status: { ...(workload.status as Json), ...status } })],
      'list pods': [page([{ ...made, metadata }], '10')],
      'list shop/controllerrevisions': [
        page([crRevision('db-b', 7, 'db:2'), crRevision('db-old', 2, 'db:0'), crRevision('db-a', 6, 'db:1')], '10'),
      ],
    });
    await pass(65_000);
    const expected = ['ADDED ControllerRevision db-a', 'ADDED ControllerRevision db-b', 'ADDED Node n1', `ADDED ${kind} db`];
    expect(told().toSorted()).toEqual(expected.toSorted());
    expect(beside().filter((route) => route.startsWith('list'))).toEqual(['list shop/controllerrevisions']);
    expect(server.of('list shop/controllerrevisions')[0]?.query.get('labelSelector')).toBe('app=web');
    expect(watched.status().hidden).toEqual([]);
    const record = state().pods.get('uid-db-0') as PodRecord;
    const pods = podsOfWorkload(state(), record);
    const changes = whatChanged({ state: state(), record, container: 'app', now: NOW + MINUTE, pods });
    expect(changes.map((change) => describeChange(change, 'app', NOW))).toEqual([
      'revision 7, 8s before the first crash: image db:1 → db:2',
    ]);
  });

  it('is no owner that is hidden where only the revisions of a StatefulSet are', async () => {
    const set = owner('db', '8');
    const { pass, told, watched } = await start({
      'get nodes/n1': [json(NODE)],
      'list pods': [page([pod('db-0', LOOPS, ownedBy('StatefulSet', 'db'))], '10')],
      'get shop/statefulsets/db': [json({ ...set, status: { ...(set.status as Json), updateRevision: 'db-b' } })],
      'list shop/controllerrevisions': [refused('controllerrevisions', 'in the namespace "shop"')],
    });
    await pass(3000);
    expect(told()).toContain('ADDED StatefulSet db');
    expect(watched.status().hidden).toEqual([
      { what: 'revisions', namespace: 'shop', why: 'dev may not get controllerrevisions in shop' },
    ]);
    expect(missingPermissionsText(watched.status().hidden)).toBe('');
  });

  it('tells that a ReplicaSet was taken up again as soon as its Deployment has another revision', async () => {
    const numbered = (now: number, history: string, made: string) => ({
      annotations: { 'deployment.kubernetes.io/revision': String(now), 'deployment.kubernetes.io/revision-history': history },
      creationTimestamp: made,
    });
    const below = ownedBy('Deployment', 'web');
    const first = owner('web-1', '7', { ...below, ...numbered(1, '', '2026-11-22T13:00:00Z') });
    const second = owner('web-2', '7', { ...below, ...numbered(2, '', '2026-11-22T14:00:00Z') });
    const undone = owner('web-1', '9', { ...below, ...numbered(3, '1', '2026-11-22T13:00:00Z') });
    const { pass, state, told } = await start({
      'get nodes/n1': [json(NODE)],
      'get shop/replicasets/web-1': [json(first)],
      'get shop/deployments/web': [json(owner('web', '8', revision(2))), json(owner('web', '9', revision(3)))],
      'list shop/replicasets': [page([first, second], '10'), page([undone, second], '11')],
      'list pods': [page([pod('a', LOOPS)], '10')],
    });
    await pass(40_000);
    expect(state().owners.get('uid-web-1')).toMatchObject({ revision: '3', earlierRevisions: [1] });
    expect(told().filter((line) => line.startsWith('MODIFIED'))).toEqual([
      'MODIFIED Deployment web',
      'MODIFIED ReplicaSet web-1',
    ]);
  });

  it('is gone when it is not found, and there again under another UID', async () => {
    const { pass, told, state } = await start({
      ...AROUND,
      'list pods': [page([pod('a', LOOPS, ownedBy('StatefulSet', 'db')), pod('b', LOOPS, ownedBy('StatefulSet', 'mq'))], '10')],
      'get shop/statefulsets/db': [json(owner('db', '8')), failure(404, 'NotFound', 'no')],
      'get shop/statefulsets/mq': [json(owner('mq', '8')), json(owner('mq', '20', { uid: 'uid-new' }))],
    });
    await pass(40_000);
    expect(told().filter((line) => /db|mq/.test(line))).toEqual([
      'ADDED StatefulSet db',
      'ADDED StatefulSet mq',
      'DELETED StatefulSet db',
      'DELETED StatefulSet mq',
      'ADDED StatefulSet mq',
    ]);
    expect([...state().owners.keys()]).toEqual(['uid-new']);
  });

  it('is a CronJob and its Job, looked at once more when the last of their pods goes: they may have gone with it', async () => {
    const deleted = Promise.withResolvers<void>();
    const gone = failure(404, 'NotFound', 'no');
    const { pass, told } = await start({
      'get nodes/n1': [json(NODE)],
      'list pods': [page([pod('a', LOOPS, ownedBy('Job', 'cleanup-1'))], '10')],
      'watch pods': [watch(() => deleted.promise, event('DELETED', pod('a', LOOPS, ownedBy('Job', 'cleanup-1'), '11')))],
      'get shop/jobs/cleanup-1': [json(owner('cleanup-1', '7', ownedBy('CronJob', 'cleanup'))), gone],
      'get shop/cronjobs/cleanup': [json(owner('cleanup', '8')), gone],
    });
    await pass(10_000);
    expect(told().filter((line) => /cleanup/.test(line))).toEqual(['ADDED Job cleanup-1', 'ADDED CronJob cleanup']);
    deleted.resolve();
    await pass(12_000);
    expect(
      told()
        .filter((line) => /DELETED/.test(line))
        .toSorted(),
    ).toEqual(['DELETED CronJob cleanup', 'DELETED Job cleanup-1']);
  });

  it.each([
    'ReplicaSet',
    'StatefulSet',
    'DaemonSet',
    'Job',
    'ReplicationController',
  ])('is a %s that can create no pods', async (kind) => {
    const resource = `${kind.toLowerCase()}s`;
    const failing = {
      metadata: { name: 'web.1', namespace: 'shop', uid: 'e', resourceVersion: '7' },
      involvedObject: { kind, name: 'web-1', namespace: 'shop', uid: 'uid-web-1' },
      ...{ type: 'Warning', reason: 'FailedCreate', message: 'exceeded quota' },
    };
    const { pass, told, arrivals, beside } = await start({
      ...AROUND,
      'list pods': [page([], '10')],
      'list events': [page([failing], '10')],
      [`get shop/${resource}/web-1`]: [json({ ...set(1), status: { observedGeneration: 1, desiredNumberScheduled: 1 } })],
    });
    await pass(2000);
    expect(told()).toContain(`ADDED ${kind} web-1`);
    expect(told()).toContain('ADDED Deployment web');
    expect(beside()).not.toContain('get nodes/n1');
    expect(arrivals.some(({ line }) => line.type === 'snapshot' && line.kind === 'Event' && line.items.length === 1)).toBe(true);
  });

  it('says what is forbidden, asks again after a minute, and shows it then', async () => {
    let isAllowed = false;
    const { pass, watched, told, beside } = await start({
      ...AROUND,
      'list pods': [page([pod('a', LOOPS)], '10')],
      'get nodes/n1': () => (isAllowed ? json(NODE) : refused('nodes', 'at the cluster scope')),
      'get shop/replicasets/web-1': () => (isAllowed ? json(set(1)) : refused('replicasets', 'in the namespace "shop"')),
    });
    await pass(1000);
    expect(watched.status().hidden).toEqual(
      expect.arrayContaining([
        { what: 'nodes', namespace: null, why: 'dev may not get nodes cluster-wide' },
        { what: 'owners', namespace: 'shop', why: 'dev may not get replicasets in shop' },
      ]),
    );
    expect(beside().length).toBe(2);
    await pass(55_000);
    expect(beside().length).toBe(2);
    isAllowed = true;
    await pass(8000);
    expect(watched.status().hidden).toEqual([]);
    expect(told()).toEqual(expect.arrayContaining(['ADDED Node n1', 'ADDED ReplicaSet web-1', 'ADDED Deployment web']));
  });

  it('does not burden a server with 500 workloads in trouble', async () => {
    const pods = Array.from({ length: 500 }, (_, i) => pod(`p${i}`, LOOPS, ownedBy('StatefulSet', `s${i}`)));
    const sets = Array.from({ length: 500 }, (_, i) => [`get shop/statefulsets/s${i}`, [json(owner(`s${i}`, '8'))]] as const);
    const { pass, beside } = await start({ ...AROUND, 'list pods': [page(pods, '10')], ...Object.fromEntries(sets) });
    await pass(20_000);
    expect(beside().length).toBeLessThanOrEqual(READS_BURST + 21 * READS_PER_SECOND);
    expect(beside().length).toBeGreaterThan(60);
    expect(new Set(beside()).size).toBe(beside().length);
  });

  it('leaves no timers after stop', async () => {
    const { watched, time, beside, pass } = await start({
      ...AROUND,
      'list pods': [page([pod('a', LOOPS), pod('c', { phase: 'Pending' }, undefined)], '10')],
    });
    await watched.stop();
    const before = beside().length;
    expect(time.waits).toEqual([]);
    await pass(600_000);
    expect(beside().length).toBe(before);
  });
});

describe('readEvents', () => {
  it('reads what is not watched, for whoever looks, and not again at once', async () => {
    const about = (uid: string, reason: string) => ({
      metadata: { name: reason, namespace: 'shop', uid, resourceVersion: '7' },
      involvedObject: { kind: 'Pod', name: 'a', namespace: 'shop', uid: 'uid-a' },
      reason,
    });
    const { watched, pass, server, state } = await start({
      'list pods': [page([pod('a', WELL)], '10')],
      'list shop/events': [page([about('e1', 'Scheduled'), about('e2', 'Started')], '10')],
    });
    watched.readEvents('shop', 'uid-a');
    watched.readEvents('shop', 'uid-a');
    await pass(1000);
    expect(
      state()
        .events.get('uid-a')
        ?.map((e) => e.reason),
    ).toEqual(['Scheduled', 'Started']);
    expect(server.of('list shop/events').map((r) => r.query.get('fieldSelector'))).toEqual(['involvedObject.uid=uid-a']);
    await pass(30_000);
    watched.readEvents('shop', 'uid-a');
    await pass(1000);
    expect(server.count('list shop/events')).toBe(2);
  });
});
