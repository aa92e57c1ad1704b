import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { json, page, watch } from '../api-server/answers.ts';
import { startApiServer } from '../api-server/api-server.ts';
import { startHttpsProxy } from '../api-server/https-proxy.ts';
import { startHttpProxy, startSocksProxy, type TestProxy } from '../api-server/proxies.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

function once(kubeconfig: string): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, HOME: tmpdir() };
    execFile(process.execPath, [BIN, '--once', '--kubeconfig', kubeconfig], { env }, (error, _, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stderr }),
    );
  });
}

// What a proxy needs is loaded when there is one: the bundle has to hold it.
describe('the built program goes through a proxy, without a word', () => {
  it.each([
    ['http', startHttpProxy],
    ['https', () => startHttpsProxy('me', 'secret')],
    ['socks5', startSocksProxy],
  ])('%s', async (_, start: () => Promise<TestProxy>) => {
    const server = await startApiServer({
      version: [json({})],
      'list pods': [page([], '10')],
      'watch pods': [watch()],
      'list events': [page([], '10')],
      'watch events': [watch()],
    });
    cleanUp.push(() => server.close());
    const proxy = await start();
    cleanUp.push(() => proxy.close());
    expect(await once(server.kubeconfig({ cluster: { 'proxy-url': proxy.url } }))).toEqual({ code: 0, stderr: '' });
    expect(proxy.tunnels()).toBeGreaterThan(0);
  });
});
