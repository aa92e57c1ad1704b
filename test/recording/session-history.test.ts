import { createReadStream } from 'node:fs';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { copyRecording } from '../../src/recording/copy-recording.ts';
import type { RecordingLine } from '../../src/recording/line.ts';
import {
  clusterDirectory,
  DEFAULT_HISTORY,
  partLimits,
  pruneSessions,
  sessionFileName,
  sessionFiles,
} from '../../src/recording/session-files.ts';
import { SessionHistory } from '../../src/recording/session-history.ts';
import { systemNow } from '../support/real-time.ts';
import { podObject, readAll, STARTED_AT } from '../support/recordings.ts';

const HEADER = {
  startedAt: STARTED_AT,
  source: { kind: 'cluster', context: 'prod-eu', serverVersion: 'v1.35.4', namespaces: null, selector: null },
  tool: 'crashtop 0.1.0',
};
const DAY = 24 * 60 * 60_000;

let root = '';
beforeEach(async () => {
  root = await files.mkdtemp(join(tmpdir(), 'crashtop-history-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await files.chmod(root, 0o700);
  await files.rm(root, { recursive: true });
});

function begin(options: Partial<ConstructorParameters<typeof SessionHistory>[0]> = {}) {
  const failures: string[] = [];
  const history = new SessionHistory({
    directory: join(root, 'crashtop', 'prod'),
    header: HEADER,
    logs: 'none',
    clock: { now: () => STARTED_AT + 1000 },
    pid: 7,
    onFailure: (message) => failures.push(message),
    ...options,
  });
  return { history, failures };
}

/** Lets so many ms pass for the timers, and the disk and the compressor do in each what they have to do. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed++) {
    vi.advanceTimersByTime(1);
    // They work for whoever asks in the order in which they are asked.
    for (let i = 0; i < 8; i++) await files.stat(root);
  }
}

const read = (path: string) => readAll(createReadStream(path));
const marker = (t: number): RecordingLine => ({ t: STARTED_AT + t, type: 'marker', name: `${t}` });
const log: RecordingLine = {
  t: STARTED_AT,
  type: 'log',
  namespace: 'shop',
  pod: 'web',
  uid: 'u',
  container: 'web',
  text: 'password=x1',
};

describe('a session that writes itself', () => {
  it('is a recording, redacted, without logs, for its owner alone', async () => {
    const { history, failures } = begin();
    const pod = podObject('web', 'u', { spec: { containers: [{ name: 'web', env: [{ name: 'PASSWORD', value: 'x1' }] }] } });
    history.take({ t: STARTED_AT, type: 'snapshot', kind: 'Pod', items: [pod] });
    history.take(log);
    history.take(marker(40));
    await history.end();
    expect(failures).toEqual([]);
    const [path = ''] = history.files;
    expect(path).toBe(join(root, 'crashtop', 'prod', '20261122T145748931Z-7.01.ndjson.gz'));
    const outcome = await read(path);
    expect(outcome).toMatchObject({ error: null, notices: [], endedAt: 1000, header: { redaction: 'standard' } });
    expect(outcome.lines.map(({ line }) => line.type)).toEqual(['snapshot', 'marker']);
    expect(JSON.stringify(outcome.lines.map(({ line }) => line))).not.toContain('x1');
    const mode = async (name: string) => (await files.stat(name)).mode & 0o777;
    expect([await mode(path), await mode(join(root, 'crashtop')), await mode(join(root, 'crashtop', 'prod'))]).toEqual([
      0o600, 0o700, 0o700,
    ]);
  });

  it('holds logs where they are asked for, masked', async () => {
    const { history } = begin({ logs: 'all' });
    history.take(log);
    await history.end();
    const { lines } = await read(history.files[0] ?? '');
    expect(lines.map(({ line }) => line)).toMatchObject([{ type: 'log', text: 'password=[redacted]' }]);
  });

  it('holds of a log the telling line and the last 20 by default, masked before it is cut', async () => {
    const key = Array.from({ length: 30 }, (_, i) => `${i}`.padStart(2, '0').repeat(32));
    const long = ['panic: cannot open /data/db', '-----BEGIN PRIVATE KEY-----', ...key, '-----END PRIVATE KEY-----', 'bye'];
    const { history } = begin({ logs: 'last' });
    history.take({ ...log, text: [...long.slice(0, 1), ...Array.from({ length: 40 }, (_, i) => `line ${i}`)].join('\n') });
    history.take({ ...log, text: long.join('\n') });
    await history.end();
    const { lines } = await read(history.files[0] ?? '');
    const texts = lines.flatMap(({ line }) => (line.type === 'log' ? [line.text?.split('\n') ?? []] : []));
    expect(texts.map((text) => [text.length, text[0], text.at(-1)])).toEqual([
      [21, 'panic: cannot open /data/db', 'line 39'],
      [3, 'panic: cannot open /data/db', 'bye'],
    ]);
    expect(texts[1]?.[1]).toBe('[redacted]');
  });

  it('cuts a long list into pages, and loses none of it', async () => {
    const { history } = begin();
    const items = Array.from({ length: 350 }, (_, i) => podObject(`p${i}`, `u${i}`));
    history.take({ t: STARTED_AT, type: 'snapshot', kind: 'Pod', items });
    await history.end();
    const snapshots = (await read(history.files[0] ?? '')).lines
      .map(({ line }) => line)
      .filter((line) => line.type === 'snapshot');
    expect(snapshots.map(({ items, more = false }) => [items.length, more])).toEqual([
      [100, true],
      [100, true],
      [100, true],
      [50, false],
    ]);
  });

  it('goes on in another file, and its oldest files go when there are too many', async () => {
    const { history } = begin({ limits: { bytes: 20_000, keptForMs: DAY }, flushEveryMs: 1 });
    for (let i = 0; i < 60; i++) {
      for (let j = 0; j < 5; j++) history.take({ t: STARTED_AT + i, type: 'marker', name: `${i} ${Math.random()}` });
      await history.flush();
    }
    await history.end();
    expect(history.files.length).toBeGreaterThan(2);
    const directory = join(root, 'crashtop', 'prod');
    expect((await sessionFiles(directory)).map((f) => [f.path, f.part])).toEqual(history.files.map((path, i) => [path, i + 1]));
    await pruneSessions(directory, history.files.slice(-1), systemNow(), { bytes: 3000, keptForMs: DAY });
    const left = (await sessionFiles(directory)).map((f) => f.path);
    expect(left).toEqual(history.files.slice(-left.length));
    expect(left.length).toBeLessThan(history.files.length);
    await pruneSessions(directory, history.files.slice(-1), systemNow() + 8 * DAY, DEFAULT_HISTORY);
    expect((await sessionFiles(directory)).map((f) => f.path)).toEqual(history.files.slice(-1));
  });

  it('takes no more than it may, however long it lasts, and what is left of it can be read', async () => {
    const { history } = begin({ limits: { bytes: 6000, keptForMs: DAY }, flushEveryMs: 1 });
    for (let i = 0; i < 200; i++) {
      for (let j = 0; j < 5; j++) history.take({ t: STARTED_AT + i, type: 'marker', name: `${i} ${Math.random()}` });
      await history.flush();
    }
    await history.end();
    const left = await sessionFiles(join(root, 'crashtop', 'prod'));
    expect(left.map((f) => f.path)).toEqual(history.files);
    expect(left[0]?.part).toBeGreaterThan(5);
    // The newest part is not counted before it is whole.
    expect(left.reduce((sum, f) => sum + f.size, 0)).toBeLessThan(6000 + 2 * 600 + 500);
    for (const path of history.files) expect((await read(path)).error).toBeNull();
    const copy = join(root, 'copy.ndjson');
    expect((await copyRecording(history.files, copy, STARTED_AT + 300)).lines).toBeGreaterThan(100);
    expect((await read(copy)).error).toBeNull();
  });

  it('goes on in another file after a tenth of the time for which it is kept', async () => {
    const { history } = begin({ limits: { bytes: 1e9, keptForMs: DAY } });
    for (let hour = 0; hour < 12; hour++) history.take(marker(hour * 3_600_000));
    await history.end();
    // After 2.4 hours: at the third, the sixth, and so on.
    expect(history.files).toHaveLength(4);
    const hours = await Promise.all(history.files.map(async (path) => (await read(path)).lines.length));
    expect(hours).toEqual([3, 3, 3, 3]);
    expect(partLimits(DEFAULT_HISTORY)).toEqual({ bytes: 8_000_000, ms: DAY - 7.2 * 3_600_000 });
  });

  it('leaves the first moments to the screen', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { history } = begin({ flushEveryMs: 1 });
    const items = Array.from({ length: 500 }, (_, i) => podObject(`web-${i}`, String(i)));
    const list: RecordingLine = { t: STARTED_AT, type: 'snapshot', kind: 'Pod', more: true, items };
    history.take(list);
    await history.room();
    await pass(400);
    const [file] = history.files;
    expect((await files.readFile(file as string)).length).toBeLessThan(1000);
    await pass(200);
    expect((await files.readFile(file as string)).length).toBeGreaterThan(2000);
    await history.end();
    const { lines } = await read(file as string);
    expect(lines.flatMap(({ line }) => (line.type === 'snapshot' ? line.items : []))).toHaveLength(500);
  });

  it('begins at once where it ends, or is to be saved', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const [{ history: ended }, { history: saved }] = [begin(), begin({ pid: 8 })];
    for (const history of [ended, saved]) history.take(marker(1));
    await ended.end();
    await saved.flush();
    for (const { files } of [ended, saved])
      expect((await read(files[0] as string)).lines.map(({ line }) => line.type)).toContain('marker');
  });

  it('begins sooner where much waits', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { history } = begin({ flushEveryMs: 1 });
    const items = Array.from({ length: 1500 }, (_, i) => podObject(`web-${i}`, String(i)));
    history.take({ t: STARTED_AT, type: 'snapshot', kind: 'Pod', items });
    await pass(100);
    expect((await files.readFile(history.files[0] as string)).length).toBeGreaterThan(2000);
    await history.end();
  });

  it('says once that it cannot be kept, and is no trouble after that', async () => {
    await files.writeFile(join(root, 'crashtop'), 'a file where the directory should be');
    const { history, failures } = begin();
    history.take(marker(1));
    await history.flush();
    history.take(marker(2));
    await history.end();
    expect(failures).toEqual([expect.stringMatching(/^this session is no longer recorded: .*(EEXIST|ENOTDIR)/)]);
    expect(history.files).toEqual([]);
  });

  it('keeps two clusters apart whose contexts have one name, and takes no path from a context', () => {
    const [a, b] = [clusterDirectory('prod', 'https://a'), clusterDirectory('prod', 'https://b')];
    expect(a).not.toBe(b);
    expect(a).toMatch(/^prod-[0-9a-f]{8}$/);
    expect(clusterDirectory('../../etc/passwd', 'https://a')).toMatch(/^-[^/]*-etc-passwd-[0-9a-f]{8}$/);
    expect(clusterDirectory('arn:aws:eks:eu/prod', 'https://a')).toMatch(/^arn-aws-eks-eu-prod-/);
    expect(sessionFileName(STARTED_AT, 1, 2)).toBe('20261122T145748931Z-1.02.ndjson.gz');
  });
});

describe('a session that is killed', () => {
  // Whatever is in the file is what a kill leaves. Lines are numbered: of all that was taken a second before, none may be missing.
  it.each([700, 1300, 2100])('after %d ms has lost nothing that it took a second before', async (killedAfter) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let now = STARTED_AT;
    const { history } = begin({ clock: { now: () => now } });
    let taken = 0;
    let owed = 0;
    for (let ms = 0; ms < killedAfter; ms += 5) {
      for (let i = 0; i < 5; i++) history.take(marker(taken++));
      if (ms <= killedAfter - 1000) owed = taken;
      now += 5;
      await pass(5);
    }
    const { lines, error } = await read(history.files[0] as string);
    expect(error).toBeNull();
    const names = lines.map(({ line }) => (line.type === 'marker' ? Number(line.name) : -1));
    expect(names).toEqual(names.map((_, i) => i));
    expect(names.length).toBeGreaterThanOrEqual(owed);
    if (killedAfter > 1200) expect(owed).toBeGreaterThan(0);
    await history.end();
  });
});
