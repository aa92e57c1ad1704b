import type { Json } from '../../text/json.ts';

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
export const presence: Shape = (value) => {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.keys(value).length === 0 && !Array.isArray(value) ? value : {};
};

/** An object's fields, each by its own shape. Where all are kept as they are, it is the object itself. */
export function fields(shapes: Iterable<readonly [name: string, Shape]>): Shape {
  const byName = new Map(shapes);
  return map((name, value) => byName.get(name)?.(value));
}

/** An array of one shape. Where all is kept as it is, it is the array itself. */
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

/** An object's entries: of one whose keys are no API fields (labels, quantities). Where all are kept as they are, it is the object itself. */
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

/** Amounts of resources by name ("64Mi"). */
export const quantities: Shape = map((_key, value) =>
  typeof value === 'number' || (typeof value === 'string' && QUANTITY.test(value)) ? value : undefined,
);
