import { request } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { page, reset, watch } from '../api-server/answers.ts';
import { type ApiServer, startApiServer } from '../api-server/api-server.ts';
import { crashingPod } from '../support/crashing-pod.ts';
import { promtool } from '../support/promtool.ts';
import { eventually, systemNow, untilSo } from '../support/real-time.ts';
import { type RunningCrashtop, startCrashtop } from '../support/run-crashtop.ts';

const ACCEPTED =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

let server: ApiServer;
let running: RunningCrashtop;
let cut = () => {};
beforeAll(async () => {
  const pods = [crashingPod(3, systemNow(), { waits: true }), crashingPod(0, systemNow(), { name: 'calm-1' })];
  const broken = new Promise<void>((resolve) => {
    cut = resolve;
  });
  server = await startApiServer({
    'list pods': () => page(pods, '100'),
    'list events': [page([], '100')],
    'watch pods': [watch(() => broken, reset), (_, response) => void response.destroy()],
    'watch events': [watch()],
  });
  running = startCrashtop(
    ['metrics', '--listen', '127.0.0.1:0', '--allowed-host', 'other.example', '--allowed-host', 'crashtop.monitoring.svc'],
    { KUBECONFIG: server.kubeconfig() },
  );
  await untilSo(() => /serving http/.test(running.stderr()));
  await eventually(async () => expect((await get('/metrics')).text).toContain('\ncrashtop_up 1\n'));
});
afterAll(() => server.close());
afterEach(() => expect(running.child.exitCode).toBeNull());

interface Got {
  readonly status: number;
  readonly type: string;
  readonly encoding: string;
  readonly bytes: Buffer;
  readonly text: string;
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  const url = /http:\/\/\S+?(?=\/metrics)/.exec(running.stderr())?.[0] ?? '';
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { headers, method }, async (response) => {
      const bytes = await buffer(response);
      const { 'content-type': type = '', 'content-encoding': encoding = '' } = response.headers;
      resolve({ status: response.statusCode ?? 0, type, encoding, bytes, text: encoding === 'gzip' ? '' : bytes.toString() });
    });
    asked.once('error', reject).end();
  });
}

describe('whoever asks', () => {
  it('sends no body: the rest of it is not even read', async () => {
    const url = /http:\/\/\S+?(?=\/metrics)/.exec(running.stderr())?.[0] ?? '';
    const answered = Promise.withResolvers<number>();
    const closed = Promise.withResolvers<void>();
    const asked = request(`${url}/metrics`, { method: 'GET', headers: { 'transfer-encoding': 'chunked' } }, (response) => {
      answered.resolve(response.statusCode ?? 0);
      response.resume();
    });
    asked.on('error', () => undefined).on('close', closed.resolve);
    asked.write('x'.repeat(100_000));
    expect(await answered.promise).toBe(413);
    await closed.promise;
    expect((await get('/metrics')).status).toBe(200);
  });

  it('is one of 64 connections: beyond these none is kept, and the next is served', async () => {
    const { port } = new URL(/http:\/\/\S+?(?=\/metrics)/.exec(running.stderr())?.[0] ?? '');
    const sockets = Array.from({ length: 80 }, () => connect(Number(port), '127.0.0.1').on('error', () => undefined));
    await untilSo(() => sockets.filter((s) => s.closed).length >= 16);
    for (const socket of sockets) socket.destroy();
    await eventually(async () => expect((await get('/metrics')).status).toBe(200));
  });
});

describe('metrics', () => {
  it('serves restarts, exit code, seconds to retry, trouble and cause of each container, and its own health', async () => {
    const { status, type, text } = await get('/metrics', { accept: ACCEPTED });
    expect([status, type]).toEqual([200, 'application/openmetrics-text; version=1.0.0; charset=utf-8']);
    const of = 'namespace="shop",pod="api-1",uid="uid-api-1",container="app",workload_kind="Pod",workload="api-1"';
    expect(text).toContain(`crashtop_container_restarts_total{${of}} 3\n`);
    expect(text).toContain(`crashtop_container_last_exit_code{${of}} 1\n`);
    expect(text).toMatch(/crashtop_container_retry_seconds\{.*pod="api-1".*\} \d+(\.\d+)?\n/);
    expect(text).toContain(`crashtop_container_trouble{${of},crashtop_container_trouble="looping"} 1\n`);
    expect(text).toContain(`crashtop_container_trouble{${of},crashtop_container_trouble="holding"} 0\n`);
    expect(text).toMatch(/crashtop_container_cause_info\{.*pod="api-1".*,cause="[a-z-]+",confidence="[a-z]+"\} 1\n/);
    expect(text).toMatch(/crashtop_container_restarts_total\{.*pod="calm-1".*\} 0\n/);
    expect(text).not.toMatch(/crashtop_container_trouble\{.*calm-1/);
    expect(text).toContain('crashtop_pods 2\n');
    expect(text).toContain('crashtop_gaps_total{kind="Pod"} 0\n');
    expect(text).toMatch(/crashtop_data_age_seconds \d/);
    expect(text.endsWith('# EOF\n')).toBe(true);
    expect(text).not.toContain('not-a-real-password');
  });

  it('speaks the text format of Prometheus to who asks for nothing else, and zips for who takes it', async () => {
    const plain = await get('/metrics');
    expect([plain.type, plain.text.includes('# EOF')]).toEqual(['text/plain; version=0.0.4; charset=utf-8', false]);
    expect(plain.text).toContain('# TYPE crashtop_container_restarts_total counter\n');
    const zipped = await get('/metrics', { accept: ACCEPTED, 'accept-encoding': 'gzip' });
    expect([zipped.encoding, gunzipSync(zipped.bytes).toString().endsWith('# EOF\n')]).toEqual(['gzip', true]);
  });

  it('is what promtool takes for good metrics', async ({ skip }) => {
    const checked = await promtool(['check', 'metrics'], (await get('/metrics')).text);
    if (checked === null) skip('promtool is not installed');
    expect(checked).toMatchObject({ code: 0, output: '' });
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3:9464',
    '[::1]:9464',
    'LOCALHOST',
    'localhost.:80',
    'Crashtop.Monitoring.svc.:9464',
  ])('answers to %s', async (host) => {
    expect((await get('/metrics', { host })).status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:9464',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'crashtop.monitoring.svc.evil',
  ])('does not answer to "%s", which a web page could have', async (host) => {
    for (const path of ['/metrics', '/'])
      expect(await get(path, { host })).toMatchObject({ status: 403, text: expect.stringContaining('--allowed-host NAME') });
  });

  it('serves nothing else, and only reading', async () => {
    expect((await get('/')).status).toBe(404);
    expect((await get('/metrics', {}, 'POST')).status).toBe(405);
    expect(await get('/metrics', {}, 'HEAD')).toMatchObject({ status: 200, text: '' });
  });

  it('says so when it is cut off', async () => {
    cut();
    await eventually(async () => expect((await get('/metrics')).text).toContain('\ncrashtop_up 0\n'));
    expect((await get('/metrics')).text).toMatch(/crashtop_gaps_total\{kind="Pod"\} [1-9]/);
  });
});

describe('the end of metrics', () => {
  it('comes with a signal, cleanly; an address that is taken is one line', async () => {
    const port = /127\.0\.0\.1:(\d+)/.exec(running.stderr())?.[1];
    const taken = startCrashtop(['metrics', '--listen', `${port}`], { KUBECONFIG: server.kubeconfig() });
    expect(await taken.ended).toMatchObject({ code: 3, stderr: expect.stringContaining('the address is in use') });
    const ending = startCrashtop(['metrics', '--listen', '127.0.0.1:0'], { KUBECONFIG: server.kubeconfig() });
    await untilSo(() => /serving/.test(ending.stderr()));
    ending.child.kill('SIGTERM');
    expect(await ending.ended).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/crashtop: stopped\n$/) });
    const wrong = startCrashtop(['metrics', '--listen', 'here:there'], {});
    expect(await wrong.ended).toMatchObject({ code: 2, stderr: expect.stringContaining('127.0.0.1:9464') });
    const odd = startCrashtop(['metrics', '--allowed-host', 'http://x:1'], {});
    expect(await odd.ended).toMatchObject({ code: 2, stderr: expect.stringContaining('without a port') });
  });
});

afterAll(async () => {
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(0);
});
