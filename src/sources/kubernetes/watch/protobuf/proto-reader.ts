import { annotationOf } from '../../../../recording/redaction/metadata-schema.ts';
import type { Fields, Nested, Value, WireType } from '../../../../recording/redaction/schema.ts';
import { INITIAL_EVENTS_END } from '../../kube-object.ts';
import * as wire from './fields.ts';

type Numbered = Record<string, readonly [number: number, kind: wire.Kind]>;

const KINDS: Readonly<Record<WireType, wire.Kind>> = {
  string: wire.string,
  int32: wire.int32,
  int64: wire.int64,
  bool: wire.bool,
  anyString: wire.anyString,
  anyInt32: wire.anyInt32,
  anyInt64: wire.anyInt64,
  anyBool: wire.anyBool,
  strings: wire.strings,
  int32s: wire.int32s,
  stringsByKey: wire.stringsByKey(),
  quantity: wire.quantity,
  quantitiesByKey: wire.quantitiesByKey,
  intOrString: wire.intOrString,
  time: wire.time,
  microTime: wire.microTime,
  presence: wire.presence,
};

const annotations = wire.stringsByKey((key) => key === INITIAL_EVENTS_END || annotationOf(key) !== undefined);

// Containers, conditions and the like are used in several places: make each once.
const readers = new Map<Fields, wire.Message>();

/**
 * Derives the reader of an object in protobuf. It reads the fields that redaction keeps, and gives
 * them as JSON has them. It skips all others unread: managedFields, values of env, args.
 */
export function protoReader(schema: Fields): wire.Message {
  const known = readers.get(schema);
  if (known !== undefined) return known;
  const own: Numbered = {};
  const within = new Map<number, Numbered>();
  for (const [name, field] of Object.entries(schema)) {
    if (field.proto === undefined) continue;
    if (typeof field.proto === 'number') own[name] = [field.proto, kindOf(field)];
    else {
      const [outer, inner] = field.proto;
      const inlined = within.get(outer) ?? {};
      within.set(outer, inlined);
      inlined[name] = [inner, kindOf(field)];
    }
  }
  for (const [outer, inlined] of within) own[`message ${outer}`] = [outer, wire.inline(wire.message(inlined))];
  const made = wire.message(own);
  readers.set(schema, made);
  return made;
}

function kindOf(field: Nested | (Value & { readonly type: WireType })): wire.Kind {
  if ('one' in field) return wire.one(protoReader(field.one));
  if ('list' in field) return wire.list(protoReader(field.list));
  return field.keep === 'annotations' ? annotations : KINDS[field.type];
}
