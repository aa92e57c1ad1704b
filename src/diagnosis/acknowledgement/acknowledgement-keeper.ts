import type { Acknowledgement } from './acknowledgement.ts';
import { type AcknowledgementChange, idOf } from './judge.ts';

/** Keeps the acknowledgements of the cluster that a session shows. */
export interface AcknowledgementKeeper {
  /** The user who acknowledges, as shown to others. */
  readonly by: string;
  /** True if they outlive the session. */
  readonly isLasting: boolean;
  /** All of them, reopened and expired ones included. Same array until one changes. */
  list(): readonly Acknowledgement[];
  /** Takes effect immediately. If it cannot be saved, a notice of the session says so. */
  change(change: AcknowledgementChange): void;
  /** True if no one has acknowledged anything in this cluster or declined the offer to. */
  isFirstTime(): boolean;
  /** Records that the offer to acknowledge old problems was declined. */
  decline(): void;
}

/**
 * The list after a change. Keeps an acknowledgement that is newer than the change: another user has
 * acknowledged the same problem again in the meantime.
 */
export function changed(list: readonly Acknowledgement[], { remove, add }: AcknowledgementChange): readonly Acknowledgement[] {
  const byId = new Map(list.map((a) => [idOf(a), a]));
  for (const a of remove) if ((byId.get(idOf(a))?.at ?? Number.POSITIVE_INFINITY) <= a.at) byId.delete(idOf(a));
  for (const a of add) if ((byId.get(idOf(a))?.at ?? Number.NEGATIVE_INFINITY) <= a.at) byId.set(idOf(a), a);
  return [...byId.values()];
}

/** Keeps them until the session ends: acknowledging in a recording does not affect the cluster. */
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
