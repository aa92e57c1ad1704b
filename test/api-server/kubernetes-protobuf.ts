import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobuf, { type Field, MapField, type Namespace, type Type } from 'protobufjs';
import { type Json, objectOf, stringOf } from '../../src/text/json.ts';

/** What an answer in protobuf says that it is, and what a client says that it accepts. */
export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';

const PREFIX = Buffer.from('k8s\0');

let schema: Namespace | null = null;

// Read when it is first needed: most servers of tests have only JSON.
function readSchema(): Namespace {
  const root = new protobuf.Root();
  for (const file of [
    import.meta.resolve('protobufjs/google/protobuf/descriptor.proto'),
    '../fixtures/protobuf/kubernetes.proto',
  ])
    protobuf.parse(readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8'), root, { keepCase: true });
  return root.resolveAll();
}

/** A message of the API, as test/fixtures/protobuf/kubernetes.proto has it. */
export function messageType(name: string): Type {
  schema ??= readSchema();
  return schema.lookupType(`kubernetes.${name}`);
}

/** What the Go type says of a field (see the options in kubernetes.proto). */
export function isMarked(field: Field, option: 'pointer' | 'always' | 'omitzero' | 'inline'): boolean {
  return field.options?.[`(${option})`] === true;
}

/** An object of the API as JSON has it, as the API server writes it in protobuf. @throws Error for a field that the API has not. */
export function encodeObject(json: Json): Buffer {
  const { kind, apiVersion, ...fields } = json;
  const typeMeta = { apiVersion: apiVersion ?? '', kind: kind ?? '' };
  return Buffer.concat([PREFIX, encode('Unknown', { typeMeta, raw: encodeFields(stringOf(kind), fields), ...NO_CONTENT })]);
}

const NO_CONTENT = { contentEncoding: '', contentType: '' };

/** An event of a watch in protobuf, after its length. */
export function encodeFrame(type: string, object: Json): Buffer {
  return framed(encode('WatchEvent', { type, object: { raw: encodeObject(object) } }));
}

/** These bytes after their length. */
export function framed(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function encodeFields(kind: string, fields: Json): Uint8Array {
  return encode(kind, toMessage(messageType(kind), fields));
}

function encode(name: string, message: object): Uint8Array {
  return messageType(name).encode(message).finish();
}

// As Go's generated code does: whatever is no pointer is written, empty or not.
function toMessage(type: Type, json: Json): Record<string, unknown> {
  const names = namesOf(type);
  const unknown = Object.keys(json).find((name) => !names.has(name));
  if (unknown !== undefined) throw new Error(`${type.name} has no field "${unknown}"`);
  return fieldsToMessage(type, json);
}

function fieldsToMessage(type: Type, json: Json): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const field of type.fieldsArray) {
    const value = json[field.name];
    if (isMarked(field, 'inline')) message[field.name] = fieldsToMessage(field.resolvedType as Type, json);
    else if (field instanceof MapField) message[field.name] = mapValues(objectOf(value), (v) => toValue(field, v));
    else if (field.repeated) message[field.name] = ((value ?? []) as unknown[]).map((v) => toValue(field, v));
    else if (value !== undefined || !isMarked(field, 'pointer')) message[field.name] = toValue(field, value);
  }
  return message;
}

/** The names that a message's fields have in JSON. */
function namesOf(type: Type): Set<string> {
  return new Set(
    type.fieldsArray.flatMap((field) => (isMarked(field, 'inline') ? [...namesOf(field.resolvedType as Type)] : field.name)),
  );
}

function mapValues(map: Json, change: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

const ZEROES: Readonly<Record<string, unknown>> = { string: '', bool: false };

function toValue(field: Field, value: unknown): unknown {
  const type = field.resolvedType as Type | null;
  if (type === null) return value ?? ZEROES[field.type] ?? 0;
  const special = SPECIAL[type.name];
  return special === undefined ? toMessage(type, objectOf(value)) : special(value);
}

/** Types whose JSON is not that of their fields. */
const SPECIAL: Readonly<Record<string, (value: unknown) => object>> = {
  Time: toTimestamp,
  MicroTime: toTimestamp,
  Quantity: (value) => ({ string: value ?? '0' }),
  IntOrString: (value) =>
    typeof value === 'string' ? { type: 1, intVal: 0, strVal: value } : { type: 0, intVal: value ?? 0, strVal: '' },
  FieldsV1: (value) => ({ Raw: Buffer.from(JSON.stringify(value)) }),
};

const MS = 1000;
const NANOS_PER_MICRO = 1000;

// A zero time has no fields at all.
function toTimestamp(value: unknown): object {
  if (typeof value !== 'string') return {};
  const micros = Number(/\.(\d{6})Z$/.exec(value)?.[1] ?? 0);
  return { seconds: Math.floor(Date.parse(value) / MS), nanos: micros * NANOS_PER_MICRO };
}
