import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { page, watch } from '../api-server/answers.ts';
import { type ApiServer, startApiServer } from '../api-server/api-server.ts';
import { crashingPod } from '../support/crashing-pod.ts';
import { Pty } from '../support/pty.ts';
import { systemNow } from '../support/real-time.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));
const DAY = 24 * 3_600_000;

/** A pod that is three weeks old, and has crashed thousands of times since. */
function oldPod(name: string): object {
  const text = JSON.stringify(crashingPod(5000, systemNow(), { name, waits: true })).replace('back-off 10s', 'back-off 5m0s');
  const pod = JSON.parse(text) as { metadata: object };
  const creationTimestamp = new Date(systemNow() - 21 * DAY).toISOString();
  return { ...pod, metadata: { ...pod.metadata, creationTimestamp } };
}

let server: ApiServer;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-old-loops-'));
  server = await startApiServer({
    'list pods': () =>
      page([oldPod('old-1'), oldPod('old-2'), crashingPod(3, systemNow(), { name: 'young', waits: true })], '100'),
    'list events': () => page([], '100'),
    'watch pods': () => watch(),
    'watch events': () => watch(),
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const OFFER = '2 problems older than a day: A acknowledges, Esc does not';

/** One session of a person whose state lies in `state`: `keys` once `text` is on the screen, then what is seen when `then` holds. */
async function session(state: string, text: string, keys: string, then: (screen: string) => boolean): Promise<string> {
  const env = { KUBECONFIG: server.kubeconfig(), HOME: folder, XDG_STATE_HOME: join(folder, state) };
  const pty = new Pty(process.execPath, [BIN, '--no-history'], { env });
  await pty.until((screen) => screen.includes('shop/young') && screen.includes(text));
  pty.send(keys);
  await pty.until(then);
  const seen = pty.text();
  pty.send('q');
  expect((await pty.exited).code).toBe(0);
  return seen;
}

const fileOf = (state: string) => readFileSync(join(folder, state, 'crashtop', 'acknowledged.yaml'), 'utf8');

describe('a first session in a cluster with old loops', () => {
  it('offers to acknowledge them, does so, and offers it never again', async () => {
    const first = await session('taken', OFFER, 'Ax', (screen) => screen.includes('1 down  2 acknowledged'));
    expect(first).toContain('shop/young');
    expect(first).not.toContain('shop/old-1');
    expect(fileOf('taken')).toMatch(/workload: Pod\/shop\/old-1\n[\s\S]*workload: Pod\/shop\/old-2\n/);
    expect(fileOf('taken')).not.toContain('young');
    const second = await session('taken', '1 down  2 acknowledged', 'X', (screen) => screen.includes('shop/old-1'));
    expect(second).not.toContain('older than a day');
    // Taken back by hand they are on the table again, and nobody is asked a second time.
    const third = await session('taken', '2 acknowledged', 'XGxGx', (screen) => screen.includes('3 down'));
    expect(third).not.toContain('A acknowledges');
    expect(await session('taken', '3 down', 'j', (screen) => screen.includes('3 down'))).not.toContain('A acknowledges');
  });

  it('remembers that somebody declined, and asks again where nobody answered', async () => {
    await session('declined', OFFER, 'j', (screen) => screen.includes(OFFER));
    const answered = await session('declined', OFFER, '\u001b', (screen) => !screen.includes('A acknowledges'));
    expect(answered).toContain('3 down');
    expect(fileOf('declined')).toMatch(/answered:\n {2}- https:/);
    expect(await session('declined', '3 down', 'j', (screen) => screen.includes('3 down'))).not.toContain('A acknowledges');
  });
});
