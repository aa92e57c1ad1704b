import type { Resource, ResourceKind } from '../../model/resources.ts';

/** What a list says after those before it. */
export interface ListNews {
  /** Does it name everything? Then objects absent from it are gone. */
  readonly isWhole: boolean;
  /** If not: the objects of the lists that it replaces that are missing from it. */
  readonly gone: readonly Resource[];
}

type Listed = ReadonlyMap<string, Resource>;

/**
 * Works out what each of several lists covers, because kubectl does not say. A list that shares an
 * object with an earlier one is a later look at the same, and replaces it: `kubectl get pods -A -o
 * json` twice. A list that shares none adds to it: another namespace, or another selector (`for ns
 * in ...; do kubectl get pods -n $ns -o json; done`).
 */
export class SuccessiveLists {
  readonly #lists = new Map<ResourceKind, Listed[]>();

  /** The next list of that kind. */
  next(kind: ResourceKind, items: readonly Resource[]): ListNews {
    const before = this.#lists.get(kind) ?? [];
    const list: Listed = new Map(items.map((item) => [item.uid, item]));
    const replaced = before.filter((earlier) => sharesAny(earlier, list));
    const others = before.filter((earlier) => !replaced.includes(earlier));
    this.#lists.set(kind, list.size === 0 ? before : [...others, list]);
    if (others.length === 0) return { isWhole: true, gone: [] };
    const gone = replaced.flatMap((earlier) => [...earlier.values()].filter(({ uid }) => !list.has(uid)));
    return { isWhole: false, gone };
  }
}

function sharesAny(a: Listed, b: Listed): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  for (const uid of small.keys()) if (large.has(uid)) return true;
  return false;
}
