/**
 * The vocabulary of the one table of what is kept of Kubernetes' objects ({@link KINDS} in kubernetes-schema.ts). Three readers
 * are derived from it: what redaction `standard` keeps (`keep`), what `strict` keeps of that (`strict`), and what is read of the
 * API's protobuf at all (`proto` and `type`). A field that does not stand in the table is left out by all three.
 */
export type Fields = Readonly<Record<string, Field>>;

export type Field = Value | Nested;

/** A field whose value a rule keeps. */
export type Value = Wire & {
  readonly keep: StandardRule;
  /** What `strict` keeps of it: of a map whose keys are no API fields, these keys. Nothing where it is absent. */
  readonly strict?: StrictRule | Fields;
};

/** A field that holds an object, or a list of objects, with fields of their own. */
export type Nested = ({ readonly one: Fields } | { readonly list: Fields }) & {
  readonly proto?: FieldNumber;
  /** Where `strict` keeps something else than its fields tell. Where none of these has a `strict`, it is left out whole. */
  readonly strict?: NestedStrictRule;
};

/** Where protobuf has a value, and how. A field that only JSON has (or a kind that only comes as JSON) has neither. */
type Wire = { readonly proto: FieldNumber; readonly type: WireType } | { readonly proto?: undefined; readonly type?: undefined };

/**
 * A field's number in generated.proto of k8s.io/api/core/v1 or k8s.io/apimachinery/pkg/apis/meta/v1. Numbers never change. Two of
 * them where JSON has the field among those of the object around it: the number of its message, then its own there.
 */
export type FieldNumber = number | readonly [outer: number, inner: number];

/**
 * How protobuf writes a value. JSON leaves out an empty one (Go: no pointer, `omitempty`), and has one whose type begins with
 * `any` whenever it is there (Go: a pointer, or no `omitempty`).
 */
export type WireType =
  | 'string'
  | 'int32'
  | 'int64'
  | 'bool'
  | 'anyString'
  | 'anyInt32'
  | 'anyInt64'
  | 'anyBool'
  | 'strings'
  | 'int32s'
  | 'stringsByKey'
  | 'quantity'
  | 'quantitiesByKey'
  | 'intOrString'
  | 'time'
  | 'microTime'
  | 'presence';

/** What redaction `standard` keeps of a value. */
export type StandardRule =
  /** A string, a number or a boolean, as it is. */
  | 'scalar'
  /** Each scalar of a list. */
  | 'scalars'
  | 'scalarOrNull'
  /** Free text: secrets in it are masked. */
  | 'masked'
  | 'command'
  | 'labels'
  /** Those of which `annotationOf` tells (metadata-schema.ts). */
  | 'annotations'
  | 'checksum'
  /** Amounts of resources by name. */
  | 'quantities'
  /** Only that it is there. */
  | 'presence'
  | 'argsDigest';

/** What redaction `strict` keeps of what `standard` kept. */
export type StrictRule =
  | 'scalar'
  | 'number'
  /** Each number of a list. */
  | 'numbers'
  /** One word, as Kubernetes writes reasons, condition types and kinds. */
  | 'word'
  /** Another name for it, the same one each time. */
  | 'name'
  | 'nameOrNull'
  | 'uid'
  | 'image'
  /** Of a text only Kubernetes' own words. */
  | 'message'
  /** `cpu` and `memory`: an extended resource has a name that somebody gave it. */
  | 'resource'
  /** Which program wrote an event. */
  | 'component'
  /** Which program wrote an object. */
  | 'manager'
  /** Another name of a ConfigMap, but for the one that is in each namespace. */
  | 'configName'
  /** `spec.containers{web}`, with another name for the container. */
  | 'fieldPath'
  | 'quantities'
  | 'presence';

export type NestedStrictRule =
  /** Only that it is there. */
  | 'presence'
  /** Nothing. */
  | 'nothing'
  /** Beside what its fields tell, all that counts: whatever is a number or a boolean names nobody. */
  | 'counts'
  /** The end of a run: its message only where the runtime or the kubelet wrote it. */
  | 'end';

/** These fields, all alike. */
export function each(field: Field, names: readonly string[]): Record<string, Field> {
  return Object.fromEntries(names.map((name) => [name, field]));
}

/** Fields that protobuf has in a message of that number, and JSON among those of the object around it. */
export function within(outer: number, fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      if (field.proto === undefined) return [name, field];
      if (typeof field.proto !== 'number') throw new Error(`${name} is in a message within a message already`);
      return [name, { ...field, proto: [outer, field.proto] }];
    }),
  );
}
