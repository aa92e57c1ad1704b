import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLACES, TEXTS } from '../recording/redaction/secret-places.ts';
import { HEADER_LINE } from '../support/recordings.ts';

const BIN = fileURLToPath(new URL('../../bin/crashtop.js', import.meta.url));
const SECRETS = [...new Set(TEXTS.map(([, secret]) => secret))];

let folder = '';
let file = '';

/** A pod that loops, with a text at each place that a reader sees. */
function loopingPod(text: string, i: number) {
  const uid = `00000000-0000-4000-8000-00000000000${i}`;
  const containerID = `containerd://${`${i}`.repeat(64)}`;
  const ended = {
    exitCode: 1,
    reason: 'Error',
    message: text,
    startedAt: '2026-11-22T14:56:00Z',
    finishedAt: '2026-11-22T14:56:10Z',
  };
  return {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { name: `web-${i}`, namespace: 'shop', uid, creationTimestamp: '2026-11-22T14:50:00Z', labels: { note: text } },
    spec: { nodeName: 'a', restartPolicy: 'Always', containers: [{ name: 'c', image: text, command: ['sh', '-c', text] }] },
    status: {
      ...{ phase: 'Running', startTime: '2026-11-22T14:50:00Z', message: text },
      conditions: [{ type: 'Ready', status: 'False', reason: text, message: text }],
      containerStatuses: [
        {
          ...{
            name: 'c',
            image: text,
            ready: false,
            restartCount: 4,
            containerID,
            lastState: { terminated: { ...ended, containerID } },
          },
          state: { waiting: { reason: 'CrashLoopBackOff', message: text } },
        },
      ],
    },
  };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-redact-'));
  file = join(folder, 'raw.ndjson');
  const items = TEXTS.map(([text], i) => loopingPod(text, i));
  const snapshot = { t: 0, type: 'snapshot', kind: 'Pod', resourceVersion: '1', items };
  const logs = items.map(({ metadata, status }, i) => ({
    ...{ t: 1, type: 'log', namespace: 'shop', pod: metadata.name, uid: metadata.uid, container: 'c', previous: true },
    ...{ containerID: status.containerStatuses[0]?.containerID, text: `${TEXTS[i]?.[0]}\n`, truncated: false },
  }));
  const others = Object.values(PLACES).flatMap((make) => TEXTS.map(([text]) => ({ ...make(text), t: 2 })));
  writeFileSync(file, `${[HEADER_LINE, ...[snapshot, ...logs, ...others].map((line) => JSON.stringify(line))].join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { env, cwd: folder, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

const found = (text: string) => SECRETS.filter((secret) => text.includes(secret));

describe('a recording that masked nothing, with a secret at every place', () => {
  it('holds them', () => expect(found(readFileSync(file, 'utf8'))).toEqual(SECRETS));

  it.each([
    ['replay', '--once', '-o', 'json'],
    ['replay', '--once', '-o', 'wide'],
    ['replay', '--runs'],
    ['report', '-o', '-', '--format', 'md'],
    ['report', '-o', '-', '--format', 'html'],
    ['report', '-o', '-', '--format', 'json'],
    ['report', '-o', '-', '--format', 'openmetrics'],
    ['check', '-o', 'json', '--junit', 'junit.xml'],
    ['shot', '--view', 'why', '-o', '-'],
    ['shot', '--view', 'logs', '-o', '-'],
    ['shot', '--view', 'spec', '-o', '-'],
  ])('shows none of them by %s %s %s %s', (command, ...args) => {
    const { stdout, stderr } = run(command as string, file, ...args);
    expect(stdout.length).toBeGreaterThan(50);
    expect(found(stdout + stderr)).toEqual([]);
    if (args.includes('--junit')) expect(found(readFileSync(join(folder, 'junit.xml'), 'utf8'))).toEqual([]);
  });

  it('shows none of them by explain', () => {
    const { code, stdout } = run('explain', 'web-0', '-n', 'shop', '--file', file);
    expect([code, stdout.includes('web-0'), found(stdout)]).toEqual([0, true, []]);
  });
});

describe('crashtop redact', () => {
  it('writes a whole recording without secrets, and tells how many there were, but not which where no terminal is', () => {
    const out = join(folder, 'out.ndjson');
    const { code, stderr } = run('redact', file, '-o', out);
    expect([code, statSync(out).mode & 0o777]).toEqual([0, 0o600]);
    expect(stderr).toMatch(/^ {2}password: \d+ secrets? at \d+ places$/m);
    expect(stderr).not.toContain('characters');
    expect(found(readFileSync(out, 'utf8') + stderr)).toEqual([]);
    // Its end line holds: a reader that verifies it has nothing to say.
    expect(run('replay', out, '--once').stderr).toBe('');
    const again = join(folder, 'again.ndjson');
    expect(run('redact', out, '-o', again).stderr).toContain('no secrets found');
    expect(readFileSync(again, 'utf8')).toBe(readFileSync(out, 'utf8'));
  });

  it('tells of each secret at most three characters and its length on a terminal', () => {
    const out = join(folder, 'terminal.ndjson');
    const command = [process.execPath, BIN, 'redact', file, '-o', out].join(' ');
    const shown = execFileSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    expect(shown).toMatch(/Xq7… \(12 characters\) at \d+ places/);
    expect(found(shown)).toEqual([]);
  });

  it('keeps under strict neither names nor logs', () => {
    const out = join(folder, 'strict.ndjson.gz');
    expect(run('redact', file, '-o', out, '--redact', 'strict').code).toBe(0);
    const { stdout } = run('replay', out, '--once', '-o', 'json');
    expect([stdout.includes('web-0'), found(stdout)]).toEqual([false, []]);
  });

  it('redacts what kubectl printed, as JSON that can be read again', () => {
    const list = join(folder, 'list.json');
    const out = join(folder, 'pods.json');
    const items = TEXTS.map(([text], i) => loopingPod(text, i));
    writeFileSync(
      list,
      JSON.stringify(
        { apiVersion: 'v1', kind: 'List', items: [...items, { kind: 'Service', spec: { x: 'Xq7hunter2Zz' } }] },
        null,
        2,
      ),
    );
    const { code, stderr } = run('redact', list, '-o', out);
    expect([code, found(readFileSync(out, 'utf8'))]).toEqual([0, []]);
    expect(stderr).toContain('omitted 1 object');
    expect(JSON.parse(run('replay', out, '--once', '-o', 'json').stdout).pods.length).toBe(TEXTS.length);
  });

  it.each([
    'standard',
    'strict',
  ])('keeps under %s of ConfigMaps and Secrets that kubectl printed who wrote them when, and no data', (how) => {
    const list = join(folder, `configs-${how}.json`);
    const out = join(folder, `configs-${how}-redacted.json`);
    const data = { password: 'Xq7hunter2Zz' };
    const configs = ['ConfigMap', 'Secret'].map((kind) => ({
      ...{ apiVersion: 'v1', kind, data, stringData: data },
      metadata: {
        ...{ name: 'db-of-shop', namespace: 'shop', uid: `uid-${kind}`, labels: data },
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data }) },
        managedFields: [{ manager: 'kubectl-edit', time: '2026-11-22T15:00:00Z', fieldsV1: { 'f:data': { 'f:password': {} } } }],
      },
    }));
    writeFileSync(list, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [loopingPod('x', 0), ...configs] }));
    expect(run('redact', list, '-o', out, '--redact', how).code).toBe(0);
    const text = readFileSync(out, 'utf8');
    const kept = JSON.parse(text).items.slice(1);
    expect(kept.map((config: { metadata: object }) => Object.keys(config.metadata))).toEqual([
      ['name', 'namespace', 'uid', 'managedFields'],
      ['name', 'namespace', 'uid', 'managedFields'],
    ]);
    const writes = [{ manager: 'kubectl-edit', time: '2026-11-22T15:00:00Z', fieldsV1: { 'f:data': {} } }];
    for (const { metadata } of kept) expect(metadata.managedFields).toEqual(writes);
    expect(text).not.toMatch(/Xq7|password|last-applied/);
    expect(text.includes('db-of-shop')).toBe(how === 'standard');
  });

  it('replaces no file, and says what is wrong in one line', () => {
    expect(run('redact', file, '-o', file)).toMatchObject({ code: 2, stderr: expect.stringMatching(/already exists/) });
    expect(run('redact', join(folder, 'missing'), '-o', join(folder, 'x'))).toMatchObject({
      ...{ code: 2, stderr: expect.stringMatching(/^crashtop: .*no such file\n$/) },
    });
  });
});
