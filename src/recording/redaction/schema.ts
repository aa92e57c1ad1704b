/**
 * The vocabulary of the one table of Kubernetes fields to keep ({@link KINDS} in
 * kubernetes-schema.ts). Three readers are derived from it: what redaction `standard` keeps
 * (`keep`), what `strict` keeps of that (`strict`), and what is read from the API's protobuf
 * (`proto` and `type`). All three drop fields that are not in the table.
 */
export type Fields = Readonly<Record<string, Field>>;

export type Field = Value | Nested;

/** A field whose value is kept by a rule. */
export type Value = Wire & {
  readonly keep: StandardRule;
  /**
   * What `strict` keeps of it; for a map whose keys are no API fields, these keys. Nothing if
   * absent.
   */
  readonly strict?: StrictRule | Fields;
};

/** A field that holds an object, or a list of objects, with fields of their own. */
export type Nested = ({ readonly one: Fields } | { readonly list: Fields }) & {
  readonly proto?: FieldNumber;
  /**
   * Set if `strict` keeps something other than its fields say. If none of them has `strict`, it is
   * dropped entirely.
   */
  readonly strict?: NestedStrictRule;
};

/**
 * Position and encoding of a value in protobuf. A field that exists only in JSON (or whose kind is
 * only read as JSON) has neither.
 */
type Wire = { readonly proto: FieldNumber; readonly type: WireType } | { readonly proto?: undefined; readonly type?: undefined };

/**
 * A field's number in generated.proto of k8s.io/api/core/v1 or
 * k8s.io/apimachinery/pkg/apis/meta/v1. Numbers never change. Two numbers if JSON inlines the field
 * in the surrounding object: the number of its message, then its own.
 */
export type FieldNumber = number | readonly [outer: number, inner: number];

/**
 * How protobuf encodes a value. JSON omits an empty one (Go: no pointer, `omitempty`). A type that
 * starts with `any` is in the JSON whenever it is present (Go: a pointer, or no `omitempty`).
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
  /** A string, a number or a boolean, unchanged. */
  | 'scalar'
  /** Each scalar of a list. */
  | 'scalars'
  | 'scalarOrNull'
  /** Free text, with secrets masked. */
  | 'masked'
  | 'command'
  | 'labels'
  /** Those that `annotationOf` keeps (metadata-schema.ts). */
  | 'annotations'
  | 'checksum'
  /** Resource amounts by name. */
  | 'quantities'
  /** Only that it is present. */
  | 'presence'
  | 'argsDigest';

/** What redaction `strict` keeps of the result of `standard`. */
export type StrictRule =
  | 'scalar'
  | 'number'
  /** Each number of a list. */
  | 'numbers'
  /** One word, as in Kubernetes reasons, condition types and kinds. */
  | 'word'
  /** A pseudonym, always the same one. */
  | 'name'
  | 'nameOrNull'
  | 'uid'
  | 'image'
  /** Only Kubernetes' own words of a text. */
  | 'message'
  /** `cpu` and `memory`: extended resources have custom names. */
  | 'resource'
  /** The program that wrote an event. */
  | 'component'
  /** The program that wrote an object. */
  | 'manager'
  /** A pseudonym of a ConfigMap, except for the one that exists in every namespace. */
  | 'configName'
  /** `spec.containers{web}`, with a pseudonym for the container. */
  | 'fieldPath'
  | 'quantities'
  | 'presence';

export type NestedStrictRule =
  /** Only that it is present. */
  | 'presence'
  /** Nothing. */
  | 'nothing'
  /** Besides its fields, all counts: numbers and booleans identify no one. */
  | 'counts'
  /** The end of a run: its message only if the runtime or the kubelet wrote it. */
  | 'end';

/** Gives all these names the same field. */
export function each(field: Field, names: readonly string[]): Record<string, Field> {
  return Object.fromEntries(names.map((name) => [name, field]));
}

/**
 * Fields that protobuf has in a nested message of that number, and JSON in the surrounding object.
 */
export function within(outer: number, fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      if (field.proto === undefined) return [name, field];
      if (typeof field.proto !== 'number') throw new Error(`${name} is in a message within a message already`);
      return [name, { ...field, proto: [outer, field.proto] }];
    }),
  );
}
