import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { end, page, recorded, type SeenRequest, watch } from '../api-server/answers.ts';
import { type ApiServer, type Scenario, startApiServer } from '../api-server/api-server.ts';
import { Pty } from '../support/pty.ts';
import { eventually } from '../support/real-time.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

/** Where a person can be asked, the token is what the person types; elsewhere it is `quiet`. */
const LOGIN = `#!/bin/sh
case "$KUBERNETES_EXEC_INFO" in
*'"interactive":true'*) printf 'Password: ' >&2; read -r token ;;
*) token=quiet ;;
esac
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$token"
`;

async function start(scenario: Scenario, args: readonly string[]): Promise<{ server: ApiServer; pty: Pty }> {
  const server = await startApiServer(scenario);
  cleanUp.push(() => server.close());
  const home = mkdtempSync(join(tmpdir(), 'crashtop-home-'));
  cleanUp.push(() => rmSync(home, { recursive: true, force: true }));
  const command = join(home, 'login');
  writeFileSync(command, LOGIN);
  chmodSync(command, 0o755);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'IfAvailable' };
  const kubeconfig = server.kubeconfig({ user: { token: undefined, exec } });
  const env = { HOME: home, XDG_STATE_HOME: home, KUBECONFIG: kubeconfig, HTTPS_PROXY: '', https_proxy: '' };
  const pty = new Pty(process.execPath, [BIN, ...args], { env });
  cleanUp.push(() => pty.kill('SIGKILL'));
  return { server, pty };
}

const tokenOf = (request: SeenRequest) => request.headers.authorization;

describe('a plug-in that asks', () => {
  it('has the terminal until the screen opens, and asks nothing any more while it is open', async () => {
    let isRevoked = false;
    const again = Promise.withResolvers<void>();
    const { server, pty } = await start(
      {
        'list pods': [page([], '10')],
        'list events': [page([], '10')],
        'watch pods': (request, nth) => {
          if (nth === 0) return watch(() => again.promise, end);
          return isRevoked && tokenOf(request) === 'Bearer typed' ? recorded('unauthorized') : watch();
        },
        'watch events': [watch()],
      },
      [],
    );
    await pty.until((text) => text.includes('Password:'));
    expect(pty.isOnAlternateScreen).toBe(false);
    expect(server.requests).toEqual([]);
    pty.send('typed\r');
    await eventually(() => expect(pty.isOnAlternateScreen).toBe(true));
    expect(new Set(server.requests.map(tokenOf))).toEqual(new Set(['Bearer typed']));
    isRevoked = true;
    again.resolve();
    await eventually(() => expect(server.of('watch pods').map(tokenOf)).toContain('Bearer quiet'));
    pty.send('q');
    expect((await pty.exited).code).toBe(0);
  });

  it('may ask before a print, too', async () => {
    const { server, pty } = await start(
      { 'list pods': [page([], '10')], 'list events': [page([], '10')], 'watch pods': [watch()], 'watch events': [watch()] },
      ['--once'],
    );
    await pty.until((text) => text.includes('Password:'));
    pty.send('typed\r');
    expect((await pty.exited).code).toBe(0);
    expect(server.requests.map(tokenOf)).toContain('Bearer typed');
  });
});
