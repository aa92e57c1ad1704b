import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/report/json/snapshot.ts';
import { failure, json, keepWaiting, page, text, watch } from '../api-server/answers.ts';
import { type ApiServer, type Scenario, startApiServer } from '../api-server/api-server.ts';
import { crashingPod } from '../support/crashing-pod.ts';
import { pauseForReal, systemNow } from '../support/real-time.ts';
import { startCrashtop, UNHURRIED } from '../support/run-crashtop.ts';

let folder = '';
let server: ApiServer | null = null;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-once-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await server?.close();
  server = null;
});

const controlledBy = (kind: string, name: string) => ({
  namespace: 'shop',
  ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: `uid-${name}`, controller: true }],
});

function ownedPod(): object {
  const pod = crashingPod(3, systemNow(), { name: 'web-1-x', waits: true }) as { metadata: object };
  const labels = { 'pod-template-hash': '1' };
  return { ...pod, metadata: { ...pod.metadata, labels, ...controlledBy('ReplicaSet', 'web-1') } };
}

const REPLICA_SET = {
  metadata: { name: 'web-1', uid: 'uid-web-1', resourceVersion: '5', ...controlledBy('Deployment', 'web') },
  spec: { replicas: 4, template: {} },
  status: { replicas: 4, availableReplicas: 3, observedGeneration: 1 },
};
const DEPLOYMENT = {
  metadata: { name: 'web', namespace: 'shop', uid: 'uid-web', resourceVersion: '5', generation: 1 },
  spec: { replicas: 4, template: {} },
  status: { replicas: 4, availableReplicas: 3, observedGeneration: 1 },
};

/** What it prints of a cluster where all that is asked for comes, however late. */
function snapshot(scenario: Scenario = {}, ...args: string[]): Promise<Snapshot> {
  return hurriedSnapshot(scenario, args, UNHURRIED);
}

/** What it prints of a cluster where something never comes. */
async function hurriedSnapshot(scenario: Scenario, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Snapshot> {
  server = await startApiServer({
    'list pods': () => page([ownedPod()], '100'),
    'list events': [page([], '100')],
    'watch pods': [watch()],
    'watch events': [watch()],
    'get shop/replicasets/web-1': [json(REPLICA_SET)],
    'get shop/deployments/web': [json(DEPLOYMENT)],
    ...scenario,
  });
  const { ended } = startCrashtop(['-o', 'json', ...args], { KUBECONFIG: server.kubeconfig(), HOME: folder, ...env });
  const { code, stdout, stderr } = await ended;
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Snapshot;
}

it('counts available pods as their owner states them, which is read after the pods', async () => {
  const late: typeof keepWaiting = async (request, response) => {
    await pauseForReal(150);
    await json(DEPLOYMENT)(request, response);
  };
  const { pods } = await snapshot({ 'get shop/deployments/web': [late] });
  expect(pods[0]?.owner).toEqual({ kind: 'Deployment', name: 'web', available: 3, desired: 4 });
});

it('does without an owner, and without events, that do not come', async () => {
  const { pods } = await hurriedSnapshot({ 'get shop/deployments/web': [keepWaiting], 'list events': [keepWaiting] });
  expect(pods[0]).toMatchObject({ owner: { name: 'web' }, containers: [{ trouble: { state: 'looping' } }] });
});

describe('the logs of what died lately', () => {
  const words = (line: string) => text(`${new Date(systemNow() - 3000).toISOString()} ${line}\n`);
  const loops = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      ...crashingPod(3, systemNow(), { name: `api-${i}`, waits: true }),
      apiVersion: 'v1',
    }));

  it('say why, as they do on the screen, without their secrets', async () => {
    const silent = JSON.parse(JSON.stringify(ownedPod()).replace(/"message":"cannot[^"]*",/, ''));
    const { pods, hidden } = await snapshot({
      'list pods': [page([silent], '100')],
      'log shop/web-1-x': [words('FATAL: dial tcp 10.0.0.7:5432: connect: connection refused, password=not-a-real-password')],
    });
    expect(pods[0]?.containers[0]?.cause).toMatchObject({ id: 'connection-refused' });
    expect(JSON.stringify(pods)).not.toContain('not-a-real-password');
    expect(server?.of('log shop/web-1-x')[0]?.query.get('previous')).toBe('true');
    expect(hidden).toEqual([]);
  });

  it('are not asked for where nothing died', async () => {
    const { status, ...pod } = crashingPod(0, systemNow()) as { status: object };
    await snapshot({ 'list pods': [page([{ ...pod, status }], '100')] });
    expect(server?.requests.filter((r) => r.path.endsWith('/log'))).toEqual([]);
  });

  it('are done without where rights hide them, which is said', async () => {
    const { pods, hidden } = await snapshot({
      'log shop/web-1-x': [failure(403, 'Forbidden', 'pods "web-1-x" is forbidden: no logs for you')],
    });
    expect(pods[0]?.containers[0]).toMatchObject({ trouble: { state: 'looping' }, cause: { id: 'app-error' } });
    expect(hidden).toMatchObject([{ what: 'logs', namespace: 'shop' }]);
  });

  it('are done without where they do not come in time, however many there are', async () => {
    const pods = loops(30);
    const scenario = Object.fromEntries(pods.map((_, i) => [`log shop/api-${i}`, [keepWaiting]]));
    const shown = await hurriedSnapshot({ ...scenario, 'list pods': [page(pods, '100')] });
    expect(shown.counts.looping).toBe(30);
    // All of them are on one node, which is asked for two at once.
    expect(server?.requests.filter((r) => r.path.endsWith('/log')).length).toBe(2);
  });

  it('are waited for no longer than any answer may take', async () => {
    const { counts } = await hurriedSnapshot({ 'log shop/web-1-x': [keepWaiting] }, ['--request-timeout', '5s']);
    expect(counts.looping).toBe(1);
  });
});

it('tells of a rollout that is stuck, although nothing of it crashes', async () => {
  const ago = (minutes: number) => `${new Date(systemNow() - minutes * 60_000).toISOString().slice(0, 19)}Z`;
  const stuck = crashingPod(0, systemNow(), { name: 'db-1' }) as { metadata: object; status: { containerStatuses: object[] } };
  const [app] = stuck.status.containerStatuses;
  const labels = { 'controller-revision-hash': 'db-2' };
  const pod = {
    ...stuck,
    metadata: { ...stuck.metadata, ...controlledBy('StatefulSet', 'db'), labels, creationTimestamp: ago(20) },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(20) }],
      containerStatuses: [{ ...app, ready: false, started: true, state: { running: { startedAt: ago(20) } } }],
    },
  };
  const set = {
    metadata: { name: 'db', namespace: 'shop', uid: 'uid-db', resourceVersion: '5', generation: 2 },
    spec: { replicas: 2, template: {}, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } },
    status: {
      ...{ observedGeneration: 2, replicas: 2, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
      ...{ currentRevision: 'db-1', updateRevision: 'db-2' },
    },
  };
  const { workloads } = await snapshot({ 'list pods': [page([pod], '100')], 'get shop/statefulsets/db': [json(set)] });
  expect(workloads).toMatchObject([
    { kind: 'StatefulSet', name: 'db', desired: 2, available: 1, problem: { kind: 'stuck-rollout' } },
  ]);
  expect(workloads[0]?.problem.summary).toBe('rollout stuck: 1 of 2 updated, waiting for db-1 to be ready');
});

it('ends with one line and exit code 3 where the list of pods does not come to its end', async () => {
  const list = { kind: 'PodList', metadata: { resourceVersion: '7', continue: 'again' }, items: [] };
  server = await startApiServer({ 'list pods': [json(list)] });
  const { ended } = startCrashtop(['-o', 'json'], { KUBECONFIG: server.kubeconfig() });
  const { code, stdout, stderr } = await ended;
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toBe(
    `crashtop: no list of pods came from ${server.url} (context "test"): the list does not go on: its continue token stays the same\n`,
  );
  expect(server.count('list pods')).toBe(2);
});
