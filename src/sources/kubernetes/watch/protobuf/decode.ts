import { Reader } from 'protobufjs/minimal.js';
import type { Json } from '../../../../text/json.ts';
import { anyString, message, NotProtobuf, readMessage } from './fields.ts';
import { messageOf } from './messages.ts';

/** The content type for requests that also accept protobuf, and of answers in it. */
export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** Precedes each object's envelope: `k8s`, 0 (apimachinery/pkg/runtime/serializer/protobuf). */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];

const typeMeta = message({ apiVersion: [1, anyString], kind: [2, anyString] });

// Tags of runtime.Unknown, the envelope: its type, and the object.
const TYPE_META = (1 << 3) | 2;
const RAW = (2 << 3) | 2;

/**
 * An object in the shape of its JSON: for a Pod, an Event or a list of them, the fields that
 * redaction keeps; for a Status, the fields that describe an error.
 * @throws NotProtobuf, RangeError for anything else.
 */
export function decodeObject(bytes: Uint8Array): Json {
  return readObject(Reader.create(bytes), bytes.length);
}

function readObject(reader: Reader, end: number): Json {
  for (const byte of MAGIC)
    if (reader.pos >= end || reader.buf[reader.pos++] !== byte) throw new NotProtobuf('an object without its prefix');
  const object: Record<string, unknown> = {};
  let from = -1;
  let to = end;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag !== TYPE_META && tag !== RAW) {
      reader.skipType(tag & 7);
      continue;
    }
    const length = reader.uint32();
    if (tag === TYPE_META) readMessage(reader, reader.pos + length, typeMeta, object);
    else {
      from = reader.pos;
      to = from + length;
      reader.skip(length);
    }
  }
  if (reader.pos !== end || from < 0) throw new NotProtobuf('an envelope that does not hold its object');
  const fields = messageOf(String(object.kind));
  if (fields === undefined) throw new NotProtobuf(`an object of kind "${object.kind}"`);
  reader.pos = from;
  readMessage(reader, to, fields, object);
  reader.pos = end;
  return object;
}

// Tags of metav1.WatchEvent, and of the runtime.RawExtension in it.
const EVENT_TYPE = (1 << 3) | 2;
const EVENT_OBJECT = (2 << 3) | 2;
const EXTENSION_RAW = (1 << 3) | 2;

/** Decodes an event of a watch. @throws as {@link decodeObject}. */
export function decodeWatchEvent(frame: Uint8Array): { readonly type: string; readonly object: Json } {
  const reader = Reader.create(frame);
  let type = '';
  let object: Json = {};
  while (reader.pos < frame.length) {
    const tag = reader.uint32();
    if (tag === EVENT_TYPE) type = reader.string();
    else if (tag === EVENT_OBJECT) object = readExtension(reader);
    else reader.skipType(tag & 7);
  }
  return { type, object };
}

function readExtension(reader: Reader): Json {
  const length = reader.uint32();
  const end = reader.pos + length;
  let object: Json = {};
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag !== EXTENSION_RAW) {
      reader.skipType(tag & 7);
      continue;
    }
    const rawLength = reader.uint32();
    object = readObject(reader, reader.pos + rawLength);
  }
  if (reader.pos !== end) throw new NotProtobuf('an object is longer than its event');
  return object;
}
