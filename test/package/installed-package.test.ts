import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { page, watch } from '../api-server/answers.ts';
import { type ApiServer, startApiServer } from '../api-server/api-server.ts';
import { crashingPod } from '../support/crashing-pod.ts';
import { Pty } from '../support/pty.ts';
import { systemNow } from '../support/real-time.ts';
import { type InstalledPackage, installPackage } from './installed-package.ts';

const INCIDENT = fileURLToPath(new URL('../../demo-data/bad-rollout.ndjson.gz', import.meta.url));
const MB = 1_000_000;

let installed: InstalledPackage;
let server: ApiServer;
beforeAll(async () => {
  installed = await installPackage();
  server = await startApiServer({
    'list pods': () => page([crashingPod(5, systemNow())], '10'),
    'list events': [page([], '10')],
    'watch pods': [watch()],
    'watch events': [watch()],
  });
});
afterAll(async () => {
  await server.close();
  installed.remove();
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs what is on PATH after the installation. */
function crashtop(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const options = { env: { ...installed.env, ...env }, cwd: installed.cwd, maxBuffer: 64 * MB };
  return new Promise((resolve) =>
    execFile(installed.command, [...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    ),
  );
}

async function onScreen(args: readonly string[], env: NodeJS.ProcessEnv, isWanted: (text: string) => boolean): Promise<void> {
  const pty = new Pty(installed.command, args, { env: { ...installed.env, ...env }, cwd: installed.cwd });
  try {
    await pty.until(isWanted);
    pty.send('q');
    expect((await pty.exited).code).toBe(0);
  } finally {
    pty.kill('SIGKILL');
  }
}

describe('what is installed', () => {
  it('is one package', () => {
    const packages = [...installed.files.keys()].filter((path) => /(?:^|\/)package\.json$/.test(path));
    expect(packages).toEqual(['crashtop/package.json']);
  });

  it('is no larger than what it loads', () => {
    // 5 MB are the bundle, 1.2 MB of it for auth-provider alone.
    expect(installed.packedSize).toBeLessThan(2 * MB);
    expect([...installed.files.values()].reduce((sum, size) => sum + size)).toBeLessThan(7 * MB);
    expect([...installed.files.keys()].filter((path) => /\.(?:ts|tsx|cjs|blob|map)$|metafile/.test(path))).toEqual([]);
  });

  it('has the licences of what is bundled with it', () => {
    expect([...installed.files.keys()]).toEqual(expect.arrayContaining(['crashtop/LICENSE', 'crashtop/THIRD_PARTY_NOTICES.md']));
  });

  it('has every file that its pages link to', () => {
    const pages = [...installed.files.keys()].filter((path) => path.endsWith('.md'));
    expect(pages).toContain('crashtop/README.md');
    const links = pages.flatMap((path) => {
      const text = readFileSync(join(dirname(installed.command), '../lib/node_modules', path), 'utf8');
      const targets = Array.from(text.matchAll(/\]\((?!\w+:)([^)\s#]+)/g), ([, target]) => target ?? '');
      return targets.map((target) => normalize(join(dirname(path), target)));
    });
    expect(links).toContain('crashtop/ARCHITECTURE.md');
    expect(links.filter((path) => !installed.files.has(path))).toEqual([]);
  });
});

describe('the installed command', () => {
  it('shows a demo', async () => {
    await onScreen(['demo'], {}, (text) => text.includes('shop/') && text.includes('DEMO'));
  });

  it('shows a cluster', async () => {
    await onScreen([], { KUBECONFIG: server.kubeconfig() }, (text) => text.includes('shop/') && text.includes('live'));
  });

  it('asks a cluster once, with a token or with a provider of credentials', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const config = { 'id-token': `${part({ alg: 'none' })}.${part({ exp: 4_000_000_000 })}.x` };
    for (const user of [{}, { token: undefined, 'auth-provider': { name: 'oidc', config } }]) {
      const { code, stdout, stderr } = await crashtop(['--once'], { KUBECONFIG: server.kubeconfig({ user }) });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('shop');
    }
  });

  it.each([
    [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
    [['--help'], 0, /Examples:/],
    [['demo', '--list'], 0, /bad-rollout/],
    [['replay', INCIDENT, '--at', '2m'], 0, /gateway +0\/3/],
    [['replay', INCIDENT, '--at', '2m', '-o', 'json'], 0, /"schemaVersion": ?1/],
    [['explain', '--file', INCIDENT, '--at', '2m'], 0, /\w/],
    [['explain', 'oom-killed'], 0, /OOM/],
    [['check', INCIDENT, '--junit', 'check.xml'], 1, /\w/],
    [['report', INCIDENT, '-o', 'report.html'], 0, /^/],
    [['report', INCIDENT, '-o', 'report.md'], 0, /^/],
    [['report', INCIDENT, '-o', 'report.json'], 0, /^/],
    [['report', INCIDENT, '-o', 'report.openmetrics'], 0, /^/],
    [['shot', INCIDENT, '--at', '2m', '-o', 'shot.svg'], 0, /^/],
    [['replay', 'none.ndjson'], 2, /^$/],
    [[], 2, /^$/],
  ])('runs %j', async (args, code, stdout) => {
    const ended = await crashtop(args);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({
      code,
      stderr: code === 2 ? expect.stringMatching(/^crashtop: .+\n$/) : expect.not.stringMatching(/Error|Cannot find/),
    });
    expect(ended.stdout).toMatch(stdout);
  });
});
