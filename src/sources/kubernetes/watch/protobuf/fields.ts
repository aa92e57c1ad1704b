import type { Reader } from 'protobufjs/minimal.js';
import { SharedTexts } from './shared-texts.ts';

/** The object being read, in the shape of its JSON. */
type Fields = Record<string, unknown>;

/** The bytes are not a message of that kind. */
export class NotProtobuf extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'NotProtobuf';
  }
}

/** Reads one value at the reader's position. */
type Value = (reader: Reader) => unknown;

/** Reads one field's value, and puts it where JSON has it. */
type Field = (reader: Reader, into: Fields) => void;

/** How to read a field, and its wire type. */
export interface Kind {
  readonly wire: 0 | 2;
  readonly field: (name: string) => Field;
}

/**
 * The fields of a message to be read, by tag (number and wire type). All others are skipped,
 * whatever their length.
 */
export type Message = readonly (Field | undefined)[];

/**
 * A message's fields by name, each with its number (generated.proto of the API) and its kind.
 * Fields not named are not read.
 */
export function message(fields: Readonly<Record<string, readonly [number: number, kind: Kind]>>): Message {
  const byTag: (Field | undefined)[] = [];
  for (const [name, [number, kind]] of Object.entries(fields)) byTag[(number << 3) | kind.wire] = kind.field(name);
  // Without holes a look-up is a plain index.
  return Array.from(byTag);
}

/** @throws NotProtobuf, RangeError if the bytes end before the message does. */
export function readMessage(reader: Reader, end: number, fields: Message, into: Fields): Fields {
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = fields[tag];
    if (field === undefined) reader.skipType(tag & 7);
    else field(reader, into);
  }
  if (reader.pos !== end) throw new NotProtobuf('a field is longer than its message');
  return into;
}

function endOf(reader: Reader): number {
  const length = reader.uint32();
  return reader.pos + length;
}

function put(read: Value): (name: string) => Field {
  return (name) => (reader, into) => {
    into[name] = read(reader);
  };
}

// JSON leaves out empty fields with `omitempty`; on the wire such a field of Go that is not a
// pointer is always present.
function putUnlessEmpty(read: Value): (name: string) => Field {
  return (name) => (reader, into) => {
    const value = read(reader);
    if (value !== '' && value !== 0 && value !== false && value !== null) into[name] = value;
  };
}

function append(read: Value): (name: string) => Field {
  return (name) => (reader, into) => {
    const list = into[name] as unknown[] | undefined;
    if (list === undefined) into[name] = [read(reader)];
    else list.push(read(reader));
  };
}

const texts = new SharedTexts();
const text: Value = (reader) => {
  const length = reader.uint32();
  const start = reader.pos;
  reader.skip(length);
  return texts.read(reader.buf as Buffer, start, reader.pos);
};

const integer32: Value = (reader) => reader.int32();
const TWO_TO_32 = 2 ** 32;
const integer64 = (reader: Reader): number => {
  const value = reader.int64();
  return typeof value === 'number' ? value : value.high * TWO_TO_32 + (value.low >>> 0);
};
const truth: Value = (reader) => reader.bool();

function whole(fields: Message): Value {
  return (reader) => readMessage(reader, endOf(reader), fields, {});
}

/** Kinds of fields that JSON leaves out when empty (Go: no pointer, `omitempty`). */
export const string: Kind = { wire: 2, field: putUnlessEmpty(text) };
export const int32: Kind = { wire: 0, field: putUnlessEmpty(integer32) };
export const int64: Kind = { wire: 0, field: putUnlessEmpty(integer64) };
export const bool: Kind = { wire: 0, field: putUnlessEmpty(truth) };

/**
 * Kinds of fields that JSON has whenever they are present, empty or not (Go: a pointer, or no
 * `omitempty`).
 */
export const anyString: Kind = { wire: 2, field: put(text) };
export const anyInt32: Kind = { wire: 0, field: put(integer32) };
export const anyInt64: Kind = { wire: 0, field: put(integer64) };
export const anyBool: Kind = { wire: 0, field: put(truth) };

export const strings: Kind = { wire: 2, field: append(text) };
export const int32s: Kind = { wire: 0, field: append(integer32) };

export function one(fields: Message): Kind {
  return { wire: 2, field: put(whole(fields)) };
}

export function list(fields: Message): Kind {
  return { wire: 2, field: append(whole(fields)) };
}

/** A message whose fields JSON has among those of the message around it. */
export function inline(fields: Message): Kind {
  return {
    wire: 2,
    field: () => (reader, into) => {
      readMessage(reader, endOf(reader), fields, into);
    },
  };
}

/** A message of which only the presence matters. */
export const presence: Kind = {
  wire: 2,
  field: put((reader) => {
    reader.skip(reader.uint32());
    return {};
  }),
};

const SECONDS = 1 << 3;
const NANOS = 2 << 3;
const MS = 1000;
const NANOS_PER_MICRO = 1000;

// A zero time is a message without fields; JSON has null. Read without an object of its own: a pod
// has a dozen times.
function readTime(reader: Reader, toText: (seconds: number, nanos: number) => string): string | null {
  const end = endOf(reader);
  let seconds: number | null = null;
  let nanos = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === SECONDS) seconds = integer64(reader);
    else if (tag === NANOS) nanos = reader.int32();
    else reader.skipType(tag & 7);
  }
  if (reader.pos !== end) throw new NotProtobuf('a time is longer than its message');
  return seconds === null ? null : toText(seconds, nanos);
}

/** metav1.Time: RFC 3339, whole seconds. */
export const time: Kind = { wire: 2, field: putUnlessEmpty((reader) => readTime(reader, secondsText)) };

/** metav1.MicroTime: RFC 3339 with six digits of a second. */
export const microTime: Kind = { wire: 2, field: putUnlessEmpty((reader) => readTime(reader, microsText)) };

function microsText(seconds: number, nanos: number): string {
  const micros = Math.floor(nanos / NANOS_PER_MICRO);
  return `${secondsText(seconds).slice(0, -1)}.${String(micros).padStart(6, '0')}Z`;
}

// Pods that start together, and the conditions of each, share few distinct times.
const MAX_TIMES = 4096;
const timesKnown = new Map<number, string>();

function secondsText(seconds: number): string {
  const known = timesKnown.get(seconds);
  if (known !== undefined) return known;
  if (timesKnown.size >= MAX_TIMES) timesKnown.clear();
  const text = toSecondsText(seconds);
  timesKnown.set(seconds, text);
  return text;
}

function toSecondsText(seconds: number): string {
  const date = new Date(seconds * MS);
  if (Number.isNaN(date.getTime())) throw new NotProtobuf('a time out of range');
  return `${date.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`;
}

const intOrStringFields = message({ type: [1, anyInt64], intVal: [2, anyInt32], strVal: [3, anyString] });
const STRING_TYPE = 1;

/** A number or a string, chosen by `type` (intstr.IntOrString). */
export const intOrString: Kind = {
  wire: 2,
  field: put((reader) => {
    const { type, intVal = 0, strVal = '' } = readMessage(reader, endOf(reader), intOrStringFields, {});
    return type === STRING_TYPE ? strVal : intVal;
  }),
};

const quantityFields = message({ string: [1, anyString] });
const amount: Value = (reader) => readMessage(reader, endOf(reader), quantityFields, {}).string ?? '0';

export const quantity: Kind = { wire: 2, field: put(amount) };

/** Strings by key; values of unwanted keys are not read. */
export function stringsByKey(isWanted: (key: string) => boolean = () => true): Kind {
  return byKey(text, '', isWanted);
}

export const quantitiesByKey: Kind = byKey(amount, '0', () => true);

const KEY_TAG = (1 << 3) | 2;
const VALUE_TAG = (2 << 3) | 2;

// An entry is a message of key and value; the API server sends them in this order.
function byKey(read: Value, absent: unknown, isWanted: (key: string) => boolean): Kind {
  return {
    wire: 2,
    field: (name) => (reader, into) => {
      const end = endOf(reader);
      let key = '';
      let value = absent;
      while (reader.pos < end) {
        const tag = reader.uint32();
        if (tag === KEY_TAG) key = text(reader) as string;
        else if (tag === VALUE_TAG && isWanted(key)) value = read(reader);
        else reader.skipType(tag & 7);
      }
      if (reader.pos !== end) throw new NotProtobuf('an entry is longer than its message');
      // If no key is wanted the map is still present, as in redacted JSON.
      into[name] ??= {};
      const map = into[name] as Fields;
      if (isWanted(key)) map[key] = value;
    },
  };
}
