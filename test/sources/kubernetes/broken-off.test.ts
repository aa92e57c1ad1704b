import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { ApiConnection } from '../../../src/sources/kubernetes/http/connection.ts';
import { ConnectionError } from '../../../src/sources/kubernetes/http/connection-error.ts';
import { watchDecoder } from '../../../src/sources/kubernetes/watch/watch-decoder.ts';
import { encodeFrame, encodeObject, PROTOBUF_TYPE } from '../../api-server/kubernetes-protobuf.ts';

const POD = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'a', namespace: 'b', uid: 'u' } };
const LIST = Buffer.from('{"kind":"PodList","items":[{"metadata":{"uid":"u"}}]}');
const PROTOBUF_LIST = encodeObject({ kind: 'PodList', apiVersion: 'v1', items: [{ metadata: { uid: 'u' } }] });
const JSON_EVENTS = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: POD })}\n`.repeat(2));
const PROTOBUF_EVENTS = Buffer.concat([encodeFrame('ADDED', POD), encodeFrame('ADDED', POD)]);

type Ask = (connection: ApiConnection) => Promise<unknown>;

const list: Ask = (connection) => connection.list('/api/v1/pods', {}, { protobuf: true });
const log: Ask = (connection) => connection.getText('/api/v1/namespaces/b/pods/a/log');
/** The events that were whole, and whether the stream came to its end. */
const stream: Ask = async (connection) => {
  const { isProtobuf, bytes } = await connection.stream('/api/v1/pods', { watch: true }, { protobuf: true });
  const decoder = watchDecoder(isProtobuf);
  const events: unknown[] = [];
  for await (const chunk of bytes) for (const { type, object } of decoder.push(chunk)) events.push({ type, object });
  return events;
};

const head = (status: string, type: string, more: string) => `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\n${more}\r\n\r\n`;
const sized = (type: string, body: Buffer, status = '200 OK', more = '') =>
  Buffer.concat([Buffer.from(head(status, type, `${more}content-length: ${body.length}`)), body]);
const chunked = (type: string, body: Buffer, more = '') => {
  const half = Math.floor(body.length / 2);
  const chunk = (bytes: Buffer) => [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')];
  const chunks = [...chunk(body.subarray(0, half)), ...chunk(body.subarray(half)), Buffer.from('0\r\n\r\n')];
  return Buffer.concat([Buffer.from(head('200 OK', type, `${more}transfer-encoding: chunked`)), ...chunks]);
};
const JSON_TYPE = 'application/json';
const GZIP = 'content-encoding: gzip\r\n';

const ANSWERS: readonly [name: string, ask: Ask, answer: Buffer][] = [
  ['a list', list, sized(JSON_TYPE, LIST)],
  ['a list in chunks', list, chunked(JSON_TYPE, LIST)],
  ['a list in chunks, packed', list, chunked(JSON_TYPE, gzipSync(LIST), GZIP)],
  ['a list in protobuf', list, chunked(PROTOBUF_TYPE, PROTOBUF_LIST)],
  ['a list as a stream', stream, chunked(JSON_TYPE, JSON_EVENTS)],
  ['a list as a stream in protobuf', stream, chunked(`${PROTOBUF_TYPE};stream=watch`, PROTOBUF_EVENTS)],
  ['a log', log, chunked('text/plain', Buffer.from('one\ntwo\n'))],
  ['a failure', list, sized(JSON_TYPE, Buffer.from('{"message":"no","code":500}'), '500 x')],
  ['a failure, packed', list, sized(JSON_TYPE, gzipSync('{"message":"no","code":500}'), '500 x', GZIP)],
];

const directory = mkdtempSync(join(tmpdir(), 'crashtop-broken-off-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** What comes of asking a server that sends so many bytes of an answer and is gone: with a reset, or as if that were all. */
async function outcome(ask: Ask, answer: Buffer, sent: number, hasReset: boolean): Promise<unknown> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(answer.subarray(0, sent), () => {
        if (sent === answer.length) return;
        if (hasReset) setImmediate(() => socket.resetAndDestroy());
        else socket.end();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = join(directory, `kubeconfig-${new URL(url).port}`);
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: url } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: '' } }],
    }),
  );
  const connection = new ApiConnection({ kubeconfig, env: {}, clock: { now: () => 0 }, userAgent: 'crashtop/test' });
  try {
    return await ask(connection).catch((error: unknown) => error);
  } finally {
    await connection.close();
    server.close();
  }
}

describe('an answer that breaks off', () => {
  it.each(
    ANSWERS,
  )('at any of its bytes is a failure that can be told, or the whole answer, and nothing else: %s', async (...row) => {
    const [, ask, answer] = row;
    const whole = await outcome(ask, answer, answer.length, false);
    const wasFailure = whole instanceof ConnectionError;
    if (!wasFailure) expect(JSON.stringify(whole)).toMatch(/"u"|one/);
    const offsets = Array.from({ length: answer.length }, (_, sent) => sent);
    for (let from = 0; from < offsets.length; from += AT_ONCE) {
      const some = offsets.slice(from, from + AT_ONCE);
      const outcomes = await Promise.all(some.map((sent) => outcome(ask, answer, sent, sent % 2 === 0)));
      for (const found of outcomes) {
        if (found instanceof ConnectionError) expect(['network', 'server']).toContain(found.kind);
        else expect(wasFailure ? 'a failure' : found).toEqual(whole);
      }
    }
  });
});

const AT_ONCE = 20;
