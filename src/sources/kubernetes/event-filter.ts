/** What the filter needs of an event. */
export interface AboutPod {
  /** The kind and UID of what the event is about. */
  readonly kind: string;
  readonly uid: string;
}

// Events come over a stream of their own, so the first of them may be there before their pod.
const HELD = 1000;

/**
 * Of the events of a namespace, those about the pods that a label selector chose: events carry no labels of their pods. What
 * is about no pod at all passes. An event about a pod that is not known (yet) is held, and given back when the pod comes.
 */
export class EventFilter<T> {
  readonly #pods = new Set<string>();
  readonly #held = new Map<string, T[]>();
  #heldCount = 0;

  /** Does the event pass now? If not, it is held. */
  passes(about: AboutPod, event: T): boolean {
    if (about.kind !== 'Pod' || this.#pods.has(about.uid)) return true;
    const others = this.#held.get(about.uid);
    if (others === undefined) this.#held.set(about.uid, [event]);
    else others.push(event);
    this.#heldCount++;
    this.#forgetOldest();
    return false;
  }

  /** Makes a pod known. Returns the events that waited for it, oldest first. */
  addPod(uid: string): readonly T[] {
    if (this.#pods.has(uid)) return [];
    this.#pods.add(uid);
    const events = this.#held.get(uid) ?? [];
    this.#held.delete(uid);
    this.#heldCount -= events.length;
    return events;
  }

  #forgetOldest(): void {
    for (const [uid, events] of this.#held) {
      if (this.#heldCount <= HELD) return;
      this.#held.delete(uid);
      this.#heldCount -= events.length;
    }
  }
}
