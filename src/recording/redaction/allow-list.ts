import type { Json } from '../../text/json.ts';

/**
 * A shape returns the part of a value that redaction keeps; undefined to keep nothing. Shapes are
 * allow-lists: they drop whatever they do not name, whatever a later API adds.
 */
export type Shape = (value: unknown) => unknown;

export const scalar: Shape = (value) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;

/** A string, transformed. */
export function string(change: (text: string) => string | undefined): Shape {
  return (value) => (typeof value === 'string' ? change(value) : undefined);
}

/** Only keeps that it is present. */
export const presence: Shape = (value) => {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.keys(value).length === 0 && !Array.isArray(value) ? value : {};
};

/** An object's fields, each by its own shape. Returns the same object if all are kept unchanged. */
export function fields(shapes: Iterable<readonly [name: string, Shape]>): Shape {
  const byName = new Map(shapes);
  return map((name, value) => byName.get(name)?.(value));
}

/** An array of one shape. Returns the same array if all is kept unchanged. */
export function list(shape: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    let changed: unknown[] | null = null;
    for (let i = 0; i < value.length; i++) {
      const kept = shape(value[i]);
      if (kept !== value[i]) changed ??= value.slice(0, i);
      if (kept !== undefined) changed?.push(kept);
    }
    return changed ?? value;
  };
}

/**
 * An object's entries, for keys that are no API fields (labels, quantities). Returns the same
 * object if all are kept unchanged.
 */
export function map(shape: (key: string, value: unknown) => unknown): Shape {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    let changed: Record<string, unknown> | null = null;
    for (const name in value) {
      const item = (value as Json)[name];
      const kept = shape(name, item);
      if (kept !== item) changed ??= before(value as Json, name);
      if (changed !== null && kept !== undefined) changed[name] = kept;
    }
    return changed ?? value;
  };
}

// The entries before that one.
function before(value: Json, last: string): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name in value) {
    if (name === last) break;
    kept[name] = value[name];
  }
  return kept;
}

const QUANTITY = /^[+-]?[\d.]{1,32}(?:[eE][+-]?\d{1,3}|[numkKMGTPE]i?)?$/;

/** Resource amounts by name ("64Mi"). */
export const quantities: Shape = map((_key, value) =>
  typeof value === 'number' || (typeof value === 'string' && QUANTITY.test(value)) ? value : undefined,
);
