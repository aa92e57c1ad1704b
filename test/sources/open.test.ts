import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { all, failureOf, open, stdinOf } from '../support/opening.ts';
import { fixture } from '../support/recorded.ts';
import { HEADER_LINE, podObject, textOfRecording } from '../support/recordings.ts';

const MARKERS = textOfRecording([{ t: 1, type: 'marker', name: 'x' }]);
const POD = podObject('web', 'u1', {
  metadata: { name: 'web', namespace: 'shop', uid: 'u1', creationTimestamp: '2026-11-22T14:00:00Z' },
});

let directory = '';
beforeEach(async () => {
  directory = await files.mkdtemp(join(tmpdir(), 'crashtop-open-'));
});
afterEach(async () => {
  await files.rm(directory, { recursive: true });
});

describe('openSource tells what it was given', () => {
  it.each([
    ['a recording', MARKERS, 'marker'],
    ['a gzipped recording', gzipSync(MARKERS), 'marker'],
    [
      'a recording whose header names its keys in another order',
      MARKERS.replace('"crashtop":"recording",', '').replace('{', '{"a":1,"crashtop":"recording",'),
      'marker',
    ],
    ['a Pod, pretty-printed', JSON.stringify(POD, null, 4), 'snapshot'],
    ['a Pod on one line', JSON.stringify(POD), 'snapshot'],
    ['a watch event', JSON.stringify({ type: 'ADDED', object: POD }), 'snapshot'],
    ['a pretty-printed watch event', JSON.stringify({ type: 'ADDED', object: POD }, null, 2), 'snapshot'],
    ['a List', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [POD] }, null, 4), 'snapshot'],
    ['a PodList of the API', JSON.stringify({ kind: 'PodList', items: [{ ...POD, kind: undefined }] }), 'snapshot'],
    ['a gzipped List behind a byte order mark', gzipSync(`\ufeff${JSON.stringify({ kind: 'List', items: [POD] })}`), 'snapshot'],
    ['a Pod on one long line', JSON.stringify({ ...POD, spec: { filler: 'x'.repeat(200_000) } }), 'snapshot'],
  ])('%s', async (_what, text, first) => {
    const path = join(directory, 'x');
    await files.writeFile(path, text);
    for (const source of [await open(path, { lenient: true }), await open(stdinOf(text), { lenient: true })]) {
      expect((await all(source))[0]?.type).toBe(first);
      expect(source.live).toBe(false);
    }
  });

  it('from the first bytes, however small they come', async () => {
    const bytes = [...Buffer.from(JSON.stringify(POD, null, 4))].map((byte) => Buffer.of(byte));
    expect((await all(await open(Readable.from(bytes))))[0]).toMatchObject({ type: 'snapshot', items: [{ name: 'web' }] });
    const recording = [...gzipSync(MARKERS)].map((byte) => Buffer.of(byte));
    expect((await all(await open(Readable.from(recording))))[0]).toMatchObject({ type: 'marker' });
  });

  it.each(['watch-events', 'watch-plain', 'list'])('the sample kubectl/%s', async (name) => {
    const source = await open(fixture(`recordings/kubectl/${name}.json.gz`));
    expect((await all(source))[0]).toMatchObject({ type: 'snapshot', kind: 'Pod' });
    expect(source.notices).toEqual([]);
  });
});

describe('openSource says in one line what is wrong', () => {
  const foreign = /^standard input is neither a crashtop recording nor the JSON or YAML that kubectl get pods prints$/;
  it.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /^standard input is empty: there is nothing to replay$/],
    ['white space', ' \n\n', /^standard input is empty: there is nothing to replay$/],
    ['an empty gzip file', gzipSync(''), /^standard input is empty: there is nothing to replay$/],
    ['text', 'hello\n', foreign],
    ['a number', '12\n', foreign],
    ['an array of no objects', '[1, 2]', foreign],
    ['other JSON', '{"name":"crashtop","version":"0.1.0"}\n', foreign],
    ['other JSON over lines', '{\n  "name": "crashtop"\n}\n', foreign],
    ['a terminal recording', '{"version":2,"width":80,"height":24}\n[0.1,"o","x"]\n', foreign],
    ['binary rubbish', Buffer.from([0x7b, 0, 1, 2, 255, 254]), foreign],
    ['a picture', Buffer.from('iVBORw0KGgoAAAANSUhEUg==', 'base64'), foreign],
    [
      'a table of kubectl',
      'NAMESPACE   NAME   READY\nshop   web   1/1\n',
      /^standard input is kubectl's output for people: give that of kubectl/,
    ],
    ['YAML of something else', 'apiVersion: v1\nkind: Service\n', /^standard input holds no Pod but 1 Service: give/],
    ['an array of damaged Pods', '[{"kind":"Pod"}]', /^standard input:1: an object without metadata\.uid; --lenient skips/],
    [
      'a newer recording',
      HEADER_LINE.replace('"version":1', '"version":2'),
      /^standard input:1: written in format version 2, .*: use a newer crashtop$/,
    ],
    [
      'a headless recording',
      MARKERS.split('\n').slice(1).join('\n'),
      /^standard input:1: a recording without its header line: give the whole file$/,
    ],
    ['half a header', HEADER_LINE.slice(0, 50), /^standard input:1: cut off inside its header: nothing to replay$/],
    [
      'damaged gzip data',
      Buffer.concat([gzipSync(MARKERS).subarray(0, 10), Buffer.alloc(100, 0xff)]),
      /^standard input: the compressed data is damaged: /,
    ],
    [
      'objects that are no Pods',
      '{"kind":"Service","metadata":{}}\n{"kind":"Service"}',
      /^standard input holds no Pod but 2 Service: give the output of kubectl get pods/,
    ],
  ])('%s', async (_what, text, message) => {
    const reading = open(stdinOf(text)).then(all);
    const failure = await failureOf(reading);
    expect(failure).toMatch(message);
    expect(failure).not.toContain('\n');
  });

  it('a file that is missing, a directory, a file that may not be read', async () => {
    const missing = join(directory, 'no\u001bne');
    expect(await failureOf(open(missing))).toBe(`${missing.replace('\u001b', '␛')}: no such file`);
    expect(await failureOf(open(directory))).toMatch(/^\/.* is a directory without a Pod in it: give a recording in it, or /);
    const secret = join(directory, 'secret');
    await files.writeFile(secret, MARKERS, { mode: 0o000 });
    // Root may read everything.
    if ((await files.access(secret, files.constants.R_OK).catch(() => 'no')) === 'no') {
      expect(await failureOf(open(secret))).toBe(`${secret}: no permission to read it`);
    }
  });

  it('that a stream broke', async () => {
    const broken = new Readable({ read: () => broken.destroy(Object.assign(new Error('read EIO'), { code: 'EIO' })) });
    expect(await failureOf(open(broken))).toBe('standard input cannot be read: read EIO');
  });
});
