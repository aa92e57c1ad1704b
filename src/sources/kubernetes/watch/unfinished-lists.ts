import { objectOf, stringOf } from '../../../text/json.ts';

/**
 * What lists have named that nothing has completed yet. A reader of the recording takes the parts of a list for the
 * continuation of one that broke off: what only that one named would stay there for ever.
 */
export interface UnfinishedLists {
  /** The UIDs that the list under way has named so far, by part: a set of all would be copied with each. */
  readonly named: readonly (readonly string[])[];
  /** The UIDs that lists named which broke off, since the last that was finished. */
  readonly unconfirmed: ReadonlySet<string>;
}

/** Before the first list, and after each that was finished. */
export const NO_LISTS: UnfinishedLists = Object.freeze({ named: [], unconfirmed: new Set<string>() });

/** A list begins: what the one before it named, and did not come to its end, is unconfirmed. */
export function withNewList(lists: UnfinishedLists): UnfinishedLists {
  const { named, unconfirmed } = lists;
  return named.length === 0 ? lists : { named: [], unconfirmed: new Set([...unconfirmed, ...named.flat()]) };
}

/** The next part of the list under way. */
export function withPart(lists: UnfinishedLists, items: readonly unknown[]): UnfinishedLists {
  const uids = items.map((item) => stringOf(objectOf(objectOf(item).metadata).uid));
  return { ...lists, named: [...lists.named, uids] };
}

/** Does the list under way, of which all parts came, name all that those before it named? */
export function isConfirmed({ named, unconfirmed }: UnfinishedLists): boolean {
  if (unconfirmed.size === 0) return true;
  const all = new Set(named.flat());
  return [...unconfirmed].every((uid) => all.has(uid));
}
