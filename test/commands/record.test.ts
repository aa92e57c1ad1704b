import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, event, page, watch } from '../api-server/answers.ts';
import { type ApiServer, startApiServer } from '../api-server/api-server.ts';
import { pauseForReal, untilSo } from '../support/real-time.ts';
import { startCrashtop } from '../support/run-crashtop.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));

const pod = (version: number) => ({
  metadata: { name: 'api-1', namespace: 'shop', uid: '0b0e6b1e-0000-4000-8000-000000000001', resourceVersion: `${version}` },
  spec: { nodeName: 'node-a', containers: [{ name: 'api', image: 'registry.example.com/api:1' }] },
  // What does not compress: a file must grow.
  status: { phase: 'Running', message: Array.from({ length: 30 }, () => Math.random().toString(36)).join(' ') },
});

let server: ApiServer;
let folder = '';
beforeAll(async () => {
  const changes: Answer = async (request, response) => {
    const steps = Array.from({ length: 400 }, (_, i) => [event('MODIFIED', pod(101 + i)), () => pauseForReal(5)]).flat();
    await watch(...steps)(request, response);
  };
  server = await startApiServer({
    'list pods': () => page([pod(100)], '100'),
    'list events': [page([], '100')],
    'watch pods': [changes],
    'watch events': [watch()],
  });
});
afterAll(() => server.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-record-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function record(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, KUBECONFIG: server.kubeconfig(), HOME: folder, XDG_STATE_HOME: join(folder, 'state') };
    execFile(process.execPath, [BIN, 'record', ...args], { env, cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

/** Records until it is so, and somebody presses Ctrl-C. */
async function recordUntil(isSo: () => boolean, ...args: string[]) {
  const env = { KUBECONFIG: server.kubeconfig(), HOME: folder, XDG_STATE_HOME: join(folder, 'state') };
  const running = startCrashtop(['record', ...args.map((arg) => (arg === 'x.ndjson.gz' ? join(folder, arg) : arg))], env);
  await untilSo(isSo);
  running.child.kill('SIGINT');
  return running.ended;
}

const linesOf = (name: string) =>
  gunzipSync(readFileSync(join(folder, name)))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('record', () => {
  it('goes on in numbered files, each of them whole, and passes over a name that is taken', async () => {
    writeFileSync(join(folder, 'x.2.ndjson.gz'), 'precious');
    const { code, stderr } = await recordUntil(
      () => existsSync(join(folder, 'x.4.ndjson.gz')),
      ...['-o', 'x.ndjson.gz', '--rotate', '20kB'],
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/wrote \d+ lines to \d+ files, the first is \S*x\.ndjson\.gz/)]);
    const names = readdirSync(folder)
      .filter((name) => name.endsWith('.gz'))
      .toSorted();
    expect(names).toEqual(expect.arrayContaining(['x.ndjson.gz', 'x.3.ndjson.gz', 'x.4.ndjson.gz']));
    expect(readFileSync(join(folder, 'x.2.ndjson.gz'), 'utf8')).toBe('precious');
    for (const name of names.filter((n) => n !== 'x.2.ndjson.gz')) {
      const lines = linesOf(name);
      expect(lines[0]).toMatchObject({ crashtop: 'recording', redaction: 'standard' });
      expect(lines.slice(1).find((line) => line.kind === 'Pod')).toMatchObject({ type: 'snapshot' });
      expect(lines.at(-1)).toMatchObject({ type: 'end', lines: lines.length - 1 });
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    const again = await record('-o', 'y.ndjson.gz', '--for', '1s');
    expect(again.code).toBe(0);
    expect((await record('-o', 'x.ndjson.gz', '--for', '1s')).stderr).toContain('already exists');
  });

  it('names nothing under strict redaction', async () => {
    const before = server.count('watch pods');
    const { code } = await recordUntil(
      () => server.count('watch pods') > before,
      ...['-o', 'x.ndjson.gz', '--redact', 'strict', '--for', '10m'],
    );
    expect(code).toBe(0);
    const text = gunzipSync(readFileSync(join(folder, 'x.ndjson.gz'))).toString();
    expect(text).toContain('"redaction":"strict"');
    expect(text).toContain('"kind":"Pod"');
    expect(text).not.toMatch(/api-1|shop|node-a|registry|"test"/);
  });

  it.runIf(existsSync('/dev/full'))(
    'says of a full disk how much is missing, and ends with exit code 3',
    async () => {
      // A file that may grow to 10 blocks of 512 bytes: what is beyond is refused, as a full disk does.
      const env = { ...process.env, KUBECONFIG: server.kubeconfig(), HOME: folder };
      const script = `trap '' XFSZ; ulimit -f 10; exec "$0" "$@"`;
      const result = await new Promise<{ code: number; stderr: string }>((resolve) =>
        execFile(
          '/bin/sh',
          ['-c', script, process.execPath, BIN, 'record', '-o', 'x.ndjson', '--for', '4s'],
          { env, cwd: folder },
          (error, _, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stderr }),
        ),
      );
      expect(result.stderr).toMatch(/x\.ndjson.*what was written so far can be replayed|x\.ndjson cannot be written/);
      expect(result.stderr).toMatch(/; [\d,]+ arrivals? dropped/);
      expect(result.code).toBe(3);
    },
    30_000,
  );

  it('wants a name to rotate, and a size that is one', async () => {
    expect(await record('-o', '-', '--rotate', '20kB')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--rotate needs a file'),
    });
    expect(await record('-o', 'x', '--rotate', 'big')).toMatchObject({ code: 2, stderr: expect.stringContaining('100MB') });
    expect(await record('-o', 'x', '--rotate', '1kB')).toMatchObject({ code: 2, stderr: expect.stringContaining('at least') });
  });
});
