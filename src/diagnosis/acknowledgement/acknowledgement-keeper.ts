import type { Acknowledgement } from './acknowledgement.ts';
import { type AcknowledgementChange, idOf } from './judge.ts';

/** What keeps the acknowledgements of the cluster that a session shows. */
export interface AcknowledgementKeeper {
  /** Who acknowledges, as the others read it. */
  readonly by: string;
  /** Do they outlive the session? */
  readonly isLasting: boolean;
  /** All of them, those that came back or are over as well; the same array until one of them changes. */
  list(): readonly Acknowledgement[];
  /** Holds at once; where it cannot be kept, a notice of the session says so. */
  change(change: AcknowledgementChange): void;
  /** Has nobody acknowledged anything in this cluster yet, nor declined to? */
  isFirstTime(): boolean;
  /** The offer to acknowledge what is old has been answered. */
  decline(): void;
}

/**
 * The list after a change. An acknowledgement that is newer than what the change knows stays as it is: somebody else has acknowledged
 * the problem again meanwhile.
 */
export function changed(list: readonly Acknowledgement[], { remove, add }: AcknowledgementChange): readonly Acknowledgement[] {
  const byId = new Map(list.map((a) => [idOf(a), a]));
  for (const a of remove) if ((byId.get(idOf(a))?.at ?? Number.POSITIVE_INFINITY) <= a.at) byId.delete(idOf(a));
  for (const a of add) if ((byId.get(idOf(a))?.at ?? Number.NEGATIVE_INFINITY) <= a.at) byId.set(idOf(a), a);
  return [...byId.values()];
}

/** Keeps them until the session ends: what is acknowledged in a recording says nothing of a cluster. */
export function memoryKeeper(): AcknowledgementKeeper {
  let list: readonly Acknowledgement[] = [];
  return {
    by: 'you',
    isLasting: false,
    list: () => list,
    change: (change) => {
      list = changed(list, change);
    },
    isFirstTime: () => false,
    decline: () => {},
  };
}
