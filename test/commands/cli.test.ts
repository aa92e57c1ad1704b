import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Snapshot } from '../../src/report/json/snapshot.ts';
import { fixture, truthOf } from '../support/recorded.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));
const ZOO = fixture('recordings/zoo.ndjson.gz');

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program as a script does: no terminal. */
function crashtop(
  args: readonly string[],
  { input = '', env = {} }: { input?: string | Buffer; env?: NodeJS.ProcessEnv } = {},
): Promise<Result> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [BIN, ...args],
      { maxBuffer: 1 << 28, env: { ...process.env, KUBECONFIG: '', HOME: folder, ...env } },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr }),
    );
    // A program that refuses its input does not read it.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const zoo = () => gunzipSync(readFileSync(ZOO)).toString();
const header = () => zoo().slice(0, zoo().indexOf('\n') + 1);

describe('replay, for programs', () => {
  it('prints the snapshot of one moment', async () => {
    const { code, stdout, stderr } = await crashtop(['replay', ZOO, '--at', '10m', '-o', 'json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, at: '2026-11-22T15:07:48.931Z', counts: { pods: 52 } });
  });

  it('prints one moment a line for each --at, in the order given, and takes every form of a time', async () => {
    const args = ['--at', '90s', '--at', 'end', '--at', '2026-11-22T15:00:00Z', '--at', '1h'];
    const { stdout } = await crashtop(['replay', ZOO, ...args, '-o', 'ndjson']);
    const moments = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Snapshot).at);
    // After the last arrival the state stays, and the clock reads the time that was asked for.
    expect(moments).toEqual([
      '2026-11-22T14:59:18.931Z',
      '2026-11-22T15:38:18.259Z',
      '2026-11-22T15:00:00.000Z',
      '2026-11-22T15:57:48.931Z',
    ]);
  });

  it('prints a moment each so often, from the start, the end included', async () => {
    const { stdout } = await crashtop(['replay', ZOO, '--every', '15m', '-o', 'ndjson']);
    const moments = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Snapshot).at);
    expect(moments).toEqual([
      '2026-11-22T14:57:48.931Z',
      '2026-11-22T15:12:48.931Z',
      '2026-11-22T15:27:48.931Z',
      '2026-11-22T15:38:18.259Z',
    ]);
  });

  it('prints every run of the recording, deleted pods included', async () => {
    const { stdout } = await crashtop(['replay', ZOO, '--runs', '-o', 'ndjson']);
    const runs = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { containerID: string; uid: string; pod: string });
    const ids = runs.map((r) => r.containerID);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { containerID, uid, pod } of truthOf('zoo').values()) {
      expect(runs.find((r) => r.containerID === containerID)).toMatchObject({ uid, pod });
    }
  });

  it('prints a plain table to a pipe, with nothing in it that moves a cursor', async () => {
    const { code, stdout } = await crashtop(['replay', ZOO, '--at', '10m']);
    expect(code).toBe(0);
    expect(stdout).toContain('hostile');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });

  it('takes what kubectl prints, from a file and from standard input', async () => {
    for (const name of ['list', 'watch-events', 'watch-plain']) {
      const packed = fixture(`recordings/kubectl/${name}.json.gz`);
      const fromFile = await crashtop(['replay', packed, '-o', 'json']);
      const piped = await crashtop(['replay', '-', '-o', 'json'], { input: gunzipSync(readFileSync(packed)) });
      expect([fromFile.code, piped.code]).toEqual([0, 0]);
      const [a, b] = [JSON.parse(fromFile.stdout) as Snapshot, JSON.parse(piped.stdout) as Snapshot];
      expect(a.counts.looping).toBeGreaterThan(0);
      expect(b.counts).toEqual(a.counts);
      expect(b.at).toBe(a.at);
    }
  });

  it('ends quietly when nobody reads on', async () => {
    const child = execFile('/bin/sh', [
      '-c',
      `"${process.execPath}" "${BIN}" replay "${ZOO}" --every 1s -o ndjson | head -c 100`,
    ]);
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    await new Promise((resolve) => child.on('close', resolve));
    expect(stderr).toBe('');
  });
});

describe('bad input is told in one line, with an exit code, and nothing is printed', () => {
  const cases: [string, () => { args: string[]; input?: string | Buffer; env?: NodeJS.ProcessEnv }, number, RegExp][] = [
    ['a missing file', () => ({ args: ['replay', join(folder, 'none.ndjson')] }), 2, /none\.ndjson: no such file/],
    ['an empty file', () => ({ args: ['replay', file('empty.ndjson', '')] }), 2, /is empty/],
    ['empty standard input', () => ({ args: ['replay', '-'] }), 2, /standard input is empty/],
    ['a directory', () => ({ args: ['replay', folder] }), 2, /directory/],
    ['a foreign file', () => ({ args: ['replay', file('notes.txt', 'hello\n')] }), 2, /neither a crashtop recording/],
    [
      'a newer recording',
      () => ({ args: ['replay', file('new.ndjson', header().replace('"version":1', '"version":2'))] }),
      2,
      /newer crashtop/,
    ],
    [
      'a broken line',
      () => ({ args: ['replay', file('broken.ndjson', `${header()}{"t":1,\n{"t":2,"type":"marker","name":"x"}\n`)] }),
      2,
      /broken\.ndjson:2/,
    ],
    ['damaged gzip data', () => ({ args: ['replay', file('damaged.ndjson.gz', damaged())] }), 2, /damaged/],
    ['a time that is none', () => ({ args: ['replay', ZOO, '--at', 'noon', '-o', 'json'] }), 2, /--at: "noon" is not a time/],
    [
      'a time before the start',
      () => ({ args: ['replay', ZOO, '--at', '2020-01-01T00:00:00Z', '-o', 'json'] }),
      2,
      /before the start/,
    ],
    ['several times in one JSON', () => ({ args: ['replay', ZOO, '--at', '1s', '--at', '2s', '-o', 'json'] }), 2, /-o ndjson/],
    ['an unknown option', () => ({ args: ['--frobnicate'] }), 2, /unknown option '--frobnicate'/],
    ['an unknown command', () => ({ args: ['frobnicate'] }), 2, /frobnicate|too many arguments/],
    ['an unknown format', () => ({ args: ['--once', '-o', 'yaml'] }), 2, /Allowed choices/],
    ['an unknown demo', () => ({ args: ['demo', 'nope'] }), 2, /no demo is named "nope".*bad-rollout/],
    ['a speed that is none', () => ({ args: ['replay', ZOO, '--speed', '3'] }), 2, /use one of/],
    ['-n and -A together', () => ({ args: ['-n', 'a', '-A', '--kubeconfig', kubeconfig()] }), 2, /exclude each other/],
    ['no kubeconfig', () => ({ args: ['--once'] }), 2, /kubeconfig/],
    [
      'a kubeconfig that does not parse',
      () => ({ args: ['--kubeconfig', file('bad.yaml', '{"clusters": [')] }),
      2,
      /does not parse/,
    ],
    [
      'an unknown context',
      () => ({ args: ['--context', 'nope', '--kubeconfig', kubeconfig()] }),
      2,
      /"nope" is not a context.*it has here/,
    ],
    [
      'a server that refuses the connection',
      () => ({ args: ['--kubeconfig', kubeconfig()] }),
      3,
      /cannot reach https:\/\/127\.0\.0\.1:1 .*connection refused/,
    ],
    [
      'a recording that has no room',
      () => ({ args: ['record', '-o', join(folder, 'none/x.ndjson'), '--kubeconfig', kubeconfig()] }),
      3,
      /./,
    ],
  ];

  it.each(cases)('%s', async (_, given, expectedCode, message) => {
    const { args, input, env } = given();
    const { code, stdout, stderr } = await crashtop(args, {
      ...(input === undefined ? {} : { input }),
      ...(env === undefined ? {} : { env }),
    });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^crashtop: /);
    expect(stdout).toBe('');
    expect(code).toBe(expectedCode);
  });

  it('shows the stack only where it was asked for', async () => {
    const { stderr } = await crashtop(['--debug', 'replay', join(folder, 'none.ndjson')]);
    expect(stderr).toMatch(/\n\s+at /);
  });
});

describe('a recording that was cut off', () => {
  it('is read as far as it goes, and the cut is told', async () => {
    const text = zoo();
    const cut = file('cut.ndjson', text.slice(0, Math.floor(text.length / 2)));
    const { code, stdout, stderr } = await crashtop(['replay', cut, '-o', 'json']);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Snapshot).counts.looping).toBeGreaterThan(0);
    expect(stderr).toMatch(/last line is cut off/);
  });
});

describe('help', () => {
  it('has examples, exit codes and every command', async () => {
    const { code, stdout } = await crashtop(['--help']);
    expect(code).toBe(0);
    for (const word of [
      'Examples:',
      'Exit codes:',
      'demo',
      'replay',
      'record',
      '--context',
      '--kubeconfig',
      '-n,',
      '-A,',
      '-l,',
    ]) {
      expect(stdout).toContain(word);
    }
  });

  it('lists the demos with their stories', async () => {
    const { stdout } = await crashtop(['demo', '--list']);
    for (const name of ['bad-rollout', 'oom-and-dependency', 'recovery']) expect(stdout).toContain(name);
  });

  it('prints each demo at its interesting moment, from files below 400 kB without a secret', async () => {
    for (const name of ['bad-rollout', 'oom-and-dependency', 'recovery']) {
      const path = fileURLToPath(new URL(`../../demo-data/${name}.ndjson.gz`, import.meta.url));
      expect(statSync(path).size).toBeLessThan(400_000);
      expect(gunzipSync(readFileSync(path)).toString()).not.toMatch(/not-a-real-/);
      const { code, stdout } = await crashtop(['demo', name, '-o', 'json']);
      expect(code).toBe(0);
      expect((JSON.parse(stdout) as Snapshot).counts.looping).toBeGreaterThan(0);
    }
  });
});

function damaged(): Buffer {
  const bytes = gzipSync(zoo());
  const middle = bytes.length >> 1;
  bytes.fill(0xff, middle, middle + 64);
  return bytes;
}

function kubeconfig(): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'here', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'me', user: { token: 't' } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
    'current-context': 'here',
  };
  return file('kubeconfig', JSON.stringify(config));
}
