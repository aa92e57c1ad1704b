import type { ResourceKind } from '../../model/resources.ts';
import { arrayOf, type Json, objectOf } from '../../text/json.ts';
import { boundedJson } from '../bounded-json.ts';
import { isResourceKind } from '../kinds.ts';
import type { RecordingLine } from '../line.ts';
import { fields, list, map, presence, quantities, type Shape, scalar, string } from './allow-list.ts';
import { KINDS } from './kubernetes-schema.ts';
import { LINES, OBJECT_LINE, SNAPSHOT_LINE } from './line-schema.ts';
import { maskCommand, maskEntry, maskText } from './mask.ts';
import { annotationOf } from './metadata-schema.ts';
import type { Field, Fields, StandardRule } from './schema.ts';

const command: Shape = (value) => {
  if (!Array.isArray(value)) return undefined;
  const masked = maskCommand(value.filter((word): word is string => typeof word === 'string'));
  return masked.length === value.length && masked.every((word, i) => word === value[i]) ? value : masked;
};

const HEX = /^[0-9a-f]{8,128}$/;
const ARGS_DIGEST = /^[0-9a-f]{8}:(?:[0-9a-f]{16})?$/;

const RULES: Readonly<Record<StandardRule, Shape>> = {
  scalar,
  scalars: list(scalar),
  scalarOrNull: (value) => (value === null ? null : scalar(value)),
  masked: string(maskText),
  command,
  labels: map((key, value) => (typeof value === 'string' ? maskEntry(key, value) : undefined)),
  annotations: map((key, value) => {
    const kept = annotationOf(key);
    return kept === undefined ? undefined : RULES[kept.keep](value);
  }),
  checksum: string((text) => (HEX.test(text) ? text : undefined)),
  quantities,
  presence,
  argsDigest: string((text) => (ARGS_DIGEST.test(text) ? text : undefined)),
};

// Built on first use, to keep start-up fast. Many kinds contain the same objects: build each once.
const redactors = new Map<Fields, Shape>();

/**
 * Redaction `standard` of an object with these fields: an allow-list. Drops everything else (env
 * values, args, managedFields, other annotations, inline volume data, whatever a later API adds).
 */
function redactor(schema: Fields): Shape {
  const known = redactors.get(schema);
  if (known !== undefined) return known;
  const made = fields(Object.entries(schema).map(([name, field]) => [name, shapeOf(field)]));
  redactors.set(schema, made);
  return made;
}

function shapeOf(field: Field): Shape {
  if ('one' in field) return redactor(field.one);
  return 'list' in field ? list(redactor(field.list)) : RULES[field.keep];
}

/**
 * Redacts an API object by `standard`, bounded; null for a kind that is not kept. Does not change
 * its input.
 */
export function redactObject(kind: string, object: unknown): Json | null {
  return isResourceKind(kind) ? shaped(kind, boundedJson(objectOf(object))) : null;
}

function shaped(kind: ResourceKind, object: unknown): Json {
  return objectOf(redactor(KINDS[kind])(object));
}

/**
 * Redacts a recorded line by `standard`, bounded, ready to write; null if nothing is kept (unknown
 * kind or type). Does not change its input.
 */
export function redactLine(raw: RecordingLine): RecordingLine | null {
  const line = boundedJson(raw);
  switch (line.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      if (!isResourceKind(line.kind)) return null;
      const object = shaped(line.kind, line.object);
      return { ...(redactor(OBJECT_LINE)(line) as object), object } as unknown as RecordingLine;
    }
    case 'snapshot': {
      const { kind } = line;
      if (!isResourceKind(kind)) return null;
      const items = line.items.map((item) => shaped(kind, item));
      return { ...(redactor(SNAPSHOT_LINE)(line) as object), items } as unknown as RecordingLine;
    }
    case 'BOOKMARK':
      return isResourceKind(line.kind) ? withoutObject(line) : null;
    default:
      return withoutObject(line);
  }
}

function withoutObject(line: RecordingLine): RecordingLine | null {
  const schema = LINES.get(line.type);
  return schema === undefined ? null : (redactor(schema)(line) as RecordingLine);
}

/** The redacted object of a line; from a snapshot, the one with that UID; null if there is none. */
export function redactedObjectOf(line: RecordingLine, uid: string): Json | null {
  if (line.type === 'snapshot') {
    const found = arrayOf(line.items).find((item) => objectOf(objectOf(item).metadata).uid === uid);
    return found === undefined ? null : redactObject(line.kind, found);
  }
  if (line.type !== 'ADDED' && line.type !== 'MODIFIED' && line.type !== 'DELETED') return null;
  return objectOf(line.object.metadata).uid === uid ? redactObject(line.kind, line.object) : null;
}
