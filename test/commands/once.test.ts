import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Snapshot } from '../../src/view/snapshot.ts';
import { json, keepWaiting, page, watch } from '../api-server/answers.ts';
import { type ApiServer, type Scenario, startApiServer } from '../api-server/api-server.ts';
import { crashingPod } from './crashing-pod.ts';
import { startCrashtop } from './run-crashtop.ts';

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
  const pod = crashingPod(3, Date.now(), { name: 'web-1-x', waits: true }) as { metadata: object };
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

async function snapshot(scenario: Scenario = {}): Promise<Snapshot> {
  server = await startApiServer({
    'list pods': () => page([ownedPod()], '100'),
    'list events': [page([], '100')],
    'watch pods': [watch()],
    'watch events': [watch()],
    'get shop/replicasets/web-1': [json(REPLICA_SET)],
    'get shop/deployments/web': [json(DEPLOYMENT)],
    ...scenario,
  });
  const { ended } = startCrashtop(['-o', 'json'], { KUBECONFIG: server.kubeconfig(), HOME: folder });
  const { code, stdout, stderr } = await ended;
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Snapshot;
}

it('counts available pods as their owner states them, which is read after the pods', async () => {
  const late: typeof keepWaiting = async (request, response) => {
    await pause(150);
    await json(DEPLOYMENT)(request, response);
  };
  const { pods } = await snapshot({ 'get shop/deployments/web': [late] });
  expect(pods[0]?.owner).toEqual({ kind: 'Deployment', name: 'web', available: 3, desired: 4 });
});

it('does without an owner, and without events, that do not come', async () => {
  const { pods } = await snapshot({ 'get shop/deployments/web': [keepWaiting], 'list events': [keepWaiting] });
  expect(pods[0]).toMatchObject({ owner: { name: 'web' }, containers: [{ trouble: { state: 'looping' } }] });
});
