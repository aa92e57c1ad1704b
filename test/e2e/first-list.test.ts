import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Answer, page, watch } from '../api-server/answers.ts';
import { type ApiServer, startApiServer } from '../api-server/api-server.ts';
import { crashingPod } from '../support/crashing-pod.ts';
import { Pty } from '../support/pty.ts';
import { systemNow } from '../support/real-time.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));

let state = '';
let server: ApiServer | null = null;
let pty: Pty | null = null;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'crashtop-first-list-'));
});
afterEach(async () => {
  pty?.kill('SIGKILL');
  await server?.close();
  rmSync(state, { recursive: true, force: true });
});

function after(release: Promise<void>, answer: Answer): Answer {
  return async (request, response) => {
    await release;
    await answer(request, response);
  };
}

const looping = (name: string) => crashingPod(4, systemNow(), { name, waits: true });

it('shows rows while the list still arrives, says how many pods came so far, and calls nothing live or calm', async () => {
  const rest = Promise.withResolvers<void>();
  server = await startApiServer({
    'list pods': [
      page([looping('api-1'), looping('api-2')], '100', 'more'),
      after(rest.promise, page([looping('api-3')], '100')),
    ],
    'list events': [page([], '100')],
    'watch pods': [watch()],
    'watch events': [watch()],
  });
  pty = new Pty(process.execPath, [BIN, '-A'], { env: { KUBECONFIG: server.kubeconfig(), XDG_STATE_HOME: state } });
  await pty.until((text) => text.includes('api-2'));
  const [header = ''] = pty.text().split('\n');
  expect(header).toContain('◌ listing: 2 pods so far');
  expect(header).not.toMatch(/live|· 2 pods ·/);
  rest.resolve();
  await pty.until((text) => text.includes('api-3') && /· 3 pods .*● live/.test(text));
  expect(pty.text()).not.toContain('so far');
});

it('says of an empty table only what is known: the rest of the list may hold anything', async () => {
  const rest = Promise.withResolvers<void>();
  server = await startApiServer({
    'list a/pods': [page([], '100')],
    'list b/pods': [after(rest.promise, page([looping('api-1')], '100'))],
    'list a/events': [page([], '100')],
    'list b/events': [page([], '100')],
    'watch a/pods': [watch()],
    'watch b/pods': [watch()],
    'watch a/events': [watch()],
    'watch b/events': [watch()],
  });
  pty = new Pty(process.execPath, [BIN, '-n', 'a,b'], { env: { KUBECONFIG: server.kubeconfig(), XDG_STATE_HOME: state } });
  await pty.until((text) => text.includes('Listing the pods of 2 namespaces: 0 so far'));
  expect(pty.text()).not.toMatch(/crash-looping|live/);
  rest.resolve();
  await pty.until((text) => text.includes('api-1') && text.includes('● live'));
});
