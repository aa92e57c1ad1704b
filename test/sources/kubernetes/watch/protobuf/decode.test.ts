import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPod } from '../../../../../src/model/pod.ts';
import { toKubeEvent } from '../../../../../src/model/resources.ts';
import { redactObject } from '../../../../../src/recording/redaction/standard.ts';
import { decodeObject, decodeWatchEvent } from '../../../../../src/sources/kubernetes/watch/protobuf/decode.ts';
import { NotProtobuf } from '../../../../../src/sources/kubernetes/watch/protobuf/fields.ts';
import type { Json } from '../../../../../src/text/json.ts';
import { encodeFrame, encodeObject } from '../../../../api-server/kubernetes-protobuf.ts';
import { anyObject } from './api-objects.ts';

const KINDS = [
  ['Pod', toPod],
  ['Event', toKubeEvent],
] as const;

describe.each(KINDS)('any %s', (kind, project) => {
  it('is what redaction and model take from its JSON', () => {
    fc.assert(
      fc.property(anyObject(kind), (json) => {
        const decoded = decodeObject(encodeObject(json));
        expect(redactObject(kind, decoded)).toStrictEqual(redactObject(kind, json));
        expect(project(decoded)).toStrictEqual(project(json));
      }),
    );
  });

  it('is the same in a list and in an event of a watch', () => {
    fc.assert(
      fc.property(anyObject(kind), (json) => {
        const decoded = decodeObject(encodeObject(json));
        const { kind: _, apiVersion: __, ...item } = json;
        const metadata = { resourceVersion: '7', continue: 'more' };
        const list = decodeObject(encodeObject({ kind: `${kind}List`, apiVersion: 'v1', metadata, items: [item, item] }));
        const { kind: ___, apiVersion: ____, ...inList } = decoded;
        expect(list).toEqual({ kind: `${kind}List`, apiVersion: 'v1', metadata, items: [inList, inList] });
        expect(decodeWatchEvent(encodeFrame('ADDED', json).subarray(4))).toEqual({ type: 'ADDED', object: decoded });
      }),
      { numRuns: 20 },
    );
  });
});

/** A pod of a name, of which these fields are told. */
function podWith(fields: { metadata?: object; spec?: object; status?: object }): Json {
  return decodeObject(
    encodeObject({ kind: 'Pod', apiVersion: 'v1', ...fields, metadata: { name: 'web', uid: 'u', ...fields.metadata } }),
  );
}

describe('a value', () => {
  it.each([
    ['empty, of a pointer', { terminationGracePeriodSeconds: 0 }, { terminationGracePeriodSeconds: 0 }],
    ['empty, of no pointer', { nodeName: '' }, {}],
    ['beyond 32 bits', { terminationGracePeriodSeconds: 2 ** 53 - 1 }, { terminationGracePeriodSeconds: 2 ** 53 - 1 }],
    ['negative', { terminationGracePeriodSeconds: -1 }, { terminationGracePeriodSeconds: -1 }],
  ])('is read as it is where it is %s', (_, given, expected) => {
    expect(podWith({ spec: given }).spec).toEqual(expected);
  });

  it('that is an annotation is there only where redaction keeps its key', () => {
    const annotations = { 'kubernetes.io/change-cause': 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{"env":1}' };
    expect(podWith({ metadata: { annotations } }).metadata).toMatchObject({ annotations: { 'kubernetes.io/change-cause': 'x' } });
    expect(JSON.stringify(podWith({ metadata: { annotations } }))).not.toContain('last-applied');
  });

  it('that is a time before 1970, in the year 1 or 9999', () => {
    for (const startTime of ['1969-12-31T23:59:59Z', '0001-01-01T00:00:01Z', '9999-12-31T23:59:59Z', '1970-01-01T00:00:00Z'])
      expect(podWith({ status: { startTime } }).status).toEqual({ startTime });
  });
});

describe('a field that a later API brings', () => {
  it('is skipped, whatever its type', () => {
    const pod = encodeObject({ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'web', uid: 'u' } });
    // Number 500: a varint, 8 bytes, a text, 4 bytes.
    const later = Buffer.from('a01f07' + 'a11f0102030405060708' + 'a21f026869' + 'a51f01020304', 'hex');
    expect(decodeObject(Buffer.concat([pod, later]))).toEqual(decodeObject(pod));
    const event = Buffer.concat([encodeFrame('ADDED', { kind: 'Pod', metadata: { name: 'web', uid: 'u' } }).subarray(4), later]);
    expect(decodeWatchEvent(event)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'web' } } });
  });
});

describe('bytes that are no object', () => {
  const pod = encodeObject({ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'web', uid: 'u' } });

  it.each([
    ['nothing', Buffer.alloc(0), 'without its prefix'],
    ['JSON', Buffer.from('{"kind":"Pod"}'), 'without its prefix'],
    ['its prefix alone', pod.subarray(0, 4), 'does not hold its object'],
    [
      'a kind that nobody asked for',
      Buffer.concat([pod.subarray(0, 6), Buffer.from('\x0a\x02v1\x12\x03Pot'), pod.subarray(15)]),
      'of kind "Pot"',
    ],
  ])('%s', (_, bytes, words) => {
    expect(() => decodeObject(bytes)).toThrow(NotProtobuf);
    expect(() => decodeObject(bytes)).toThrow(words);
  });

  it('an event whose object goes on behind its end', () => {
    const frame = Buffer.from(encodeFrame('ADDED', { kind: 'Pod', metadata: { name: 'web', uid: 'u' } }).subarray(4));
    const length = frame.indexOf(0x12) + 1;
    frame.writeUInt8(frame.readUInt8(length) - 3, length);
    expect(() => decodeWatchEvent(frame)).toThrow('an object is longer than its event');
  });
});
