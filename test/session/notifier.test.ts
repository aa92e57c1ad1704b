import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/diagnosis/acknowledgement/alerts.ts';
import type { Problem } from '../../src/diagnosis/problems.ts';
import { notifyHowOf } from '../../src/session/alerting.ts';
import { Notifier, type NotifyHow } from '../../src/session/notifier.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import { problem } from '../support/problem-builder.ts';
import { untilSo } from '../support/real-time.ts';
import { NOW } from '../support/record-builder.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crashtop-notify-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function alertOf(summary: string): Alert {
  const { workload, cause } = problem({ cause: { summary } }) as Problem;
  return {
    event: 'loop',
    at: NOW,
    workload,
    pod: 'api-1',
    container: 'api',
    cause,
    restarts: 4,
    since: NOW,
    sinceIsBound: false,
    available: 0,
    desired: 2,
  };
}

function notifier(how: readonly NotifyHow[], env: NodeJS.ProcessEnv = {}) {
  const written: string[] = [];
  const notices: string[] = [];
  const stdout = new Writable({
    write: (chunk, _, done) => {
      written.push(String(chunk));
      done();
    },
  });
  const notify = (notice: string) => notices.push(notice);
  const it = new Notifier({ how, stdout, env: { PATH: process.env.PATH, ...env }, context: 'prod-eu', notify });
  return { it, written, notices };
}

describe('the ways to be told', () => {
  it('ring once for all that happened at once, and write each sequence whole', () => {
    const { it: told, written } = notifier([{ type: 'bell' }, { type: 'osc9' }, { type: 'osc777' }]);
    told.tell([]);
    told.tell([alertOf('exit 1: a;b'), alertOf('exit 2')]);
    const text = 'shop/api is crash-looping: exit 1';
    expect(written).toEqual([
      '\u0007',
      `\u001b]9;crashtop: ${text}: a;b (0/2 available)\u0007\u001b]9;crashtop: shop/api is crash-looping: exit 2 (0/2 available)\u0007`,
      expect.stringContaining(`\u001b]777;notify;crashtop;${text}: a,b (0/2 available)\u0007`),
    ]);
  });

  it('hold no control of a pod, and no secret', () => {
    const { it: told, written } = notifier([{ type: 'osc9' }]);
    told.tell([alertOf('x\u0007\u001b[2Jy\u009c password=not-a-real-password')]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly one sequence, and no control within
    expect(written.join('')).toMatch(/^\u001b\]9;[^\u0000-\u001f\u007f-\u009f]+\u0007$/);
    expect(written.join('')).not.toContain('not-a-real-password');
  });
});

describe('a program that is told', () => {
  it('gets the facts as variables and as JSON, and no shell reads them', async () => {
    const out = join(folder, 'told');
    const path = program('tell', `{ env | grep ^CRASHTOP_ | sort; cat; } > ${out}.part; mv ${out}.part ${out}`);
    const hostile = `$(touch ${folder}/owned) \`id\` "'; rm -rf x`;
    notifier([{ type: 'command', path }]).it.tell([alertOf(hostile)]);
    await untilSo(() => existsSync(out));
    const text = readFileSync(out, 'utf8');
    expect(text).toContain('CRASHTOP_EVENT=loop\n');
    expect(text).toContain('CRASHTOP_WORKLOAD=api\n');
    expect(text).toContain(`CRASHTOP_SUMMARY=${hostile}\n`);
    expect(JSON.parse(text.trim().split('\n').at(-1) as string)).toMatchObject({
      ...{
        schemaVersion: 1,
        event: 'loop',
        context: 'prod-eu',
        namespace: 'shop',
        workload: { kind: 'Deployment', name: 'api' },
      },
      cause: { id: 'app-error', summary: hostile },
    });
    expect(existsSync(join(folder, 'owned'))).toBe(false);
  });

  it('that fails or is not there is a notice, in one safe line', async () => {
    const { it: told, notices } = notifier([
      { type: 'command', path: program('fails', 'printf "no route\\033[2J\\nmore" >&2; exit 7') },
      { type: 'command', path: join(folder, 'is-not-there') },
    ]);
    told.tell([alertOf('exit 1')]);
    await untilSo(() => notices.length === 2);
    expect(notices.toSorted()).toEqual([
      expect.stringMatching(/fails: exit 7: no route␛\[2J$/),
      expect.stringMatching(/is-not-there: ENOENT$/),
    ]);
  });

  it.each(
    HOSTILE_TEXTS.map((text) => [JSON.stringify(text.slice(0, 30)), text]),
  )('ends no session by a long or odd text: %s', async (_, text) => {
    const out = join(folder, `odd-${Math.random()}`);
    const { it: told, notices } = notifier([
      { type: 'command', path: program('odd', `env > "${out}.part"; cat >> "${out}.part"; mv "${out}.part" "${out}"`) },
    ]);
    // Marks above a letter take no room on a screen, and as much as others in the environment.
    told.tell([alertOf(text.repeat(100) + '\u0301'.repeat(200_000))]);
    await untilSo(() => existsSync(out) || notices.length > 0);
    expect(notices).toEqual([]);
    const [json = ''] = readFileSync(out, 'utf8').trimEnd().split('\n').slice(-1);
    expect(JSON.parse(json).event).toBe('loop');
  });

  it.each([
    ['is too much for the system', 'x'.repeat(3_000_000), /E2BIG/],
    ['holds a NUL', 'a\0b', /ERR_INVALID_ARG_VALUE/],
  ])('is a notice where the environment %s', async (_, value, why) => {
    const { it: told, notices } = notifier([{ type: 'command', path: program('fine', 'exit 0') }], { BIG: value });
    told.tell([alertOf('exit 1')]);
    await untilSo(() => notices.length > 0);
    expect(notices).toEqual([expect.stringMatching(why)]);
  });

  it('need not read, may say much, and may leave something behind that holds its pipe', async () => {
    const left = join(folder, 'left');
    const { it: told, notices } = notifier([
      { type: 'command', path: program('deaf', 'exec 0<&-; exit 3') },
      { type: 'command', path: program('loud', 'head -c 5000000 /dev/zero | tr "\\0" y >&2; exit 4') },
      { type: 'command', path: program('parent', `sleep 300 & echo $! > ${left}; echo gone >&2; exit 5`) },
    ]);
    told.tell([alertOf('x'.repeat(1_000_000))]);
    await untilSo(() => notices.length === 3);
    process.kill(Number(readFileSync(left, 'utf8')));
    expect(notices.toSorted()).toEqual([
      expect.stringMatching(/deaf: exit 3$/),
      expect.stringMatching(/loud: exit 4: y{120}$/),
      expect.stringMatching(/parent: exit 5: gone$/),
    ]);
  });

  it('runs at most twice at once, and ends with the session', async () => {
    const pids = join(folder, 'pids');
    const { it: told, notices } = notifier([{ type: 'command', path: program('hangs', `echo $$ >> ${pids}; exec sleep 300`) }]);
    const running = () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n').map(Number) : []);
    told.tell(Array.from({ length: 60 }, () => alertOf('exit 1')));
    await untilSo(() => running().length === 2);
    // Of 60, what does not fit into the queue is said.
    expect(notices.length).toBeGreaterThanOrEqual(8);
    expect(notices[0]).toContain('is too slow; alert dropped: shop/api is crash-looping');
    told.stop();
    const isAlive = (pid: number) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    await untilSo(() => !running().some(isAlive));
    expect(running().length).toBe(2);
  });
});

describe('--notify', () => {
  it('knows its words, and refuses others before anything begins', () => {
    expect(notifyHowOf('osc777')).toEqual({ type: 'osc777' });
    expect(notifyHowOf(`command:${process.execPath}`)).toEqual({ type: 'command', path: process.execPath });
    for (const text of ['', 'Bell', 'command', 'command:', 'command:/is/not/there', `command:${folder}/tell --now`])
      expect(() => notifyHowOf(text)).toThrow(/--notify/);
  });
});
