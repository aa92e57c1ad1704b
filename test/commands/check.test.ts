import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CheckJson } from '../../src/report/check/check-report.ts';
import { event, failure, hangUp, page, reset, type WatchStep, watch } from '../api-server/answers.ts';
import { type ApiServer, type Scenario, startApiServer } from '../api-server/api-server.ts';
import { crashingPod } from '../support/crashing-pod.ts';
import { pauseForReal, systemNow, untilSo } from '../support/real-time.ts';
import { fixture } from '../support/recorded.ts';
import { startCrashtop } from '../support/run-crashtop.ts';

const ZOO = fixture('recordings/zoo.ndjson.gz');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-check-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function check(args: readonly string[], kubeconfig = '') {
  return startCrashtop(['check', ...args], { KUBECONFIG: kubeconfig, HOME: folder }).ended;
}

async function verdictOf(args: readonly string[]): Promise<{ code: number | null; json: CheckJson }> {
  const { code, stdout } = await check([...args, '-o', 'json']);
  return { code, json: JSON.parse(stdout) as CheckJson };
}

describe('check, of a recording', () => {
  it('says which container fails, why, with what evidence, how often and since when', async () => {
    const { code, stdout } = await check([ZOO, '-n', 'payments', '--from', '10m', '--to', '12m']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^FAILED: 5 containers\. zoo\.ndjson\.gz, namespace payments, 5 pods, from 2026-11-22 15:07:48 to 15:09:48/,
    );
    expect(stdout).toContain(
      'payments/cron-sync [sync] is looping (crash) since 14:57:56 UTC, 1 crash in the window, 7 restarts in total\n' +
        '    why: exit 3: upstream answered 503',
    );
    expect(stdout).toContain('    evidence: log: "upstream answered 503"');
  });

  it('lets pass what is ignored, and names it', async () => {
    const { code, json } = await verdictOf([ZOO, '-n', 'payments', '--from', '10m', '--to', '12m', '--ignore', 'oom-killed']);
    expect([code, json.failures.length]).toEqual([1, 4]);
    expect(json.ignored).toMatchObject([{ container: 'ledger', cause: { id: 'oom-killed' }, crashes: 0 }]);
  });

  describe('with a file of acknowledgements', () => {
    const WINDOW = [ZOO, '-n', 'payments', '--from', '10m', '--to', '12m'];
    const PROBLEMS = [
      ['Deployment/payments/api', 'api', 'connection-refused'],
      ['Pod/payments/cron-sync', 'sync', 'app-error'],
      ['Pod/payments/fraud', 'proxy', 'tls-failure'],
      ['Deployment/payments/ledger', 'ledger', 'oom-killed'],
    ] as const;

    /** As somebody writes it by hand. */
    function team(name: string, problems: readonly (readonly [string, string, string])[], cluster = 'prod-eu'): string {
      const file = join(folder, name);
      const at = '2026-11-22T15:00:00Z';
      const entries = problems.map(([workload, container, cause]) => ({
        ...{ cluster, server: 'https://10.0.0.1:6443', workload, container, cause, by: 'anna', at },
      }));
      writeFileSync(file, JSON.stringify({ version: 1, acknowledged: entries }));
      return file;
    }

    it('passes what is acknowledged, counts it and names it', async () => {
      const file = team('all.yaml', PROBLEMS);
      const { code, stdout } = await check([...WINDOW, '--acknowledged', file]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^PASSED: nothing is crash-looping except acknowledged problems \(5 containers\)\. /);
      expect(stdout).toContain(
        'acknowledged by anna at 15:00:00 until it changes: payments/cron-sync [sync]: exit 3: upstream answered 503 (app-error)',
      );
      const { json } = await verdictOf([...WINDOW, '--acknowledged', file]);
      expect([json.verdict, json.failures, json.acknowledged.length]).toEqual(['passed', [], 5]);
      expect(json.acknowledged[0]?.acknowledgement).toEqual({ by: 'anna', since: '2026-11-22T15:00:00.000Z', until: null });
    });

    it('fails for all else, and says what has changed', async () => {
      const file = team('some.yaml', [
        ['Deployment/payments/ledger', 'ledger', 'dns-failure'],
        ['Deployment/payments/api', 'api', 'connection-refused'],
      ]);
      const { code, stdout } = await check([...WINDOW, '--acknowledged', file]);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^FAILED: 3 containers; 2 containers acknowledged\. /);
      expect(stdout).toMatch(
        / {4}reopened at \d\d:\d\d:\d\d: cause changed from dns-failure to oom-killed; acknowledged by anna/,
      );
    });

    it('hides nothing without the option, and says where nothing of the cluster is in the file', async () => {
      const file = team('others.yaml', PROBLEMS, 'staging');
      const { ended } = startCrashtop(['check', ...WINDOW], { CRASHTOP_ACKNOWLEDGEMENTS: team('env.yaml', PROBLEMS) });
      expect((await ended).stdout).toMatch(/^FAILED: 5 containers\. /);
      const { code, stdout } = await check([...WINDOW, '--acknowledged', file]);
      expect([code, stdout]).toEqual([1, expect.stringContaining(`Note: ${file} acknowledges nothing in zoo.ndjson.gz.`)]);
    });

    it('is wrong usage where the file cannot be read', async () => {
      const { code, stderr } = await check([...WINDOW, '--acknowledged', join(folder, 'none.yaml')]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^crashtop: .*none\.yaml does not exist\n$/)]);
    });
  });

  it('tells one moment apart from the whole: what was not looping yet passes', async () => {
    expect(await verdictOf([ZOO, '--at', '5s'])).toMatchObject({ code: 0, json: { verdict: 'passed', failures: [] } });
    expect(await verdictOf([ZOO])).toMatchObject({ code: 1, json: { verdict: 'failed' } });
  });

  it('finds workloads whose pods cannot be created or fail for good, although no container loops', async () => {
    const recording = fixture('recordings/zoo-1.33.ndjson.gz');
    const whole = await verdictOf([recording, '-n', 'cron,quota']);
    expect(whole).toMatchObject({ code: 1, json: { failures: [] } });
    expect(whole.json.workloads.map((w) => [w.kind, w.name, w.problem])).toEqual([
      ['CronJob', 'cleanup', 'failing-jobs'],
      ['Deployment', 'burst', 'not-created'],
    ]);
    const later = await check([recording, '-n', 'batch', '--at', '10m']);
    expect(later.stdout).toContain('not counted, before the window: batch/nightly (Job) Job failed');
  });

  it('never fails a healthy container', async () => {
    const { json } = await verdictOf([ZOO]);
    expect(json.failures.map((f) => f.pod).filter((name) => /healthy/.test(name))).toEqual([]);
  });

  it('finds what happened in the window although it is over at its end', async () => {
    const { json } = await verdictOf([ZOO, '-n', 'shop']);
    expect(
      json.failures.filter((f) => f.state !== 'looping').map((f) => [f.pod.replace(/-[0-9a-f]+-\w{5}$/, ''), f.reason]),
    ).toContainEqual(['gateway', 'crashes']);
  });

  it('cannot know in a gap, and of no pod at all', async () => {
    const gap = await verdictOf([ZOO, '-n', 'demo', '--from', '1505s', '--to', '1510s', '--allow-empty']);
    expect(gap).toMatchObject({ code: 3, json: { verdict: 'unknown' } });
    expect(gap.json.unknown.join()).toContain('the pods were not seen since 15:22:50 UTC: connection lost');
    const empty = await verdictOf([ZOO, '-n', 'nope']);
    expect(empty).toMatchObject({ code: 3, json: { unknown: [expect.stringContaining('no pod matched')] } });
    expect((await check([ZOO, '-n', 'nope', '--allow-empty'])).code).toBe(0);
  });

  it('refuses what it cannot do in one line', async () => {
    for (const [args, words] of [
      [[ZOO, '--ignore', 'completed-lop'], 'did you mean completed-loop?'],
      [[ZOO, '--for', '5m'], '--from and --to'],
      [[ZOO, '-l', 'app=x'], 'selects its pods is -n'],
      [['--at', '5m'], 'add its FILE'],
      [[ZOO, '--max-restarts', 'few'], 'use a whole number'],
      [[ZOO, '--from', '5m', '--to', '4m'], '--to is before --from'],
    ] as const) {
      const { code, stderr } = await check(args);
      expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
      expect(stderr.trim()).not.toContain('\n');
    }
  });

  it('writes JUnit XML beside it, and says at once where it could not', async () => {
    const path = join(folder, 'crashtop.xml');
    await check([ZOO, '-n', 'payments', '--at', '10m', '--ignore', 'oom-killed', '--junit', path]);
    const xml = readFileSync(path, 'utf8');
    expect(xml).toContain('<testsuite name="crashtop check"');
    expect(xml).toMatch(
      /<testcase classname="payments\.Deployment\.api" name="api">\s*<failure message="exit 1: [^"]*" type="[a-z-]+">/,
    );
    expect(xml).toMatch(/<testcase classname="payments\.Deployment\.ledger" name="ledger">\s*<skipped\/>/);
    const { code, stderr } = await check([ZOO, '--junit', join(folder, 'nowhere', 'x.xml')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('no such directory')]);
  });
});

/** Gives the first look a moment; the window is open all the same when it was too short. */
const aMomentLater: WatchStep = () => pauseForReal(300);

describe('check, of a cluster', () => {
  let server: ApiServer | undefined;
  afterEach(() => server?.close());

  async function cluster(pods: readonly object[], steps: readonly WatchStep[], more: Scenario = {}): Promise<string> {
    server = await startApiServer({
      'list pods': () => page(pods, '100'),
      'list events': [page([], '100')],
      'watch pods': [watch(...steps), watch()],
      'watch events': [watch()],
      ...more,
    });
    return server.kubeconfig();
  }

  it('passes what is calm, in one look and over a while', async () => {
    const kubeconfig = await cluster([crashingPod(0, systemNow())], []);
    const { code, stdout, stderr } = await check(['--for', '1s'], kubeconfig);
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(/^PASSED: nothing is crash-looping\..* 1 pod,/), '']);
    expect((await check([], kubeconfig)).code).toBe(0);
  });

  it('fails what crashes while it watches, with its secrets masked; some restarts may be let pass', async () => {
    const steps = [aMomentLater, event('MODIFIED', crashingPod(1, systemNow()))];
    const args = ['--for', '10m', '--fail-fast', '-o', 'json'];
    const failed = await check(args, await cluster([crashingPod(0, systemNow())], steps));
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({ failures: [{ pod: 'api-1', crashes: 1, restartCount: 1 }] });
    expect(failed.stdout).not.toContain('not-a-real-password');
    await server?.close();
    const looping = [aMomentLater, event('MODIFIED', crashingPod(1, systemNow(), { waits: true }))];
    const waits = await check(
      ['--for', '5s', '-o', 'json', '--max-restarts', '9'],
      await cluster([crashingPod(0, systemNow())], looping),
    );
    expect(JSON.parse(waits.stdout)).toMatchObject({ verdict: 'failed', failures: [{ reason: 'looping' }] });
  });

  it('ends early where asked to', async () => {
    const steps = [aMomentLater, event('MODIFIED', crashingPod(1, systemNow()))];
    const { code, stdout } = await check(['--for', '10m', '--fail-fast'], await cluster([crashingPod(0, systemNow())], steps));
    expect([code, stdout]).toEqual([1, expect.stringContaining('FAILED: 1 container.')]);
  });

  it('cannot know where the server is lost', async () => {
    const once = [watch(reset), hangUp];
    const kubeconfig = await cluster([crashingPod(0, systemNow())], [], { 'watch pods': once });
    const { code, stdout } = await check(['--for', '3s'], kubeconfig);
    expect([code, stdout]).toEqual([
      3,
      expect.stringMatching(/^UNKNOWN: .*\nCannot tell whether anything loops: the pods were not seen since/),
    ]);
  });

  const no = failure(403, 'Forbidden', 'pods is forbidden');

  it('cannot know where the pods are forbidden', async () => {
    const { code, stdout } = await check([], await cluster([], [], { 'contact pods': [no], 'contact default/pods': [no] }));
    expect([code, stdout]).toEqual([3, '']);
  });

  it('cannot know where the list of pods is forbidden', async () => {
    const { code, stdout } = await check([], await cluster([], [], { 'list pods': [no], 'list default/pods': [no] }));
    expect([code, stdout]).toEqual([3, expect.stringContaining('no complete list of pods arrived')]);
  });

  it('cannot know where the pods of one of its namespaces are forbidden', async () => {
    const half = {
      'list shop/pods': () => page([crashingPod(0, systemNow())], '100'),
      'watch shop/pods': [watch()],
      'contact payments/pods': [no],
      'list payments/pods': [no],
    };
    const { code, stdout } = await check(['-n', 'shop,payments'], await cluster([], [], half));
    expect([code, stdout]).toEqual([3, expect.stringContaining('the pods of payments were hidden: pods is forbidden')]);
  });

  it('cannot know where nobody waited for the end', async () => {
    const running = startCrashtop(['check', '--for', '10m'], {
      KUBECONFIG: await cluster([crashingPod(0, systemNow())], []),
      HOME: folder,
    });
    await untilSo(() => server?.count('watch pods') === 1);
    running.child.kill('SIGTERM');
    const { code, stdout } = await running.ended;
    expect([code, stdout]).toEqual([3, expect.stringContaining('stopped by SIGTERM after')]);
  });

  it('takes an empty selection for no answer', async () => {
    const { code, stdout } = await check(['-l', 'app=nope'], await cluster([], []));
    expect([code, stdout]).toEqual([3, expect.stringContaining('no pod matched in all namespaces, -l app=nope')]);
  });
});
