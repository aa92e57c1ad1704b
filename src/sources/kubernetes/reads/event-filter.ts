import { isOwnerKind } from '../../../model/resources.ts';

/** What the filter needs of an event: its type, and the kind and UID of what it is about. */
export interface FilteredEvent {
  readonly type: string;
  readonly involved: { readonly kind: string; readonly uid: string };
}

/**
 * Reasons of events that come about by the dozen while all is well, and that no cause, countdown or screen reads: the API server
 * is asked to leave them out. Those of a pod that somebody looks at are read for themselves. `Pulling` is none of them: it tells
 * that what blocked a pod is over.
 */
const ROUTINE_REASONS: readonly string[] = [
  ...['Scheduled', 'Pulled', 'Created', 'Started'],
  ...['SuccessfulDelete', 'Completed', 'SawCompletedJob', 'LeaderElection'],
];

/** The field selector that leaves the routine out. */
export const NOT_ROUTINE = ROUTINE_REASONS.map((reason) => `reason!=${reason}`).join(',');

/** Events that wait for what they are about to become of interest; of more, those that waited longest go. */
const HELD = 2000;
/** Objects that are remembered as being of interest. */
const ADMITTED = 20_000;

/**
 * Of all events, those about what is of interest: nodes, owners that complain, and the pods and owners that were admitted. Events
 * know neither labels nor whether their pod is well. One about a pod or an owner that was not admitted (yet) is held, and given
 * back when it is: it may be there before the status that it explains.
 */
export class EventFilter<T> {
  readonly #admitted = new Set<string>();
  readonly #held = new Map<string, T[]>();
  #heldCount = 0;

  /** Does the event pass now? If not, it may be held. */
  passes({ type, involved: { kind, uid } }: FilteredEvent, event: T): boolean {
    if (kind === 'Node' || this.#admitted.has(uid)) return true;
    const isOwner = isOwnerKind(kind);
    if (isOwner && type === 'Warning') return true;
    if (isOwner || kind === 'Pod') this.#hold(uid, event);
    return false;
  }

  /** Lets the events about an object pass from now on. Returns those that waited for it, oldest first. */
  admit(uid: string): readonly T[] {
    if (this.#admitted.has(uid)) return [];
    this.#admitted.add(uid);
    if (this.#admitted.size > ADMITTED) this.#admitted.delete(this.#admitted.values().next().value as string);
    const events = this.#held.get(uid) ?? [];
    this.#held.delete(uid);
    this.#heldCount -= events.length;
    return events;
  }

  #hold(uid: string, event: T): void {
    const others = this.#held.get(uid);
    if (others === undefined) this.#held.set(uid, [event]);
    else others.push(event);
    this.#heldCount++;
    for (const [oldest, events] of this.#held) {
      if (this.#heldCount <= HELD) return;
      this.#held.delete(oldest);
      this.#heldCount -= events.length;
    }
  }
}
