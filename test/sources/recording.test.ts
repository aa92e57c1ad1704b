import { createReadStream } from 'node:fs';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { objectOf } from '../../src/text/json.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { all, failureOf, open, stdinOf } from '../support/opening.ts';
import { fixture } from '../support/recorded.ts';
import { endLine, podObject, STARTED_AT, textOfRecording } from '../support/recordings.ts';

const POD = podObject('web', 'u1', { spec: { nodeName: 'node-a', hostname: 'x' }, status: { message: 'token=abc' } });
const OTHER = podObject('db', 'u2');
const TEXT = textOfRecording([
  { t: 0, type: 'snapshot', kind: 'Pod', items: [OTHER, POD] },
  { t: 10, type: 'MODIFIED', kind: 'Pod', object: { ...POD, status: { phase: 'Running' } } },
  { t: 20, type: 'marker', name: 'here' },
]);

let directory = '';
beforeEach(async () => {
  directory = await files.mkdtemp(join(tmpdir(), 'crashtop-source-'));
});
afterEach(async () => {
  await files.rm(directory, { recursive: true });
});

async function file(bytes: string | Uint8Array, name = 'x.ndjson'): Promise<string> {
  await files.writeFile(join(directory, name), bytes);
  return join(directory, name);
}

describe('a recording as a source', () => {
  it.each([
    ['zoo', 7930],
    ['zoo-1.33', 9902],
  ] as const)('%s gives an envelope of every line, in order', async (zoo, count) => {
    const source = await open(fixture(`recordings/${zoo}.ndjson.gz`));
    expect(source.info).toEqual({
      ...{ kind: 'recording', name: `${zoo}.ndjson.gz`, context: 'prod-eu' },
      ...{ serverVersion: 'v1.35.4', namespaces: null, selector: null },
    });
    const envelopes = await all(source);
    expect(envelopes).toHaveLength(count);
    expect(envelopes.every((e, i) => i === 0 || e.at >= (envelopes[i - 1] as Envelope).at)).toBe(true);
    expect(envelopes[0]?.at).toBe(source.startedAt);
    expect(source.endedAt).toBeGreaterThanOrEqual(envelopes.at(-1)?.at ?? 0);
    expect(source).toMatchObject({ notices: [], live: false });
  });

  it('reads the same from standard input', async () => {
    const path = fixture('recordings/zoo.ndjson.gz');
    const [fromFile, fromStdin] = await Promise.all([open(path), open(createReadStream(path))]);
    expect(fromStdin.info.name).toBe('standard input');
    expect((await all(fromStdin)).slice(-500)).toEqual((await all(fromFile)).slice(-500));
  });

  it('tells notices as they come, and keeps them', async () => {
    const heard: string[] = [];
    const source = await open(await file(TEXT.slice(0, -40)), { onNotice: (notice) => heard.push(notice.kind) });
    expect(source.notices).toEqual([]);
    await all(source);
    expect(heard).toEqual(['last-line-dropped', 'interrupted']);
    expect(source.notices.map(({ kind }) => kind)).toEqual(heard);
  });

  it('fails in its middle with file and line, after what came before; lenient goes on', async () => {
    const path = await file(TEXT.replace('"t":10', '"t":ten'));
    const source = await open(path);
    const before: Envelope[] = [];
    const reading = (async () => {
      for await (const envelope of source.envelopes) before.push(envelope);
    })();
    expect(await failureOf(reading)).toBe(`${path}:3: not JSON; use --lenient to skip unreadable lines`);
    expect(before).toHaveLength(1);
    const lenient = await open(path, { lenient: true });
    expect(await all(lenient)).toHaveLength(2);
    expect(lenient.notices.map(({ kind }) => kind)).toEqual(['damaged', 'lines-skipped']);
  });

  it('can be closed in the middle, without an error', async () => {
    const source = await open(fixture('recordings/zoo.ndjson.gz'));
    let count = 0;
    for await (const _ of source.envelopes) if (++count === 10) await source.close();
    expect(count).toBeGreaterThanOrEqual(10);
    expect(count).toBeLessThan(7930);
  });
});

describe('objectAt', () => {
  const redacted = { spec: { nodeName: 'node-a' }, status: { message: 'token=[redacted]' } };

  it.each([
    ['a file', async () => file(TEXT)],
    ['a gzipped file', async () => file(gzipSync(TEXT), 'x.ndjson.gz')],
    ['a file with a byte order mark and carriage returns', async () => file(`\ufeff${TEXT.replaceAll('\n', '\r\n')}`)],
    ['standard input', async () => stdinOf(TEXT)],
  ])('of %s gives the redacted object of a line, or of a snapshot by its UID', async (_what, make) => {
    const source = await open(await make());
    const lines = (await all(source)).map(({ line }) => line);
    expect(lines).toEqual([2, 3, 4]);
    expect(await source.objectAt(2, 'u1')).toMatchObject({ metadata: { name: 'web' }, ...redacted });
    expect(await source.objectAt(2, 'u2')).toMatchObject({ metadata: { name: 'db' } });
    expect(await source.objectAt(3, 'u1')).toMatchObject({ status: { phase: 'Running' } });
    expect(await source.objectAt(2, 'u3')).toBeNull();
    expect(await source.objectAt(4, 'u1')).toBeNull();
    expect(await source.objectAt(99, 'u1')).toBeNull();
  });

  it('finds a line that has no newline yet', async () => {
    const path = await file(TEXT.split('\n').slice(0, 2).join('\n'));
    const source = await open(path);
    await all(source);
    expect(await source.objectAt(2, 'u1')).toMatchObject(redacted);
  });

  it('finds every Pod of a recorded stream as the model has it', async () => {
    const source = await open(fixture('recordings/zoo.ndjson.gz'));
    const arrivals = (await all(source)).filter((e) => e.type === 'object' && e.object.kind === 'Pod');
    for (const arrival of [arrivals[0], arrivals[700], arrivals.at(-1)]) {
      if (arrival?.type !== 'object') throw new Error('no Pod');
      const object = await source.objectAt(arrival.line, arrival.object.uid);
      expect(objectOf(object?.metadata).name).toBe((arrival.object as { name: string }).name);
      expect(JSON.stringify(object)).not.toContain('not-a-real');
    }
  });

  it('gives null, or says so, when the file was changed or removed meanwhile', async () => {
    const path = await file(TEXT);
    const source = await open(path);
    await all(source);
    await files.writeFile(path, 'gone\nbad\n{}\n');
    expect(await source.objectAt(3, 'u1')).toBeNull();
    await files.rm(path);
    expect(await failureOf(source.objectAt(2, 'u1'))).toBe(`${path}: no such file`);
  });

  it('of standard input keeps the newest 64 MiB of Pods', async () => {
    const filler = 'x'.repeat(20 << 20);
    const lines = [0, 1, 2, 3].map((t) => ({
      t,
      type: 'MODIFIED',
      kind: 'Pod',
      object: podObject('p', 'u', { spec: { filler, nodeName: `n${t}` } }),
    }));
    const source = await open(stdinOf(textOfRecording(lines)));
    await all(source);
    expect(await source.objectAt(2, 'u')).toBeNull();
    expect(await source.objectAt(5, 'u')).toMatchObject({ spec: { nodeName: 'n3' } });
  });
});

describe('a recording of a quiet cluster', () => {
  it('ends when it was closed, not with its last arrival', async () => {
    const body = textOfRecording([{ t: 5, type: 'marker', name: 'x' }], { end: false });
    const source = await open(stdinOf(body + endLine(body).replace('"t":5', '"t":60000')));
    expect(source.endedAt).toBeNull();
    await all(source);
    expect(source.endedAt).toBe(STARTED_AT + 60_000);
  });
});
