import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepWaiting, page, watch } from '../api-server/answers.ts';
import { type ApiServer, type Scenario, startApiServer } from '../api-server/api-server.ts';
import { Pty } from '../support/pty.ts';
import { givingUp, pauseForReal } from '../support/real-time.ts';
import { fixture } from '../support/recorded.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));
const ZOO = fixture('recordings/zoo.ndjson.gz');
// What it must never do on leaving is wait for a server or for one of its own timeouts: here these never come.
const WITHOUT_TIMEOUTS = `--import=data:text/javascript,${encodeURIComponent(
  'const { setTimeout: start } = globalThis; globalThis.setTimeout = (run, ms, ...args) => start(run, ms < 1000 ? ms : 2 ** 31 - 1, ...args);',
)}`;

const LISTED: Scenario = {
  'list pods': [page([], '100')],
  'list events': [page([], '100')],
  'watch pods': [watch()],
  'watch events': [watch()],
};

let state = '';
const opened: Pty[] = [];
const toClose: (() => unknown)[] = [];
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'crashtop-leaving-'));
});
afterEach(async () => {
  for (const pty of opened.splice(0)) pty.kill('SIGKILL');
  for (const close of toClose.splice(0)) await close();
  rmSync(state, { recursive: true, force: true });
});

async function cluster(scenario: Scenario): Promise<ApiServer> {
  const server = await startApiServer(scenario);
  toClose.push(() => server.close());
  return server;
}

function keep(pty: Pty): Pty {
  opened.push(pty);
  return pty;
}

function crashtop(kubeconfig: string, options = ''): Pty {
  return keep(
    new Pty(process.execPath, [BIN], { env: { KUBECONFIG: kubeconfig, XDG_STATE_HOME: state, NODE_OPTIONS: options } }),
  );
}

/** Takes connections, and says nothing to anybody. */
async function deafServer(): Promise<{ readonly port: number; readonly reached: Promise<void> }> {
  const reached = Promise.withResolvers<void>();
  const server: Server = createServer((socket) => {
    reached.resolve();
    socket.on('error', () => undefined);
    toClose.push(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  toClose.push(() => server.close());
  return { port: (server.address() as { port: number }).port, reached: reached.promise };
}

async function leaves(pty: Pty): Promise<{ code: number; signal: number | undefined }> {
  const cancel = new AbortController();
  const left = await Promise.race([pty.exited, givingUp(() => `it is still there:\n${pty.text()}`, cancel.signal)]);
  cancel.abort();
  expect(pty.isOnAlternateScreen).toBe(false);
  expect(pty.showsCursor).toBe(true);
  return left;
}

describe('q gives the shell back', () => {
  it('while the server is killed in the middle of its streams', async () => {
    const server = await startApiServer(LISTED);
    const pty = crashtop(server.kubeconfig(), WITHOUT_TIMEOUTS);
    await pty.until((text) => text.includes('live'));
    await server.close();
    await pty.until((text) => text.includes('NOT CONNECTED'));
    pty.send('q');
    expect((await leaves(pty)).code).toBe(0);
  });

  it('while the server answers nothing any more', async () => {
    const server = await cluster({ ...LISTED, 'list pods': [keepWaiting], 'list events': [keepWaiting] });
    const pty = crashtop(server.kubeconfig(), WITHOUT_TIMEOUTS);
    await pty.until((text) => text.includes('listing: 0 pods so far'));
    pty.send('q');
    expect((await leaves(pty)).code).toBe(0);
  });

  it('and Ctrl-C before the first contact, with a server that takes the connection and says nothing', async () => {
    const server = await cluster(LISTED);
    const { port, reached } = await deafServer();
    const pty = crashtop(server.kubeconfig({ cluster: { server: `https://127.0.0.1:${port}` } }), WITHOUT_TIMEOUTS);
    await reached;
    pty.send('\u0003');
    expect(await leaves(pty)).toMatchObject({ signal: 2 });
  });
});

describe('the terminal is as it was', () => {
  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'])('after %s to a live session', async (signal) => {
    const server = await cluster(LISTED);
    const pty = crashtop(server.kubeconfig());
    await pty.until((text) => text.includes('live'));
    pty.kill(signal);
    await leaves(pty);
  });

  it.each([50, 150, 250, 350, 450, 600])('after a kill while it starts, %d ms in', async (ms) => {
    const pty = keep(new Pty(process.execPath, [BIN, 'demo']));
    await pauseForReal(ms);
    pty.kill('SIGTERM');
    await leaves(pty);
  });

  it('after its pipe was closed, about which it says nothing', async () => {
    const script = `"${process.execPath}" "${BIN}" replay "${ZOO}" --every 1s -o ndjson | head -c 10 >/dev/null; echo "left with \${PIPESTATUS[0]}"`;
    const pty = keep(new Pty('/bin/bash', ['-c', script]));
    await leaves(pty);
    expect(pty.text()).toBe('left with 0');
  });
});

describe('text that is pasted', () => {
  it('into the filter stays text, whatever keys its letters are', async () => {
    const pty = keep(new Pty(process.execPath, [BIN, 'replay', ZOO, '--at', '10m']));
    await pty.until((text) => text.includes('shop/gateway  ('));
    // Ink asks for it (DECSET 2004), so the terminal says where it begins and ends.
    await pty.until(() => pty.raw.includes('\u001b[?2004h'));
    pty.send('/');
    await pty.until((text) => text.includes('filter:'));
    pty.send('\u001b[200~ledger\rq\u001b[201~');
    await pty.until((text) => text.includes('filter: ledger') && !text.includes('shop/gateway  ('));
    pty.send('\u001b');
    await pty.until((text) => text.includes('shop/gateway  ('));
    pty.send('q');
    expect((await leaves(pty)).code).toBe(0);
    expect(pty.raw.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(pty.raw.lastIndexOf('\u001b[?2004h'));
  });
});
