import fc from 'fast-check';
import { type Field, MapField, type Type } from 'protobufjs';
import { type Json, objectOf } from '../../../../../src/text/json.ts';
import { isMarked, messageType } from '../../../../api-server/kubernetes-protobuf.ts';

/**
 * Any object that the API could give, as its JSON has it: of every field that kubernetes.proto has, also those that crashtop does
 * not read. Whether a field is there follows from what Go's types say of it.
 */
export function anyObject(kind: 'Pod' | 'Event'): fc.Arbitrary<Json> {
  return fc.tuple(fieldsOf(messageType(kind)), NAME, NAME).map(([fields, name, uid]) => {
    return { kind, apiVersion: 'v1', ...fields, metadata: { ...objectOf(fields.metadata), name, uid } };
  });
}

// Any Unicode, short and longer than what is remembered; and what comes more than once.
const TEXT = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 40, maxLength: 90 }) },
  { weight: 3, arbitrary: fc.constantFrom('', 'web', 'Running', 'Änderung', 'CrashLoopBackOff', 'example.com/web:1.4.2') },
);
const NAME = fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constant('web'));
// A key of labels, annotations and resources never begins with an underscore (IsQualifiedName): none is `__proto__`.
const KEY = fc
  .oneof(TEXT, fc.constantFrom('app', 'checksum/config', 'kubernetes.io/change-cause', 'config.kubernetes.io/origin'))
  .filter((key) => !key.startsWith('_'));

const FIRST_SECOND = Date.parse('0001-01-01T00:00:01Z') / 1000;
const LAST_SECOND = Date.parse('9999-12-31T23:59:59Z') / 1000;
const SECOND = fc
  .oneof(fc.constant(0), fc.integer({ min: FIRST_SECOND, max: LAST_SECOND }))
  .map((seconds) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'));
const MICROSECOND = fc
  .tuple(SECOND, fc.nat({ max: 999_999 }))
  .map(([second, micros]) => second.replace('Z', `.${String(micros).padStart(6, '0')}Z`));

/** Of types by name: any value in JSON, the empty one included. */
const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: TEXT,
  int32: fc.oneof(fc.constant(0), fc.integer()),
  int64: fc.oneof(fc.constant(0), fc.maxSafeInteger()),
  bool: fc.boolean(),
  Time: fc.option(SECOND),
  MicroTime: fc.option(MICROSECOND),
  Quantity: fc.constantFrom('0', '100m', '64Mi', '1.5', '12E', '1e3', '-1'),
  IntOrString: fc.oneof(fc.integer(), TEXT),
  FieldsV1: fc.constant({ 'f:metadata': { 'f:labels': { '.': {} } } }),
};

const ABSENT = fc.constant(undefined);
const MOST_ITEMS = 2;

function fieldsOf(type: Type): fc.Arbitrary<Json> {
  const inlined = type.fieldsArray.filter((field) => isMarked(field, 'inline'));
  const own = type.fieldsArray.filter((field) => !isMarked(field, 'inline'));
  const parts = [
    fc.record(Object.fromEntries(own.map((field) => [field.name, fieldOf(field)])), { noNullPrototype: true }),
    ...inlined.map((field) => fieldsOf(field.resolvedType as Type)),
  ];
  return fc.tuple(...parts).map((all) => {
    const entries = all.flatMap((part) => Object.entries(part));
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  });
}

function fieldOf(field: Field): fc.Arbitrary<unknown> {
  const [isPointer, isAlways] = [isMarked(field, 'pointer'), isMarked(field, 'always')];
  if (field instanceof MapField) return fc.dictionary(KEY, anyOf(field), SOME).map(absentIf(isEmptyMap));
  if (field.repeated) return fc.array(anyOf(field), { maxLength: MOST_ITEMS }).map(isAlways ? nullIfEmpty : absentIf(isEmpty));
  if (isPointer) return fc.oneof(ABSENT, anyOf(field));
  if (isAlways) return anyOf(field);
  if (isMarked(field, 'omitzero')) return anyOf(field).map(absentIf((value) => value === null));
  // `omitempty` of Go's JSON knows no empty struct.
  return field.resolvedType === null ? fc.oneof(ABSENT, anyOf(field)).map(absentIf(isZero)) : anyOf(field);
}

const SOME = { maxKeys: MOST_ITEMS, noNullPrototype: true };

function anyOf(field: Field): fc.Arbitrary<unknown> {
  const type = field.resolvedType as Type | null;
  const given = VALUES[type?.name ?? field.type];
  if (given !== undefined) return given;
  if (type === null) throw new Error(`no values for ${field.type}`);
  return fieldsOf(type);
}

function absentIf(isAbsent: (value: unknown) => boolean): (value: unknown) => unknown {
  return (value) => (isAbsent(value) ? undefined : value);
}

function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false;
}

function isEmpty(value: unknown): boolean {
  return (value as unknown[]).length === 0;
}

function isEmptyMap(value: unknown): boolean {
  return Object.keys(value as object).length === 0;
}

// What Go's JSON has for a list that was never made.
function nullIfEmpty(list: unknown[]): unknown {
  return list.length === 0 ? null : list;
}
