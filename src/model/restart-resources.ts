import { arrayOf, type Json, objectOf, stringOf } from '../text/json.ts';

/**
 * The resources that a container cannot change without a restart (`resizePolicy`, KEP-1287), and
 * their amounts.
 */
export interface RestartResources {
  /** Names of resources (`memory`) with the policy RestartContainer; never empty. */
  readonly names: readonly string[];
  /** In the form of {@link amountsOf}. */
  readonly amounts: string;
}

/** Reads a container's spec from the API; undefined if no resize needs a restart. */
export function restartResourcesOf(spec: Json): RestartResources | undefined {
  const names = arrayOf(spec.resizePolicy).flatMap((raw) => {
    const { resourceName, restartPolicy } = objectOf(raw);
    return restartPolicy === 'RestartContainer' ? [stringOf(resourceName)] : [];
  });
  return names.length === 0 ? undefined : { names, amounts: amountsOf(objectOf(spec.resources), names) };
}

/**
 * The limits and requests of these resources as one text, equal for equal amounts ("1Gi" and
 * "1024Mi"); '' if there are none.
 */
export function amountsOf({ limits, requests }: Json, names: readonly string[]): string {
  const [most, least] = [objectOf(limits), objectOf(requests)];
  const parts = names.flatMap((name) => {
    const amounts = [amountOf(most[name]), amountOf(least[name])];
    return amounts.every((amount) => amount === '') ? [] : [`${name} ${amounts.join('/')}`];
  });
  return parts.join(', ');
}

const SUFFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const AMOUNT = /^([+-]?[0-9.]{1,32}(?:[eE][+-]?[0-9]{1,3})?)([a-zA-Z]{0,2})$/;

// A resource.Quantity, precise enough to tell two apart.
function amountOf(value: unknown): string {
  const text = typeof value === 'number' ? `${value}` : stringOf(value);
  const [, digits = '', suffix = ''] = AMOUNT.exec(text) ?? [];
  const factor = factorOf(suffix);
  return digits === '' || factor === null ? text.slice(0, 64) : `${Number(digits) * factor}`;
}

function factorOf(suffix: string): number | null {
  const small = { n: 1e-9, u: 1e-6, m: 1e-3 }[suffix];
  if (small !== undefined) return small;
  const isBinary = suffix.endsWith('i');
  const power = isBinary ? SUFFIXES.indexOf(suffix.slice(0, -1).replace('K', 'k')) : SUFFIXES.indexOf(suffix);
  return power < 0 ? null : (isBinary ? 1024 : 1000) ** power;
}
