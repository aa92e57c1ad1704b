import { isOwnerKind } from '../../../model/resources.ts';

/** The fields of an event that the filter needs: its type, and the kind and UID of its object. */
export interface FilteredEvent {
  readonly type: string;
  readonly involved: { readonly kind: string; readonly uid: string };
}

/**
 * Reasons of frequent events of healthy pods that no cause, countdown or screen reads: the API
 * server is asked to leave them out. For the pod on the screen they are read separately. `Pulling`
 * is not among them: it shows that the blocking problem is over.
 */
const ROUTINE_REASONS: readonly string[] = [
  ...['Scheduled', 'Pulled', 'Created', 'Started'],
  ...['SuccessfulDelete', 'Completed', 'SawCompletedJob', 'LeaderElection'],
];

/** The field selector that excludes routine events. */
export const NOT_ROUTINE = ROUTINE_REASONS.map((reason) => `reason!=${reason}`).join(',');

/** Events held until their object becomes of interest; beyond this number, the oldest go. */
const MAX_HELD = 2000;
/** Remembered objects of interest. */
const MAX_ADMITTED = 20_000;

/**
 * Selects the events of interest: about nodes, owners that complain, and admitted pods and owners.
 * Events carry neither the labels nor the health of their pod. An event about a pod or owner that
 * is not admitted (yet) is held, and returned on admission: it may arrive before the status that it
 * explains.
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

  /** Lets the events about an object pass from now on. Returns the held ones, oldest first. */
  admit(uid: string): readonly T[] {
    if (this.#admitted.has(uid)) return [];
    this.#admitted.add(uid);
    if (this.#admitted.size > MAX_ADMITTED) this.#admitted.delete(this.#admitted.values().next().value as string);
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
      if (this.#heldCount <= MAX_HELD) return;
      this.#held.delete(oldest);
      this.#heldCount -= events.length;
    }
  }
}
