import { memoByIdentity } from '../text/memo-by-identity.ts';

interface Named {
  readonly name: string;
}

// Nearly every pod has fewer containers; in so few a search is faster than a map.
const FEW = 16;

const mapOf = memoByIdentity(
  // Of two with the same name the first wins: it is set last.
  (list: readonly Named[]): ReadonlyMap<string, Named> => new Map(list.toReversed().map((one) => [one.name, one])),
);

/**
 * The first element of that name in a list that never changes. Looking up every element of a long
 * list stays linear in all.
 */
export function namedIn<T extends Named>(list: readonly T[], name: string): T | undefined {
  if (list.length <= FEW) return list.find((one) => one.name === name);
  return mapOf(list).get(name) as T | undefined;
}
