import { type Field as ApiField, MapField, type Type } from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../src/recording/redaction/kubernetes-schema.ts';
import type { Field, Fields } from '../../../src/recording/redaction/schema.ts';
import { isMarked, messageType } from '../../api-server/kubernetes-protobuf.ts';

/** What the table and the API's own schema (test/fixtures/protobuf/kubernetes.proto) say of a field, where they differ. */
type Difference = readonly [path: string, table: string, api: string];

describe.each(['Pod', 'Event'] as const)('the table of what is kept of a %s', (kind) => {
  it('gives each field the number and the type that the API gives it', () => {
    expect(differencesIn(KINDS[kind], messageType(kind), kind)).toEqual([]);
  });

  it('gives a number to each field that the API has', () => {
    const { apiVersion: _, kind: __, ...fields } = KINDS[kind];
    expect(withoutNumber(fields, messageType(kind), kind)).toEqual([]);
  });
});

describe('a table that differs from the API', () => {
  it.each([
    ['a number', { count: { proto: 9, type: 'int32', keep: 'scalar' } }, ['Event.count', 'count: int32', 'type: string']],
    ['a type', { count: { proto: 8, type: 'anyInt32', keep: 'scalar' } }, ['Event.count', 'count: anyInt32', 'count: int32']],
    ['a list', { series: { proto: 11, list: {} } }, ['Event.series', 'series: list', 'series: one']],
  ] as const)('by %s is told', (_, fields, difference) => {
    expect(differencesIn(fields, messageType('Event'), 'Event')).toEqual([difference]);
  });

  it('by a field that it has no number for is told', () => {
    expect(withoutNumber({ count: { keep: 'scalar' } }, messageType('Event'), 'Event')).toEqual(['Event.count']);
  });
});

function differencesIn(fields: Fields, type: Type, path: string): Difference[] {
  return Object.entries(fields).flatMap(([name, field]): Difference[] => {
    const api = apiFieldOf(field, type);
    if (field.proto === undefined) return [];
    const [inTable, inApi] = [
      `${name}: ${wireTypeOf(field)}`,
      api === undefined ? 'none' : `${api.name}: ${apiTypeOf(api, field)}`,
    ];
    if (inTable !== inApi) return [[`${path}.${name}`, inTable, inApi]];
    return 'keep' in field ? [] : differencesIn(fieldsWithin(field), api?.resolvedType as Type, `${path}.${name}`);
  });
}

function withoutNumber(fields: Fields, type: Type, path: string): string[] {
  const inApi = namesOf(type);
  return Object.entries(fields).flatMap(([name, field]) => {
    if (field.proto === undefined) return inApi.has(name) ? [`${path}.${name}`] : [];
    const within = apiFieldOf(field, type)?.resolvedType as Type;
    return 'keep' in field ? [] : withoutNumber(fieldsWithin(field), within, `${path}.${name}`);
  });
}

function fieldsWithin(field: Exclude<Field, { keep: unknown }>): Fields {
  return 'one' in field ? field.one : field.list;
}

function wireTypeOf(field: Field): string {
  if ('keep' in field) return String(field.type);
  return 'one' in field ? 'one' : 'list';
}

/** The field of that number, if need be of the message that JSON has among the fields of this one. */
function apiFieldOf({ proto }: Field, type: Type): ApiField | undefined {
  if (proto === undefined || typeof proto === 'number') return type.fieldsById[proto ?? -1];
  const outer = type.fieldsById[proto[0]];
  return outer !== undefined && isMarked(outer, 'inline') ? (outer.resolvedType as Type).fieldsById[proto[1]] : undefined;
}

function namesOf(type: Type): Set<string> {
  const inlined = type.fieldsArray.filter((field) => isMarked(field, 'inline'));
  return new Set([
    ...type.fieldsArray.map(({ name }) => name),
    ...inlined.flatMap(({ resolvedType }) => [...namesOf(resolvedType as Type)]),
  ]);
}

const SPECIAL: Readonly<Record<string, string>> = {
  Time: 'time',
  MicroTime: 'microTime',
  Quantity: 'quantity',
  IntOrString: 'intOrString',
};

function apiTypeOf(api: ApiField, field: Field): string {
  const message = api.resolvedType?.name;
  if (api instanceof MapField) return message === 'Quantity' ? 'quantitiesByKey' : `${api.type}sByKey`;
  if (message !== undefined && SPECIAL[message] !== undefined) return SPECIAL[message];
  // Of some messages only counts that they are there.
  if (message !== undefined && !api.repeated && 'keep' in field) return 'presence';
  if (message !== undefined) return api.repeated ? 'list' : 'one';
  if (api.repeated) return `${api.type}s`;
  const isThereWhenEmpty = isMarked(api, 'pointer') || isMarked(api, 'always');
  return isThereWhenEmpty ? `any${api.type[0]?.toUpperCase()}${api.type.slice(1)}` : api.type;
}
