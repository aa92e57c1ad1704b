interface Named {
  readonly name: string;
}

// Nearly every pod has fewer containers; in so few a search is faster than a map.
const FEW = 16;

const maps = new WeakMap<readonly Named[], ReadonlyMap<string, Named>>();

/**
 * The first element of that name in a list that never changes. Looking up every element of a long
 * list stays linear in all.
 */
export function namedIn<T extends Named>(list: readonly T[], name: string): T | undefined {
  if (list.length <= FEW) return list.find((one) => one.name === name);
  let map = maps.get(list);
  if (map === undefined) {
    // Of two with the same name the first wins: it is set last.
    map = new Map(list.toReversed().map((one) => [one.name, one]));
    maps.set(list, map);
  }
  return map.get(name) as T | undefined;
}
