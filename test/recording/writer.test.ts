import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, Writable } from 'node:stream';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordingHeader } from '../../src/recording/header.ts';
import { InputError } from '../../src/recording/input-error.ts';
import type { RecordingLine } from '../../src/recording/line.ts';
import { OutputError } from '../../src/recording/output-error.ts';
import { redactLine } from '../../src/recording/redaction/standard.ts';
import { RecordingWriter, type WriterOptions } from '../../src/recording/writer.ts';
import { eventually } from '../support/real-time.ts';
import { anyLines, podObject, rawLinesOf, readAll, STARTED_AT } from '../support/recordings.ts';

// Only to put a file there whose disk is full.
vi.mock(import('node:fs/promises'), async (actual) => {
  const real = await actual();
  return { ...real, open: vi.fn(real.open) };
});

const HEADER: Omit<RecordingHeader, 'redaction'> = {
  startedAt: STARTED_AT,
  source: { kind: 'cluster', context: 'prod-eu', serverVersion: 'v1.35.4', namespaces: ['shop'], selector: 'app=web' },
  tool: 'crashtop 0.1.0',
};
const MARKER: RecordingLine = { t: 5, type: 'marker', name: 'here' };

let directory = '';
beforeEach(async () => {
  directory = await files.mkdtemp(join(tmpdir(), 'crashtop-writer-'));
});
afterEach(async () => {
  await files.rm(directory, { recursive: true });
});

function path(name = 'x.ndjson'): string {
  return join(directory, name);
}

async function record(lines: readonly RecordingLine[], options: Partial<WriterOptions> = {}): Promise<string> {
  const file = options.file ?? path();
  const writer = await RecordingWriter.open(HEADER, { file, ...options });
  for (const line of lines) await writer.write(line);
  await writer.end(lines.at(-1)?.t ?? 0);
  return file;
}

function read(file: string) {
  return readAll(createReadStream(file));
}

/** Takes so many bytes, then fails as a full disk or a closed pipe does. */
class Failing extends Writable {
  readonly taken: Buffer[] = [];
  room: number;
  readonly code: string;
  constructor(room: number, code: string) {
    super();
    this.room = room;
    this.code = code;
  }
  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.taken.push(chunk.subarray(0, this.room));
    this.room -= Math.min(this.room, chunk.length);
    done(this.room > 0 ? null : Object.assign(new Error(`${this.code}: write`), { code: this.code }));
  }
}

describe('what a writer writes', () => {
  it.each(['x.ndjson', 'x.ndjson.gz'])('%s: a reader reads again, redacted, with an end that fits', async (name) => {
    await fc.assert(
      fc.asyncProperty(anyLines, async (lines) => {
        const file = await record(lines, { file: path(name), overwrite: true });
        const outcome = await read(file);
        expect(outcome).toMatchObject({ error: null, notices: [], endedAt: lines.at(-1)?.t ?? 0 });
        expect(outcome.header).toEqual({ ...HEADER, redaction: 'standard' });
        expect(outcome.lines.map(({ line }) => line)).toEqual(JSON.parse(JSON.stringify(lines.map((line) => redactLine(line)))));
      }),
      { numRuns: 40 },
    );
  });

  it('is gzipped by its name, and only the owner may read it', async () => {
    const zipped = await files.readFile(await record([MARKER], { file: path('x.gz') }));
    expect(gunzipSync(zipped).toString()).toBe((await files.readFile(await record([MARKER]))).toString());
    expect((await files.stat(path())).mode & 0o777).toBe(0o600);
  });

  it.each(['zoo', 'zoo-1.33'] as const)('of %s holds none of its planted secrets, and every line', async (zoo) => {
    const { lines } = await rawLinesOf(zoo);
    const file = await record(
      lines.map(({ line }) => line),
      { file: path('zoo.ndjson.gz') },
    );
    const bytes = gunzipSync(await files.readFile(file));
    for (const planted of ['not-a-real-password', 'not-a-real-secret', 'not-a-real-token'])
      expect(bytes.includes(planted)).toBe(false);
    expect(await read(file)).toMatchObject({ error: null, notices: [], lines: { length: lines.length } });
  });

  it('keeps times whole and never lets them go back', async () => {
    const times = [3.4, 2, 7.6, 7];
    const file = await record(times.map((t) => ({ ...MARKER, t })));
    expect((await read(file)).lines.map(({ line }) => line.t)).toEqual([3, 3, 8, 8]);
  });

  it('leaves out kinds that are not kept, and counts what it wrote', async () => {
    const writer = await RecordingWriter.open(HEADER, { file: path() });
    await writer.write({ t: 0, type: 'ADDED', kind: 'Service', object: podObject('x', 'y') });
    await writer.write(MARKER);
    await writer.end(9);
    await writer.end(10);
    await writer.write(MARKER);
    const text = await files.readFile(path(), 'utf8');
    expect(text).not.toContain('Service');
    expect([writer.lines, writer.bytes]).toEqual([3, text.length]);
    expect(await read(path())).toMatchObject({ error: null, notices: [], endedAt: 9, lines: { length: 1 } });
  });

  it('writes a gap open, and again closed, as it is told', async () => {
    const gap = { type: 'gap', kind: 'Pod', from: 10, reason: 'connection reset' } as const;
    const file = await record([
      { ...gap, t: 10, open: true },
      { ...gap, t: 90, resumed: true },
    ]);
    expect((await read(file)).lines.map(({ line }) => line)).toEqual([
      { t: 10, ...gap, open: true },
      { t: 90, ...gap, resumed: true },
    ]);
  });

  it('takes many lines at once, in their order', async () => {
    const writer = await RecordingWriter.open(HEADER, { file: path('x.gz') });
    const lines = Array.from({ length: 2000 }, (_, t) => ({ t, type: 'marker', name: `${t} ${'x'.repeat(200)}` }) as const);
    await Promise.all(lines.map((line) => writer.write(line)));
    await writer.end(2000);
    expect((await read(path('x.gz'))).lines.map(({ line }) => line.t)).toEqual(lines.map(({ t }) => t));
  });

  it('is compressed many lines at once, and leaves the process with a flush', async () => {
    const file = path('x.ndjson.gz');
    const compressing = vi.spyOn(Duplex.prototype, 'write');
    const writer = await RecordingWriter.open(HEADER, { file, flushEveryMs: 60_000 });
    for (let i = 0; i < 50; i++) await writer.write(MARKER);
    expect(compressing).toHaveBeenCalledTimes(0);
    await writer.flush();
    const written = compressing.mock.calls.map(([bytes]) => String(bytes)).filter((text) => text !== '');
    expect(written.map((text) => text.split('\n').length)).toEqual([1 + 50 + 1]);
    compressing.mockRestore();
    const text = gunzipSync(await files.readFile(file), { finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8');
    expect(text.split('\n').length).toBe(1 + 50 + 1);
    await writer.end(5);
    expect((await read(file)).lines.length).toBe(50);
  });

  it('goes to standard output for -, which stays open', async () => {
    const out = new Failing(1e9, '');
    await record([MARKER], { file: '-', stdout: out });
    expect(await readAll(out.taken)).toMatchObject({ error: null, notices: [], lines: { length: 1 } });
    expect(out.writable).toBe(true);
    expect(out.listenerCount('error')).toBe(0);
  });
});

describe('where a writer must not write', () => {
  it('over a file that is there: unless it is told to, and then with no more rights than a new one', async () => {
    await files.writeFile(path(), 'precious', { mode: 0o644 });
    const refused = RecordingWriter.open(HEADER, { file: path() });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(`${path()} already exists: choose another name, or remove it first`);
    expect(await files.readFile(path(), 'utf8')).toBe('precious');
    await record([MARKER], { overwrite: true });
    expect((await files.stat(path())).mode & 0o777).toBe(0o600);
    expect(await read(path())).toMatchObject({ error: null, lines: { length: 1 } });
  });

  it('through a symbolic link, dangling or not, even when it may overwrite', async () => {
    await files.writeFile(path('target'), 'precious');
    await files.symlink(path('target'), path('link'));
    await files.symlink(path('nowhere'), path('dangling'));
    await expect(RecordingWriter.open(HEADER, { file: path('link') })).rejects.toThrow(InputError);
    await expect(RecordingWriter.open(HEADER, { file: path('dangling') })).rejects.toThrow(InputError);
    expect(existsSync(path('nowhere'))).toBe(false);
    await record([MARKER], { file: path('link'), overwrite: true });
    expect(await files.readFile(path('target'), 'utf8')).toBe('precious');
    expect((await files.lstat(path('link'))).isFile()).toBe(true);
  });

  it('over a directory or a device, or into a directory that is not there', async () => {
    await expect(RecordingWriter.open(HEADER, { file: directory, overwrite: true })).rejects.toThrow(
      /is not a file that can be replaced/,
    );
    await expect(RecordingWriter.open(HEADER, { file: '/dev/null', overwrite: true })).rejects.toThrow(
      /is not a file that can be replaced/,
    );
    await expect(RecordingWriter.open(HEADER, { file: path('no/x') })).rejects.toThrow(/no such directory/);
  });
});

describe('a writer that cannot go on', () => {
  const lines = Array.from({ length: 300 }, (_, t): RecordingLine => ({ t, type: 'marker', name: `${t} ${'abc '.repeat(50)}` }));

  async function writeUntilFailure(writer: RecordingWriter): Promise<unknown> {
    try {
      for (const line of lines) await writer.write(line);
      await writer.end(300);
      return null;
    } catch (error) {
      return error;
    }
  }

  it.each([
    ['x.ndjson', 20_000],
    ['x.ndjson.gz', 300],
  ])('on a full disk, %s: says so once, and what was written can be read', async (name, room) => {
    const disk = new Failing(room, 'ENOSPC');
    vi.mocked(files.open).mockResolvedValueOnce({ createWriteStream: () => disk } as unknown as files.FileHandle);
    const onFailure = vi.fn();
    const writer = await RecordingWriter.open(HEADER, { file: path(name), onFailure, flushEveryMs: 1 });
    const error = await writeUntilFailure(writer);
    expect(error).toBeInstanceOf(OutputError);
    expect((error as Error).message).toBe(`${path(name)}: the disk is full; what was written so far can be replayed`);
    expect(onFailure.mock.calls).toEqual([[error]]);
    await expect(writer.write(MARKER)).rejects.toBe(error);
    const outcome = await readAll(disk.taken);
    expect(outcome.error).toBeNull();
    expect(outcome.notices.map(({ kind }) => kind)).toContain('interrupted');
    expect(outcome.lines.length).toBeGreaterThan(0);
  });

  it('on a closed pipe says so, also while it has nothing to write', async () => {
    const message = 'standard output was closed by its reader; what was written so far can be replayed';
    await expect(RecordingWriter.open(HEADER, { file: '-', stdout: new Failing(100, 'EPIPE') })).rejects.toThrow(message);
    const failed = Promise.withResolvers<OutputError>();
    const out = new Failing(1e6, 'EPIPE');
    await RecordingWriter.open(HEADER, { file: '-', stdout: out, onFailure: failed.resolve });
    out.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect((await failed.promise).message).toBe(message);
  });

  it.runIf(existsSync('/dev/full'))('on a real full device says so', async () => {
    const writer = await RecordingWriter.open(HEADER, { file: '-', stdout: createWriteStream('/dev/full') });
    const error = await writeUntilFailure(writer);
    expect((error as Error).message).toBe('standard output: the disk is full; what was written so far can be replayed');
  });
});

describe('a writer that is killed', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it.each(['x.ndjson', 'x.ndjson.gz'])('%s: leaves every line that it was given a moment ago', async (name) => {
    const script = `
      import { RecordingWriter } from ${JSON.stringify(new URL('../../src/recording/writer.ts', import.meta.url).href)};
      const writer = await RecordingWriter.open(${JSON.stringify(HEADER)}, { file: ${JSON.stringify(path(name))}, flushEveryMs: 10 });
      for (let t = 0; t < 50; t++) await writer.write({ t, type: 'marker', name: 'x' });
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    children.push(child);
    await eventually(async () => expect((await read(path(name))).lines).toHaveLength(50));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const outcome = await read(path(name));
    expect(outcome).toMatchObject({ error: null, lines: { length: 50 }, notices: [{ kind: 'interrupted' }] });
  });
});

it('compresses no worse for being flushed often', async () => {
  const { lines } = await rawLinesOf('zoo');
  const some = lines.slice(0, 1000).map(({ line }) => line);
  const file = await record(some, { file: path('x.gz'), flushEveryMs: 5 });
  const zipped = await files.readFile(file);
  expect(zipped.length).toBeLessThan(gzipSync(gunzipSync(zipped)).length * 1.5);
});
