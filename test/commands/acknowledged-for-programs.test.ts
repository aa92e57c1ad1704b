import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Snapshot } from '../../src/report/json/snapshot.ts';
import { page, watch } from '../api-server/answers.ts';
import { type ApiServer, startApiServer } from '../api-server/api-server.ts';
import { crashingPod } from '../support/crashing-pod.ts';
import { systemNow } from '../support/real-time.ts';
import { startCrashtop } from '../support/run-crashtop.ts';

let folder = '';
let server: ApiServer;
let file = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-known-'));
  server = await startApiServer({
    'list pods': () => page([crashingPod(7, systemNow(), { waits: true })], '100'),
    'list events': () => page([], '100'),
    'watch pods': () => watch(),
    'watch events': () => watch(),
  });
  const problem = { workload: 'Pod/shop/api-1', container: 'app', cause: 'app-error', by: 'anna', at: '2026-11-22T15:00:00Z' };
  file = join(folder, 'team.yaml');
  writeFileSync(file, JSON.stringify({ version: 1, acknowledged: [{ server: server.url, ...problem }] }));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const run = (...args: readonly string[]) =>
  startCrashtop(args, { KUBECONFIG: server.kubeconfig(), HOME: folder, XDG_STATE_HOME: join(folder, 'state') }).ended;

async function known(...args: readonly string[]) {
  const { stdout, stderr, code } = await run('--once', '-o', 'json', ...args);
  const { pods } = JSON.parse(stdout) as Snapshot;
  return { code, stderr, acknowledged: pods[0]?.containers[0]?.acknowledged };
}

it('a snapshot of a cluster says who knows of a problem', async () => {
  const by = { by: 'anna', since: '2026-11-22T15:00:00Z', until: null };
  expect(await known('--acknowledgements', file)).toEqual({ code: 0, stderr: '', acknowledged: by });
  expect(await known()).toEqual({ code: 0, stderr: '', acknowledged: null });
});

it('a file that cannot be read is said, and takes nothing from the answer', async () => {
  const broken = join(folder, 'broken.yaml');
  writeFileSync(broken, 'version: 2\n');
  const { code, stderr, acknowledged } = await known('--acknowledgements', broken);
  expect([code, acknowledged]).toEqual([0, null]);
  expect(stderr).toMatch(/^crashtop: .*broken\.yaml:1: version must be 1.*; nothing is acknowledged\n$/);
});

it('check finds the cluster in the file by its server', async () => {
  const passed = await run('check', '--acknowledged', file);
  expect([passed.code, passed.stdout]).toEqual([0, expect.stringMatching(/except acknowledged problems \(1 container\)/)]);
  expect((await run('check')).code).toBe(1);
});
