import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LIST } from '../../src/model/causes/index.ts';
import { type Answer, failure, page, text, watch } from '../api-server/answers.ts';
import { type ApiServer, type Scenario, startApiServer } from '../api-server/api-server.ts';
import { crashingPod } from '../support/crashing-pod.ts';
import { pauseForReal, systemNow, untilSo } from '../support/real-time.ts';
import { fixture } from '../support/recorded.ts';
import { startCrashtop, UNHURRIED } from '../support/run-crashtop.ts';

const ZOO = fixture('recordings/zoo.ndjson.gz');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-explain-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function explain(...args: string[]) {
  return startCrashtop(['explain', ...args], { KUBECONFIG: join(folder, 'none'), HOME: folder }).ended;
}

describe('explain, on a recording', () => {
  it.each(['payments/ledger', 'deploy/ledger', 'deployments.apps/ledger', 'ledger'])('finds a workload as %s', async (name) => {
    const { code, stdout, stderr } = await explain(name, '--file', ZOO, '--at', '10m');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^payments\/ledger-\S+ \[ledger\], of Deployment ledger, on node-a\nlooping since 14:57/);
    expect(stdout).toContain(' why        OOMKilled, limit 48Mi\n            certain\n evidence   · ');
    expect(stdout).toContain('$ kubectl -n payments describe pod ledger-');
    expect(stdout).toMatch(/^ #\d+ +15:0\d:\d\d/m);
    expect(stdout.trimEnd().split('\n').at(-1)).toContain('crashtop explain oom-killed');
  });

  it('explains the worst where no name is given, and names the others', async () => {
    const { stdout } = await explain('--file', ZOO, '--at', '10m', '-n', 'payments');
    expect(stdout).toMatch(/^payments\//);
    expect(stdout).toMatch(/\n also\n {3}payments\//);
    expect(stdout).not.toContain('shop/');
  });

  it.each([
    [
      'init-failed-main-status-unknown',
      'import-x7k2p',
      ['[fetch]', 'init container failed: exit 103', 'its pod has ended (Failed)'],
    ],
    ['deadline-exceeded', 'slow-zz', ['why        DeadlineExceeded: Pod was active', 'its pod has ended (DeadlineExceeded)']],
  ])('takes the container that failed, and never says that nothing is wrong with it: %s', async (file, name, says) => {
    const { code, stdout } = await explain(name, '--file', fixture(`kubectl/${file}.json`));
    expect(code).toBe(0);
    for (const words of says) expect(stdout).toContain(words);
    expect(stdout).not.toMatch(/nothing is wrong|restarts nothing after/);
  });

  it('has no culprit for a sidecar that the kubelet stops when all else of its pod is done', async () => {
    const { stdout } = await explain('report-restarted', '--file', fixture('kubectl/job-done-sidecar-killed.json'));
    expect(stdout).toContain('nothing is wrong with this container');
    expect(stdout).not.toMatch(/restarts nothing after|not sent by the kubelet/);
  });

  it('tells of a container that is well', async () => {
    const { code, stdout } = await explain('healthy-nginx', '--file', ZOO, '--at', '10m');
    expect(code).toBe(0);
    expect(stdout).toContain('nothing is wrong with this container');
  });

  it('explains a workload that failed as a whole', async () => {
    const { stdout } = await explain('job/nightly', '--file', ZOO, '--at', '20m');
    expect(stdout).toContain('batch/nightly');
    expect(stdout).toContain('no space left on device');
  });

  it('prints the same for programs', async () => {
    const { stdout } = await explain('deploy/gateway', '-n', 'shop', '--file', ZOO, '--at', '10m', '-o', 'json');
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({
      schemaVersion: 1,
      at: '2026-11-22T15:07:48.931Z',
      container: 'gateway',
      workload: { name: 'gateway' },
    });
    expect(told.pod.containers[0].runs).toHaveLength(5);
    expect(told.log.tells).toContain('panic: config key upstreams.timeout');
    expect(told.next[0]).toMatch(/^kubectl -n shop logs gateway-/);
    expect(told.others.length).toBe(5);
  });

  it('suggests near names, and ends with exit code 2', async () => {
    const { code, stdout, stderr } = await explain('gatway', '--file', ZOO);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe('crashtop: no pod, workload or cause is named "gatway": did you mean gateway?\n');
    expect((await explain('oom-kiled', '--file', ZOO)).stderr).toContain('did you mean oom-killed?');
    const container = await explain('ledger', '-c', 'app', '--file', ZOO, '--at', '10m');
    expect([container.code, container.stderr]).toEqual([2, 'crashtop: ledger has no container app; it has ledger\n']);
  });

  it('refuses what contradicts itself', async () => {
    expect(await explain('x', '--at', '10m')).toMatchObject({ code: 2, stdout: '' });
    expect(await explain('x', '--list')).toMatchObject({ code: 2, stdout: '' });
    expect(await explain('x', '--file', ZOO, '--at', 'noon')).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('explain, of pages', () => {
  it('lists every cause, and has a page of each, without a cluster', async () => {
    const { code, stdout } = await explain('--list');
    expect(code).toBe(0);
    for (const { id, title } of LIST) expect(stdout).toMatch(new RegExp(`^${id} +${title.replace(/[()]/g, '\\$&')}$`, 'm'));
    const page = await explain('oom-killed');
    expect(page).toMatchObject({ code: 0, stderr: '' });
    for (const heading of ['CAUSE', 'WHAT IT IS', 'HOW CRASHTOP KNOWS', 'WHAT TO DO'])
      expect(page.stdout).toContain(`${heading}\n    `);
    expect(JSON.parse((await explain('oom-killed', '-o', 'json')).stdout)).toMatchObject({ id: 'oom-killed' });
  });

  it('takes the name of a cause for its page also where a recording is given and no pod is called so', async () => {
    expect((await explain('segfault', '--file', ZOO)).stdout).toMatch(/^CAUSE\n {4}segfault: /);
  });

  it('tells a newcomer what the status is, with lines from the demo where no cluster answers', async () => {
    const { code, stdout, stderr } = await explain('crash-loop-back-off');
    expect([code, stderr]).toEqual([0, '']);
    for (const heading of [
      'WHAT IT IS',
      'THE CYCLE',
      'WHO RESTARTS IT',
      'WHY CONTAINERS DIE',
      'HOW THE DELAY GROWS',
      'WHEN IT RESETS',
    ])
      expect(stdout).toMatch(new RegExp(`^${heading}\\n[\\s\\S]*?> in the demo: `, 'm'));
    expect(stdout).toContain('10s, 20s, 40s, 80s, 160s');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('takes them from a recording where one is given', async () => {
    const { stdout } = await explain('crash-loop-back-off', '--file', ZOO, '--at', '15m');
    expect(stdout).toContain('> in the recording: 46 pods Always, 5 pods Never, 1 pod OnFailure');
    expect(stdout).toMatch(/infra\/consumer-\S+ \[consumer\] looped, and has now run\s+for 13m/);
  });
});

describe('explain and report, on a cluster', () => {
  let server: ApiServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });

  async function cluster(scenario: Scenario = {}): Promise<NodeJS.ProcessEnv> {
    server = await startApiServer({
      'list pods': () => page([crashingPod(3, systemNow(), { waits: true })], '100'),
      'list events': [page([], '100')],
      'watch pods': [watch()],
      'watch events': [watch()],
      ...scenario,
    });
    return { KUBECONFIG: server.kubeconfig(), HOME: folder, ...UNHURRIED };
  }

  it('explains a pod of it with the log that it asks for', async () => {
    const stamp = new Date(systemNow() - 3000).toISOString();
    const env = await cluster({ 'log shop/api-1': () => text(`${stamp} FATAL: no ledger\n`) });
    const { code, stdout, stderr } = await startCrashtop(['explain', 'shop/api-1'], env).ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^shop\/api-1 \[app\], on node-a\nlooping since /);
    expect(stdout).toContain('back-off of 10s');
    expect(stdout).toContain(' log        FATAL: no ledger');
    expect(stdout).not.toContain('not-a-real-password');
  });

  it('explains a Job by the log of a pod of it that failed', async () => {
    const stamp = new Date(systemNow() - 3000).toISOString();
    const job = { apiVersion: 'batch/v1', kind: 'Job', name: 'migrate', uid: 'uid-migrate', controller: true };
    const failed = (name: string) => {
      const pod = JSON.parse(JSON.stringify(crashingPod(1, systemNow(), { name })).replace(/"message":"cannot[^"]*",/, ''));
      const [container] = pod.status.containerStatuses;
      return {
        ...pod,
        metadata: { ...pod.metadata, ownerReferences: [job] },
        spec: { ...pod.spec, restartPolicy: 'Never' },
        status: { phase: 'Failed', containerStatuses: [{ ...container, state: container.lastState, lastState: {} }] },
      };
    };
    const words = (): Answer => async (request, response) => {
      await pauseForReal(300);
      await text(`${stamp} FATAL: the ledger is locked\n`)(request, response);
    };
    const env = await cluster({
      'list pods': () => page(['migrate-a', 'migrate-b'].map(failed), '100'),
      ...{ 'log shop/migrate-a': words, 'log shop/migrate-b': words },
    });
    const { code, stdout, stderr } = await startCrashtop(['explain', 'job/migrate'], env).ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('2 pods failed');
    expect(stdout).toContain('the ledger is locked');
  });

  it('takes the examples of the page about the status from it', async () => {
    const { stdout } = await startCrashtop(['explain', 'crash-loop-back-off'], await cluster()).ended;
    expect(stdout).toContain('> in your cluster: shop/api-1 [app]');
  });

  it('cannot know of a pod where pods are forbidden', async () => {
    const no = failure(403, 'Forbidden', 'pods is forbidden');
    const env = await cluster({ 'contact pods': [no], 'contact default/pods': [no] });
    const { code, stdout, stderr } = await startCrashtop(['explain', 'api-1'], env).ended;
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([3, '', 1]);
  });

  it('reports what it saw for a while, without its secrets', async () => {
    const env = await cluster();
    const running = startCrashtop(['report', '--for', '10m'], env);
    // It has the list when it watches.
    await untilSo(() => server?.count('watch pods') === 1);
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^crashtop: watching \S+ for 10m, or until Ctrl-C\ncrashtop: secrets are masked at \d+ places[^\n]*\n$/,
      ),
    ]);
    expect(stdout).toContain('## shop/api-1 \\[app]');
    expect(stdout).toContain('cannot open the ledger');
    expect(stdout).not.toContain('not-a-real-password');
  });
});
