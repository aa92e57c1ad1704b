import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { event, page, until, watch } from '../api-server/answers.ts';
import { type ApiServer, startApiServer } from '../api-server/api-server.ts';
import { crashingPod } from '../support/crashing-pod.ts';
import { Pty } from '../support/pty.ts';
import { systemNow } from '../support/real-time.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));

/** As {@link crashingPod}, but that its last run was killed for its memory. */
function oomKilledPod(crashes: number): object {
  const text = JSON.stringify(crashingPod(crashes, systemNow(), { name: 'old-1', waits: true }));
  return JSON.parse(text.replaceAll('"exitCode":1,"reason":"Error"', '"exitCode":137,"reason":"OOMKilled"')) as object;
}

let server: ApiServer;
let folder = '';
let crash = () => {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-acknowledged-'));
  const crashed = new Promise<void>((resolve) => {
    crash = resolve;
  });
  let watches = 0;
  server = await startApiServer({
    'list pods': () =>
      page(
        ['old-1', 'old-2'].map((name) => crashingPod(7, systemNow(), { name, waits: true })),
        '100',
      ),
    'list events': () => page([], '100'),
    // The cause changes while the second session looks on.
    'watch pods': () => (++watches === 1 ? watch() : watch(until(crashed), event('MODIFIED', oomKilledPod(8)))),
    'watch events': () => watch(),
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function crashtop(...args: readonly string[]): Pty {
  const env = { KUBECONFIG: server.kubeconfig(), HOME: folder, XDG_STATE_HOME: join(folder, 'state') };
  return new Pty(process.execPath, [BIN, '--no-history', ...args], { env });
}

it('what was acknowledged is so after a new start, and comes back with another cause', async () => {
  const first = crashtop();
  await first.until((text) => text.includes('shop/old-2'));
  first.send('/old-1\r');
  await first.until((text) => !text.includes('shop/old-2'));
  first.send('xx\u001b');
  // The filter is gone when Esc was taken for a key: with what comes too soon behind it, it is another one.
  await first.until((text) => text.includes('1 acknowledged') && text.includes('shop/old-2'));
  first.send('q');
  expect((await first.exited).code).toBe(0);
  const file = join(folder, 'state', 'crashtop', 'acknowledged.yaml');
  expect(readFileSync(file, 'utf8')).toContain('workload: Pod/shop/old-1\n    container: app\n    cause: app-error\n');

  const second = crashtop();
  await second.until((text) => text.includes('1 down  1 acknowledged') && text.includes('shop/old-2'));
  expect(second.text()).not.toContain('shop/old-1');
  crash();
  await second.until((text) => text.includes('reopened: OOMKilled'));
  expect(second.text()).toContain('2 down');
  second.send('q');
  expect((await second.exited).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain('why: cause changed from app-error to oom-killed');
});

it('a shared file that is broken is said on the screen, and stays as it is', async () => {
  const file = join(folder, 'team.yaml');
  writeFileSync(file, 'version: 1\nacknowledged:\n  - cause: app-error\n');
  const pty = crashtop('--acknowledgements', file);
  await pty.until((text) => /team\.yaml:3: workload must be a string; nothing is acknowledged/.test(text));
  await pty.until((text) => text.includes('shop/old-1'));
  pty.send('q');
  expect((await pty.exited).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('version: 1\nacknowledged:\n  - cause: app-error\n');
});
