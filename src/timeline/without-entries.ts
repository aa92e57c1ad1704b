import type { Map as ImmutableMap } from 'immutable';

/**
 * Removes the entries that `isForgotten` names. Immutable's own filter builds a new map, which
 * shares nothing with earlier states.
 */
export function withoutEntries<V>(
  map: ImmutableMap<string, V>,
  isForgotten: (value: V, key: string) => boolean,
): ImmutableMap<string, V> {
  const keys: string[] = [];
  for (const [key, value] of map) if (isForgotten(value, key)) keys.push(key);
  return keys.length === 0 ? map : map.deleteAll(keys);
}
