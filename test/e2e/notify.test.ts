import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { event, page, until, type WatchStep, watch } from '../api-server/answers.ts';
import { type ApiServer, startApiServer } from '../api-server/api-server.ts';
import { crashingPod } from '../support/crashing-pod.ts';
import { Pty } from '../support/pty.ts';
import { pauseForReal, systemNow, untilSo } from '../support/real-time.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));

let server: ApiServer;
let folder = '';
let crash = () => {};
const told = () => (existsSync(join(folder, 'told')) ? readFileSync(join(folder, 'told'), 'utf8').split(/(?<=\n)/) : []);
/** A pod that has just crashed, and waits. */
const crashing =
  (verb: string, name: string): WatchStep =>
  (response, request) =>
    event(verb, crashingPod(1, systemNow(), { name, waits: true }))(response, request);
/** What the first look finds is known. Nobody sees when that was, so one pod after the other crashes until one is told. */
const untilTold: WatchStep = async (response, request) => {
  for (let nth = 0; told().length === 0; nth++) {
    await crashing('ADDED', `early-${nth}`)(response, request);
    await pauseForReal(500);
  }
};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-alert-'));
  const crashed = new Promise<void>((resolve) => {
    crash = resolve;
  });
  const old = crashingPod(7, systemNow(), { name: 'old-1', waits: true });
  server = await startApiServer({
    'list pods': () => page([crashingPod(0, systemNow()), old], '100'),
    'list events': [page([], '100')],
    'watch pods': [watch(untilTold, until(crashed), crashing('MODIFIED', 'api-1'))],
    'watch events': [watch()],
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

it('a new loop is told in each of the ways, once, and the screen stays as it is; an old one is not', async () => {
  const out = join(folder, 'told');
  const path = join(folder, 'tell');
  writeFileSync(path, `#!/bin/sh\ncat >> ${out}\n`);
  chmodSync(path, 0o755);
  const ways = ['bell', 'osc9', 'osc777', `command:${path}`].flatMap((how) => ['--notify', how]);
  const env = { KUBECONFIG: server.kubeconfig(), HOME: folder, XDG_STATE_HOME: join(folder, 'state') };
  const pty = new Pty(process.execPath, [BIN, '--no-history', ...ways], { env });
  await untilSo(() => /old-1/.test(pty.text()));
  await untilSo(() => told().length > 0);
  crash();
  const ofApi = () => told().filter((line) => line.endsWith('\n') && line.includes('"api-1"'));
  await untilSo(() => ofApi().length > 0);
  expect(ofApi().map((line) => JSON.parse(line))).toMatchObject([{ event: 'loop', namespace: 'shop', pod: 'api-1' }]);
  expect(pty.raw).toContain('\u001b]9;crashtop: shop/api-1 is crash-looping');
  expect(pty.raw).toContain('\u001b]777;notify;crashtop;shop/api-1 is crash-looping');
  expect(pty.raw).not.toMatch(/shop\/(?:old-1|early-0) is crash-looping/);
  expect(pty.text()).toMatch(/^ crashtop test/);
  expect(pty.text()).not.toContain('is crash-looping:');
  pty.send('q');
  expect((await pty.exited).code).toBe(0);
});

it('without a screen there is nothing that could ring', async () => {
  const { startCrashtop } = await import('../support/run-crashtop.ts');
  const env = { KUBECONFIG: server.kubeconfig(), HOME: folder };
  expect(await startCrashtop(['--notify', 'bell'], env).ended).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--notify'),
  });
});
