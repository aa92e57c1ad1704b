import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));
const SPY = '[process.execArgv.join(),process.env.MALLOC_MMAP_THRESHOLD_,process.env.MALLOC_ARENA_MAX].join()';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-bin-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs it where there is no cluster. @returns what each start of the process had: the options of Node, and the variables. */
function startsOf(args: readonly string[], env: NodeJS.ProcessEnv = {}): string[] {
  const { stderr } = spawnSync(process.execPath, [BIN, ...args], {
    encoding: 'utf8',
    env: {
      ...process.env,
      HOME: folder,
      XDG_STATE_HOME: folder,
      KUBECONFIG: join(folder, 'none'),
      KUBERNETES_SERVICE_HOST: '',
      NODE_OPTIONS: `--import=data:text/javascript,console.error('start,'+${SPY})`,
      ...env,
    },
  });
  return stderr.split('\n').filter((line) => line.startsWith('start,'));
}

const AS_STARTED = 'start,,,';
const FRUGAL = 'start,--max-semi-space-size=4,--min-semi-space-size=4,--heap-growing-percent=70,131072,1';

// Where the system cannot start a process anew in its place, everything runs as it was started.
describe.runIf(process.execve !== undefined)('a session that watches a cluster', () => {
  it.each([
    [[]],
    [['-n', 'demo']],
    [['--context', 'history']],
    [['record', '-n', 'replay', '-o', '-']],
    [['check', '-n', 'shop']],
    [['metrics', '--listen', '127.0.0.1:0']],
    [['report', '--for', '1s']],
    [['report', '-n', 'shop', '--for=1s']],
  ])('starts anew with little memory: %j', (args) => {
    expect(startsOf(args)).toEqual([AS_STARTED, FRUGAL]);
  });

  it.each([
    [['--help']],
    [['-h']],
    [['--version']],
    [['-V']],
    [['demo', '--list']],
    [['replay', 'none.ndjson', '-o', 'json']],
    [['history']],
    [['explain', '--list']],
    [['report', 'none.ndjson', '--to', '1m']],
    [['shot', 'none.ndjson', '-o', '-', '--format', 'txt']],
    [['no-such-command']],
  ])('is another thing than %j, which starts once', (args) => {
    expect(startsOf(args)).toEqual([AS_STARTED]);
  });

  it('leaves it to whoever chose how much memory there is', () => {
    expect(startsOf(['check'], { MALLOC_ARENA_MAX: '4' }).map((start) => start.at(-1))).toEqual(['4', '4']);
    const options = `--max-semi-space-size=16 --import=data:text/javascript,console.error('start,'+${SPY})`;
    expect(startsOf(['check'], { NODE_OPTIONS: options })).toEqual([AS_STARTED]);
  });
});

describe('what a session starts itself', () => {
  /** What a credential plug-in finds in its environment. */
  function environmentOfPlugIn(env: NodeJS.ProcessEnv): string[] {
    const [command, found, kubeconfig] = ['login', 'environment', 'kubeconfig'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(command, `#!/bin/sh\nenv > '${found}'\nexit 1\n`);
    chmodSync(command, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never' };
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        'current-context': 'c',
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:9' } }],
        users: [{ name: 'u', user: { exec } }],
      }),
    );
    expect(startsOf(['check'], { KUBECONFIG: kubeconfig, ...env })).not.toEqual([]);
    return readFileSync(found, 'utf8')
      .split('\n')
      .filter((line) => /^\w*MALLOC/.test(line));
  }

  it('has the environment that crashtop was given', () => {
    expect(environmentOfPlugIn({})).toEqual([]);
    expect(environmentOfPlugIn({ MALLOC_ARENA_MAX: '4' })).toEqual(['MALLOC_ARENA_MAX=4']);
  });
});
