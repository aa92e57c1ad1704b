import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program } from '../../src/program.ts';
import { page } from '../api-server/answers.ts';
import { type ApiServer, startApiServer } from '../api-server/api-server.ts';
import { commandTerminal, Written } from '../support/command-terminal.ts';
import { startCrashtop } from '../support/run-crashtop.ts';

const WATCHED = fileURLToPath(new URL('watched-loading.cjs', import.meta.url));
const KUBECONFIG = fileURLToPath(new URL('../../build/startup/kubeconfig.yaml', import.meta.url));
const RECORDING = new URL('../../demo-data/recovery.ndjson.gz', import.meta.url);
const SCRIPT = fileURLToPath(new URL('../../dist/live.cjs', import.meta.url));

let folder = '';
let server: ApiServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-snapshot-'));
  server = await startApiServer({ 'list pods': [page([], '10')], 'list events': [page([], '10')] });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const surroundings = () => ({ HOME: folder, XDG_STATE_HOME: folder, NODE_OPTIONS: '', KUBERNETES_SERVICE_HOST: '' });

describe.runIf(process.platform === 'linux')('a live session', () => {
  /** How the process was started that asks for a token. */
  async function startOf(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string[]> {
    const [command, found] = [join(folder, 'login'), join(folder, 'started-with')];
    writeFileSync(command, `#!/bin/sh\ncat /proc/$PPID/cmdline > '${found}'\nexit 1\n`);
    chmodSync(command, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never' };
    const KUBECONFIG = server.kubeconfig({ user: { token: undefined, exec } });
    await startCrashtop(args, { ...surroundings(), KUBECONFIG, ...env }).ended;
    return readFileSync(found, 'utf8').split('\0');
  }

  it('begins with the snapshot of its Node', async () => {
    const arguments_ = await startOf(['--once']);
    expect(arguments_).toContain('--snapshot-blob');
    expect(arguments_[arguments_.indexOf('--snapshot-blob') + 1]).toMatch(
      new RegExp(`/dist/live-${process.version}-[0-9a-f]+\\.blob$`),
    );
  });

  it.each([
    [['--once', '-n', 'demo'], {}],
    [['check'], {}],
    [['--once'], { NODE_OPTIONS: '--max-old-space-size=500' }],
  ])('or without it, where that could be something else: %j %j', async (args, env) => {
    expect(await startOf(args, env)).not.toContain('--snapshot-blob');
  });
});

describe('with and without the snapshot', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const idToken = `${part({ alg: 'none' })}.${part({ exp: 4_000_000_000 })}.x`;
  const authProvider = { name: 'oidc', config: { 'id-token': idToken } };

  it.each([
    '',
    '--no-warnings',
  ])('a provider of credentials is loaded when a kubeconfig asks for one (NODE_OPTIONS "%s")', async (NODE_OPTIONS) => {
    const before = server.requests.length;
    const KUBECONFIG = server.kubeconfig({ user: { token: undefined, 'auth-provider': authProvider } });
    const { code, stdout, stderr } = await startCrashtop(['--once'], { ...surroundings(), KUBECONFIG, NODE_OPTIONS }).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('0 pods');
    expect(new Set(server.requests.slice(before).map((request) => request.headers.authorization))).toEqual(
      new Set([`Bearer ${idToken}`]),
    );
  });

  it.each(['', '--no-warnings'])('an error is one line, or its stack (NODE_OPTIONS "%s")', async (NODE_OPTIONS) => {
    const env = { ...surroundings(), KUBECONFIG: join(folder, 'none'), NODE_OPTIONS };
    const plain = await startCrashtop(['--once'], env).ended;
    expect(plain).toMatchObject({ code: 2, stdout: '' });
    expect(plain.stderr).toMatch(/^crashtop: .*none.*\n$/);
    const stack = await startCrashtop(['--once', '--debug'], env).ended;
    expect(stack.stderr).toMatch(/^crashtop: \w+Error: .*none.*\n {4}at .*\bdist\/[\w-]+\.c?js:\d/);
  });
});

describe('no other command', () => {
  const none = () => join(folder, 'none.ndjson');
  const ENDS_AT_ONCE: Readonly<Record<string, () => string[]>> = {
    demo: () => ['--list'],
    replay: () => [none()],
    record: () => ['-o', '-'],
    redact: () => [none(), '-o', '-'],
    history: () => [],
    check: () => [],
    metrics: () => ['--listen', '127.0.0.1:0'],
    explain: () => ['--list'],
    report: () => [none()],
    shot: () => [none(), '-o', '-', '--format', 'txt'],
  };

  it('is forgotten here', () => {
    expect(program(commandTerminal(new Written(), new Written())).commands.map((command) => command.name())).toEqual(
      Object.keys(ENDS_AT_ONCE),
    );
  });

  it.each(Object.keys(ENDS_AT_ONCE))('begins with it, wherever its name stands: %s', async (name) => {
    const args = ['--debug', name, ...(ENDS_AT_ONCE[name]?.() ?? [])];
    const { stderr } = await startCrashtop(args, { ...surroundings(), KUBECONFIG: join(folder, 'none') }).ended;
    expect(stderr).not.toContain('startup snapshot');
  });
});

describe('what is in the snapshot', () => {
  it('was not made of where it was built', () => {
    const recording = join(folder, 'warm-up.ndjson');
    writeFileSync(recording, gunzipSync(readFileSync(RECORDING)));
    const { stdout, stderr } = spawnSync(process.execPath, [WATCHED, SCRIPT, KUBECONFIG, recording], {
      encoding: 'utf8',
      env: {},
    });
    expect(stderr).toBe('');
    const read: readonly string[] = JSON.parse(stdout);
    expect(read).toEqual([
      // immutable's secret against keys made to collide: one for each build.
      'Math.random',
      // For the paths in ink's page about an error of a component.
      'cwd',
      // Where ink is not told whether the screen is interactive; it is.
      'env CI',
      'env CONTINUOUS_INTEGRATION',
      // A switch for developers of ink.
      'env DEV',
      // chalk's own idea of the terminal's colours, for ink's page about an error; createTheme is told them.
      'env FORCE_COLOR',
      // Switches for developers of yaml, read for each document.
      'env LOG_STREAM',
      'env LOG_TOKENS',
      // Sequences of ansi-escapes that ink does not write: saved cursors, links.
      'env TERM',
      'env TERM_PROGRAM',
      'env TF_BUILD',
      'env TMUX',
      // undici's choice of its parser.
      'env UNDICI_NO_WASM_SIMD',
      'env UNDICI_USE_MILO',
      // The sample kubeconfig of the warm-up, which is read to a bound.
      'fs closeSync',
      'fs fstatSync',
      'fs readSync',
      'tty',
    ]);
  });

  it('is for exactly this Node, and has nothing of the recording that warmed it up', () => {
    const { stdout } = spawnSync(process.execPath, ['-p', 'v8.cachedDataVersionTag().toString(16)'], {
      encoding: 'utf8',
      env: {},
    });
    const blob = readFileSync(
      fileURLToPath(new URL(`../../dist/live-${process.version}-${stdout.trim()}.blob`, import.meta.url)),
    );
    expect(blob.length).toBeGreaterThan(1_000_000);
    // A pod of the recording that was drawn for it.
    expect(gunzipSync(readFileSync(RECORDING)).includes('web-7d875b7fbd-xqpjh')).toBe(true);
    expect(blob.includes('web-7d875b7fbd')).toBe(false);
  });
});
