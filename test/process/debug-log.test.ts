import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DebugLog, type DebugLogOptions } from '../../src/process/debug-log.ts';
import { eventually } from '../support/real-time.ts';

// Only to put a file there whose disk is full.
vi.mock(import('node:fs/promises'), async (actual) => {
  const real = await actual();
  return { ...real, open: vi.fn(real.open) };
});

const NOW = Date.parse('2026-11-22T15:00:00.120Z');

let directory = '';
beforeEach(async () => {
  directory = await files.mkdtemp(join(tmpdir(), 'crashtop-debug-log-'));
});
afterEach(async () => {
  await files.rm(directory, { recursive: true });
});

const path = (name = 'debug.log') => join(directory, name);

async function openLog(options: Partial<DebugLogOptions> = {}) {
  const ends: string[] = [];
  const log = await DebugLog.open(path(), { clock: { now: () => NOW }, onEnd: (why) => ends.push(why), ...options });
  return { log, ends };
}

describe('a debug log', () => {
  it('has a line for each thing that it is told, with its time, and is for its owner alone', async () => {
    const { log, ends } = await openLog();
    log.write('request', 'GET /api/v1/pods 200 whole 34 ms 12345 bytes');
    log.write('frame', '3.2 ms');
    await log.close();
    expect(await files.readFile(path(), 'utf8')).toBe(
      '2026-11-22T15:00:00.120Z request GET /api/v1/pods 200 whole 34 ms 12345 bytes\n' +
        '2026-11-22T15:00:00.120Z frame 3.2 ms\n',
    );
    expect((await files.stat(path())).mode & 0o777).toBe(0o600);
    expect([ends, log.endedBecause]).toEqual([[], null]);
  });

  it('can be read while it grows', async () => {
    const { log } = await openLog();
    log.write('frame', '3.2 ms');
    await eventually(async () => expect(await files.readFile(path(), 'utf8')).toContain('frame'));
    await log.close();
  });

  it('has no part of a secret, and no character that a terminal obeys', async () => {
    const { log } = await openLog();
    const secret = 'sha256~AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG';
    log.write('request', `GET /x?access_token=${secret} \u001b[31m\n${'x'.repeat(420)} token: ${secret}`);
    await log.close();
    const text = await files.readFile(path(), 'utf8');
    expect(text).not.toContain(secret.slice(7, 15));
    expect(text.split('\n')).toHaveLength(2);
    expect(text).not.toContain('\u001b');
  });

  it('is never written into a file that is there, nor through a link', async () => {
    await files.writeFile(path(), 'mine');
    const message = `${path()} already exists: choose another name, or remove it first`;
    await expect(openLog()).rejects.toThrow(message);
    expect(await files.readFile(path(), 'utf8')).toBe('mine');
    await files.rm(path());
    await files.symlink(path('elsewhere'), path());
    await expect(openLog()).rejects.toThrow(message);
    expect(await files.readdir(directory)).toEqual(['debug.log']);
  });

  it('ends at its bound, and says so once, in the file and to whoever opened it', async () => {
    const { log, ends } = await openLog({ bytes: 1000 });
    for (let i = 0; i < 100; i++) log.write('frame', '3.2 ms');
    await log.close();
    const text = await files.readFile(path(), 'utf8');
    expect(text.length).toBeLessThan(1200);
    expect(text.trimEnd()).toMatch(/Z log ends here: the size limit is reached$/);
    expect(ends).toEqual([`${path()} has reached its size limit: the debug log ends here`]);
    expect(log.endedBecause).toBe(ends[0]);
  });

  it('ends where the disk is full, says so once, and holds up nobody', async () => {
    const disk = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' })),
    });
    vi.mocked(files.open).mockResolvedValueOnce({ createWriteStream: () => disk } as unknown as files.FileHandle);
    const { log, ends } = await openLog();
    for (let i = 0; i < 3; i++) {
      log.write('frame', '3.2 ms');
      await new Promise(setImmediate);
    }
    await log.close();
    expect(ends).toEqual([`${path()}: the disk is full; the debug log ends here`]);
  });

  it('keeps little in memory while the disk is slow, and says how many lines are missing', async () => {
    let go = () => {};
    const written: string[] = [];
    const disk = new Writable({
      write(chunk, _encoding, done) {
        written.push(String(chunk));
        go = done;
      },
    });
    vi.mocked(files.open).mockResolvedValueOnce({ createWriteStream: () => disk } as unknown as files.FileHandle);
    const { log } = await openLog();
    for (let i = 0; i < 10_000; i++) log.write('request', 'x'.repeat(400));
    expect(disk.writableLength).toBeLessThan(1_100_000);
    while (disk.writableLength > 0) {
      go();
      await new Promise(setImmediate);
    }
    log.write('frame', '3.2 ms');
    go();
    await new Promise(setImmediate);
    expect(written.join('')).toMatch(/log \d+ lines are missing: the disk is slow\n.*frame 3\.2 ms\n$/);
  });
});
