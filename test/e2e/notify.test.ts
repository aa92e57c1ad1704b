import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { event, page, until, watch } from '../api-server/answers.ts';
import { type ApiServer, startApiServer } from '../api-server/api-server.ts';
import { crashingPod } from '../commands/crashing-pod.ts';
import { pauseForReal, systemNow, untilSo } from '../support/real-time.ts';
import { Pty } from './pty.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));

let server: ApiServer;
let folder = '';
let crash = () => {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-alert-'));
  const crashed = new Promise<void>((resolve) => {
    crash = resolve;
  });
  const old = crashingPod(7, systemNow(), { name: 'old-1', waits: true });
  server = await startApiServer({
    'list pods': () => page([crashingPod(0, systemNow()), old], '100'),
    'list events': [page([], '100')],
    'watch pods': [watch(until(crashed), event('MODIFIED', crashingPod(1, systemNow(), { waits: true })))],
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
  // The first look takes what is there for known, and nobody sees when it was.
  await pauseForReal(3000);
  crash();
  await untilSo(() => existsSync(out) && readFileSync(out, 'utf8').endsWith('\n'));
  expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(1);
  expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ event: 'loop', namespace: 'shop', pod: 'api-1' });
  expect(pty.raw).toContain('\u001b]9;crashtop: shop/api-1 is crash-looping');
  expect(pty.raw).toContain('\u001b]777;notify;crashtop;shop/api-1 is crash-looping');
  expect(pty.raw).not.toContain('shop/old-1 is crash-looping');
  expect(pty.text()).toMatch(/^ crashtop test/);
  expect(pty.text()).not.toContain('is crash-looping:');
  pty.send('q');
  expect((await pty.exited).code).toBe(0);
});

it('without a screen there is nothing that could ring', async () => {
  const { startCrashtop } = await import('../commands/run-crashtop.ts');
  const env = { KUBECONFIG: server.kubeconfig(), HOME: folder };
  expect(await startCrashtop(['--notify', 'bell'], env).ended).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--notify'),
  });
});
