import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, watch } from '../api-server/answers.ts';
import { startApiServer } from '../api-server/api-server.ts';
import { Pty } from '../support/pty.ts';
import { eventually } from '../support/real-time.ts';
import { startCrashtop } from '../support/run-crashtop.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));

let folder = '';
const toClose: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-debug-log-'));
});
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

describe('--debug-log', () => {
  it('tells of requests, watches and frames while the screen is open, and of the last frame when it is closed', async () => {
    const server = await startApiServer({
      ...{ 'list pods': [page([], '100')], 'list events': [page([], '100')] },
      ...{ 'watch pods': [watch()], 'watch events': [watch()] },
    });
    toClose.push(() => server.close());
    const file = join(folder, 'debug.log');
    const env = { KUBECONFIG: server.kubeconfig(), XDG_STATE_HOME: folder };
    const pty = new Pty(process.execPath, [BIN, '--debug-log', file], { env });
    toClose.push(() => pty.kill('SIGKILL'));
    await eventually(() => {
      const text = readFileSync(file, 'utf8');
      expect(text).toMatch(/Z request GET \/api\/v1\/pods 200 whole \d+ ms \d+ bytes$/m);
      expect(text).toMatch(/Z watch Pod \(all namespaces\): opened: opening -> watching/m);
      expect(text).toMatch(/Z frame \d+\.\d ms$/m);
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    pty.send('q');
    expect((await pty.exited).code).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/Z watch Pod \(all namespaces\): stop: .*-> stopped/m);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('stands before a command or behind it, and refuses a file that is there in one line', async () => {
    const file = join(folder, 'debug.log');
    const env = { KUBECONFIG: join(folder, 'none'), XDG_STATE_HOME: folder };
    const before = await startCrashtop(['--debug-log', file, 'check'], env).ended;
    expect([before.code, readFileSync(file, 'utf8')]).toEqual([2, '']);
    const behind = await startCrashtop(['replay', 'x', '--debug-log', file], env).ended;
    expect([behind.code, behind.stderr]).toEqual([
      2,
      `crashtop: ${file} already exists: choose another name, or remove it first\n`,
    ]);
  });
});
