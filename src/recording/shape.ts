import type { Json } from '../model/json.ts';

/**
 * A shape gives the part of a value that redaction keeps; undefined where there is nothing to keep. Shapes are allow-lists: what
 * they do not name is left out, whatever a later API brings.
 */
export type Shape = (value: unknown) => unknown;

export const scalar: Shape = (value) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;

/** A string, changed. */
export function string(change: (text: string) => string | undefined): Shape {
  return (value) => (typeof value === 'string' ? change(value) : undefined);
}

/** Only that it is there. */
export const presence: Shape = (value) => (typeof value === 'object' && value !== null ? {} : undefined);

/** An object's fields, each by its own shape. */
export function fields(shapes: Readonly<Record<string, Shape>>): Shape {
  const entries = Object.entries(shapes);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const kept: Record<string, unknown> = {};
    for (const [name, shape] of entries) {
      const field = (value as Json)[name];
      const keptField = field === undefined ? undefined : shape(field);
      if (keptField !== undefined) kept[name] = keptField;
    }
    return kept;
  };
}

/** An array of one shape. */
export function list(shape: Shape): Shape {
  return (value) => (Array.isArray(value) ? value.map(shape).filter((item) => item !== undefined) : undefined);
}

/** An object whose keys are no API fields (labels, quantities). */
export function map(shape: (key: string, value: unknown) => unknown): Shape {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const kept = Object.entries(value).map(([key, item]) => [key, shape(key, item)] as const);
    return Object.fromEntries(kept.filter(([, item]) => item !== undefined));
  };
}

/** These fields, each of the same shape. */
export function each(shape: Shape, names: readonly string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, shape]));
}

const QUANTITY = /^[+-]?[\d.]{1,32}(?:[eE][+-]?\d{1,3}|[numkKMGTPE]i?)?$/;

/** Amounts of resources by name ("64Mi"). */
export const quantities: Shape = map((_key, value) =>
  typeof value === 'number' || (typeof value === 'string' && QUANTITY.test(value)) ? value : undefined,
);

/** Of who wrote which field of an object when: the time of the field `revision`. */
export const revisionTimes: Shape = list(fields({ time: scalar, fieldsV1: fields({ 'f:revision': presence }) }));
