import { objectOf, stringOf } from '../../../text/json.ts';

/**
 * Objects that lists have named and no finished list has confirmed. A reader of the recording takes
 * the parts of a list as the continuation of one that broke off: an object named only by that one
 * would stay forever.
 */
export interface UnfinishedLists {
  /**
   * The UIDs that the list in progress has named so far, by part: a set of all would be copied with
   * each part.
   */
  readonly named: readonly (readonly string[])[];
  /** The UIDs named by lists that broke off, since the last finished one. */
  readonly unconfirmed: ReadonlySet<string>;
}

/** Before the first list, and after each finished one. */
export const NO_LISTS: UnfinishedLists = Object.freeze({ named: [], unconfirmed: new Set<string>() });

/** A list begins: UIDs named by an unfinished one before it are unconfirmed. */
export function withNewList(lists: UnfinishedLists): UnfinishedLists {
  const { named, unconfirmed } = lists;
  return named.length === 0 ? lists : { named: [], unconfirmed: new Set([...unconfirmed, ...named.flat()]) };
}

/** The next part of the list in progress. */
export function withPart(lists: UnfinishedLists, items: readonly unknown[]): UnfinishedLists {
  const uids = items.map((item) => stringOf(objectOf(objectOf(item).metadata).uid));
  return { ...lists, named: [...lists.named, uids] };
}

/** Does the complete list in progress name all UIDs of those before it? */
export function isConfirmed({ named, unconfirmed }: UnfinishedLists): boolean {
  if (unconfirmed.size === 0) return true;
  const all = new Set(named.flat());
  return [...unconfirmed].every((uid) => all.has(uid));
}
