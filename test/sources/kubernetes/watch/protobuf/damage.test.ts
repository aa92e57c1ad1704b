import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionError } from '../../../../../src/sources/kubernetes/http/connection-error.ts';
import { decodeObject } from '../../../../../src/sources/kubernetes/watch/protobuf/decode.ts';
import { NotProtobuf } from '../../../../../src/sources/kubernetes/watch/protobuf/fields.ts';
import { FrameSplitter } from '../../../../../src/sources/kubernetes/watch/protobuf/frame-splitter.ts';
import { type WatchEvent, watchDecoder } from '../../../../../src/sources/kubernetes/watch/watch-decoder.ts';
import { framed } from '../../../../api-server/kubernetes-protobuf.ts';
import { recordedBody } from './recorded-bytes.ts';

const BODIES = ['pods.watch', 'events.watch', 'status-410'].map((name) => recordedBody(name).protobuf);
const OBJECTS = ['pods.page', 'events.page', 'status-403', 'status-504'].map((name) => recordedBody(name).protobuf);

/** Bytes in pieces. */
function* piecesOf(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  let from = 0;
  for (const length of lengths) {
    yield bytes.subarray(from, from + length);
    from += length;
  }
  yield bytes.subarray(from);
}

function eventsOf(pieces: Iterable<Uint8Array>): WatchEvent[] {
  const decoder = watchDecoder(true);
  return [...pieces].flatMap((piece) => [...decoder.push(piece)]);
}

function errorOf(action: () => unknown): unknown {
  try {
    action();
    return null;
  } catch (error) {
    return error;
  }
}

const PIECES = fc.array(fc.oneof(fc.nat({ max: 9 }), fc.nat({ max: 6000 })), { maxLength: 40 });

describe('a watch', () => {
  it('is the same, however its bytes are split', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BODIES), PIECES, (body, lengths) => {
        expect(eventsOf(piecesOf(body, lengths))).toEqual(eventsOf([body]));
      }),
    );
    const body = BODIES[1] as Buffer;
    expect(eventsOf([...body].map((byte) => Buffer.of(byte)))).toEqual(eventsOf([body]));
  });

  it('that is cut has all events before the cut, and half an event is none', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BODIES), fc.nat(), (body, at) => {
        const events = eventsOf([body.subarray(0, at % body.length)]);
        const all = eventsOf([body]);
        expect(events).toEqual(all.slice(0, events.length));
        expect(events.length).toBeLessThan(all.length);
      }),
    );
  });

  it('that is damaged has other events or is unreadable, and nothing else', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BODIES), DAMAGE, PIECES, (body, damage, lengths) => {
        const error = errorOf(() => eventsOf(piecesOf(damaged(body, damage), lengths)));
        if (error === null) return;
        expect(error).toBeInstanceOf(ConnectionError);
        expect(error).toMatchObject({
          kind: 'unreadable',
          detail: expect.stringMatching(/^a message of the watch is damaged: ./),
        });
      }),
      { numRuns: 500 },
    );
  });

  it('of any bytes at all is unreadable, or waits for more', () => {
    const frame = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.concat([framed(bytes)]));
    fc.assert(
      fc.property(fc.oneof(frame, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const error = errorOf(() => eventsOf([bytes]));
        if (error !== null) expect(error).toMatchObject({ name: 'ConnectionError', kind: 'unreadable' });
      }),
      { numRuns: 500 },
    );
  });

  it('is given up at a length that no object has, before its bytes are waited for', () => {
    const head = (length: number) => Buffer.from(length.toString(16).padStart(8, '0'), 'hex');
    expect(() => new FrameSplitter().push(head(32 * 1024 * 1024 + 1))).toThrow(NotProtobuf);
    expect(() => new FrameSplitter().push(Buffer.from('{"type":"ADDED"}\n'))).toThrow('a frame of 2065855609 bytes');
    expect(new FrameSplitter().push(head(32 * 1024 * 1024))).toEqual([]);
    expect(errorOf(() => eventsOf([head(0xffff_ffff)]))).toMatchObject({ kind: 'unreadable' });
  });

  it('of messages within messages without end is unreadable', () => {
    const groups = Buffer.alloc(2_000_000, 0x0b);
    expect(errorOf(() => eventsOf([framed(groups)]))).toMatchObject({ kind: 'unreadable' });
  });
});

describe('a page or a failure', () => {
  it('that is damaged is another one, or no protobuf', () => {
    fc.assert(
      fc.property(fc.constantFrom(...OBJECTS), DAMAGE, (body, damage) => {
        const error = errorOf(() => decodeObject(damaged(body, damage)));
        if (error !== null) expect(error).toBeInstanceOf(Error);
      }),
      { numRuns: 500 },
    );
  });

  it('that is cut is no protobuf', () => {
    fc.assert(
      fc.property(fc.constantFrom(...OBJECTS), fc.nat(), (body, at) => {
        // Behind the object its envelope has but two empty texts.
        const length = at % (body.length - 4);
        expect(errorOf(() => decodeObject(body.subarray(0, length)))).toBeInstanceOf(Error);
      }),
    );
  });
});

interface Damage {
  readonly bytes: readonly (readonly [at: number, value: number])[];
  /** What is left out: from where, how many. */
  readonly hole: readonly [number, number];
}

const DAMAGE: fc.Arbitrary<Damage> = fc.record({
  bytes: fc.array(fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(0, 0x7f, 0x80, 0xff), fc.nat({ max: 255 }))), { maxLength: 5 }),
  hole: fc.tuple(fc.nat(), fc.oneof(fc.constant(0), fc.nat({ max: 40 }))),
});

function damaged(body: Buffer, { bytes, hole: [from, count] }: Damage): Buffer {
  const copy = Buffer.from(body);
  for (const [at, value] of bytes) copy[at % copy.length] = value;
  const start = from % copy.length;
  return Buffer.concat([copy.subarray(0, start), copy.subarray(start + count)]);
}
