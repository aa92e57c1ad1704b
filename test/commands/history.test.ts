import { execFile } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, watch } from '../api-server/answers.ts';
import { type ApiServer, startApiServer } from '../api-server/api-server.ts';
import { Pty } from '../support/pty.ts';
import { eventually, pauseForReal, systemNow } from '../support/real-time.ts';
import { readAll } from '../support/recordings.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));

let folder = '';
let server: ApiServer | null = null;
const opened: Pty[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-kept-'));
});
afterEach(async () => {
  for (const pty of opened.splice(0)) pty.kill('SIGKILL');
  await server?.close();
  server = null;
  rmSync(folder, { recursive: true });
});

const at = (secondsAgo: number) => new Date(systemNow() - secondsAgo * 1000).toISOString().replace(/\.\d+/, '');

/** A pod whose container waits after its nth restart, `ago` seconds after that run ended. */
function looping(restarts: number, ago: number) {
  const end = {
    exitCode: 3,
    reason: 'Error',
    startedAt: at(ago + 5),
    finishedAt: at(ago),
    containerID: `containerd://${restarts}`,
  };
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=api pod=api-1_shop(u1)' };
  return {
    metadata: { name: 'api-1', namespace: 'shop', uid: 'u1', creationTimestamp: at(4000) },
    spec: {
      nodeName: 'n',
      containers: [{ name: 'api', image: 'api:1', env: [{ name: 'PASSWORD', value: 'not-a-real-password' }] }],
    },
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'api',
          image: 'api:1',
          restartCount: restarts,
          containerID: `containerd://${restarts}`,
          ready: false,
          state: { waiting },
          lastState: { terminated: end },
        },
      ],
    },
  };
}

function crashtop(args: readonly string[] = [], state = join(folder, 'state')): Pty {
  const work = join(folder, 'work');
  mkdirSync(work, { recursive: true });
  const env = { KUBECONFIG: server?.kubeconfig() ?? '', HOME: folder, XDG_STATE_HOME: state };
  const pty = new Pty('/bin/sh', ['-c', 'cd "$0" && exec "$@"', work, process.execPath, BIN, ...args], { env, columns: 140 });
  opened.push(pty);
  return pty;
}

function print(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, KUBECONFIG: server?.kubeconfig() ?? '', HOME: folder, XDG_STATE_HOME: join(folder, 'state') };
    execFile(process.execPath, [BIN, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const kept = (root = join(folder, 'state', 'crashtop')): string[] => {
  try {
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.gz'))
      .map((name) => join(root, name));
  } catch {
    return [];
  }
};

async function startCluster(restarts: () => readonly [number, number]): Promise<void> {
  server = await startApiServer({
    'list pods': () => page([looping(...restarts())], '100'),
    'list events': [page([], '100')],
    'watch pods': [watch()],
    'watch events': [watch()],
  });
}

describe('the limits of the history', () => {
  it.each([
    ['--history-size', 'much', 'use a size such as 100MB or 1GB'],
    ['--history-size', '5MB', 'use at least 10 MB'],
    ['--history-age', '7', 'use an age such as 36h or 7d, from 1h to 3650d'],
    ['--history-age', '30m', 'use an age such as 36h or 7d, from 1h to 3650d'],
  ])('%s %s is refused in one line', async (option, value, words) => {
    const { code, stdout, stderr } = await print(option, value);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^crashtop: .*${option}.*${value}.*${words}; see crashtop --help\\n$`));
  });

  it('are read from the environment, too, and refused there by its name', async () => {
    process.env.CRASHTOP_HISTORY_AGE = 'long';
    try {
      const { code, stderr } = await print();
      expect(code).toBe(2);
      expect(stderr).toMatch(/^crashtop: .*CRASHTOP_HISTORY_AGE.*use an age.*\n$/);
    } finally {
      delete process.env.CRASHTOP_HISTORY_AGE;
    }
    const help = await print('--help');
    for (const name of ['--history-size', '500MB', 'CRASHTOP_HISTORY_SIZE', '--history-age', '7d', 'CRASHTOP_HISTORY_AGE']) {
      expect(help.stdout).toContain(name);
    }
  });

  it('remove what an earlier session left that is too old', async () => {
    await startCluster(() => [5, 60]);
    const first = crashtop();
    await first.until((text) => text.includes('shop/api-1') && text.includes('live'));
    first.send('q');
    await first.exited;
    const [old = ''] = kept();
    const hours = (ago: number) => new Date(systemNow() - ago * 3_600_000);
    utimesSync(old, hours(30), hours(30));
    const within = crashtop(['--history-age', '1d12h']);
    await within.until((text) => text.includes('shop/api-1') && text.includes('live'));
    within.send('q');
    await within.exited;
    expect(kept()).toContain(old);
    const beyond = crashtop(['--history-age', '1d']);
    await beyond.until((text) => text.includes('shop/api-1') && text.includes('live'));
    beyond.send('q');
    await beyond.exited;
    expect(kept()).not.toContain(old);
    expect(kept()).toHaveLength(2);
  });
});

describe('a live session', () => {
  it('that was killed is in the ledger of the next, behind the gap in which nobody watched', async () => {
    let restarts: [number, number] = [5, 60];
    await startCluster(() => restarts);
    const first = crashtop();
    await first.until((text) => text.includes('shop/api-1') && text.includes('live'));
    await eventually(async () => {
      const [file = 'none so far'] = kept();
      expect(JSON.stringify((await readAll(createReadStream(file))).lines)).toContain('api-1');
    });
    first.kill('SIGKILL');
    await first.exited;
    // A shorter gap is not told; a longer one does no harm.
    await pauseForReal(1100);
    const [file = ''] = kept();
    expect(statSync(file).mode & 0o777).toBe(0o600);

    restarts = [9, 10];
    const second = crashtop();
    await second.until((text) => text.includes('shop/api-1'));
    second.send('\r2');
    await second.until((text) => text.includes('crashtop was not running'));
    const text = second.text();
    expect(text).toMatch(/#9 [\s\S]*3 runs not seen|#9 [\s\S]*not watched[\s\S]*#5 /);
    expect(text).toContain('an earlier session');
    second.send('q');
    expect((await second.exited).code).toBe(0);
    expect(kept()).toHaveLength(2);

    const listed = await print('history');
    expect(listed.stdout.split('\n')[0]).toMatch(/^CLUSTER +FROM \(UTC\) +TO +SIZE +ARRIVALS +FILE$/);
    expect(listed.stdout.trim().split('\n')).toHaveLength(3);
    for (const path of kept()) expect(listed.stdout).toContain(path);
    const last = await print('replay', '--last', '--runs', '-o', 'ndjson');
    expect(last.stdout).toContain('"attempt":9');
    expect(last.stdout).not.toContain('"attempt":5');
  });

  it('saves itself on w to a file that only its owner reads, without its secrets', async () => {
    await startCluster(() => [5, 60]);
    const pty = crashtop();
    await pty.until((text) => text.includes('shop/api-1') && text.includes('live'));
    pty.send('w');
    await pty.until((text) => /saved \d+ lines to crashtop-[\dT-]+Z\.ndjson\.gz/.test(text));
    const [name = ''] = readdirSync(join(folder, 'work'));
    const path = join(folder, 'work', name);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = gunzipSync(readFileSync(path)).toString();
    expect(text).toContain('"type":"end"');
    expect(text).toContain('api-1');
    expect(text).not.toContain('not-a-real');
    pty.send('q');
    await pty.exited;
    expect((await print('replay', path, '-o', 'json')).code).toBe(0);
  });

  it('keeps nothing with --no-history, and nothing when it only prints', async () => {
    await startCluster(() => [5, 60]);
    const pty = crashtop(['--no-history']);
    await pty.until((text) => text.includes('shop/api-1') && text.includes('live'));
    pty.send('w');
    await pty.until((text) => text.includes('--no-history'));
    pty.send('q');
    await pty.exited;
    expect((await print('--once')).stdout).toContain('api-1');
    expect(kept()).toEqual([]);
    expect(await print('history')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('no recorded sessions'),
    });
    expect(await print('replay', '--last')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no recorded sessions'),
    });
  });

  it('goes on where it cannot be kept, and says so', async () => {
    await startCluster(() => [5, 60]);
    const pty = crashtop([], '/dev/null');
    await pty.until((text) => text.includes('shop/api-1') && text.includes('no longer recorded'));
    pty.send('q');
    expect((await pty.exited).code).toBe(0);
  });
});

it('replay wants one of a file and --last', async () => {
  expect(await print('replay')).toMatchObject({ code: 2, stderr: expect.stringContaining('give a FILE') });
  expect(await print('replay', 'x', '--last')).toMatchObject({ code: 2, stderr: expect.stringContaining('exclude each other') });
});
