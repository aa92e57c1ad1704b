import type { Envelope, MissingPermission } from '../timeline/envelope.ts';

/**
 * Counts the first lists of pods and of events: one of each for every namespace watched by name, or
 * one for all.
 */
export class InitialSync {
  readonly #namespaces: readonly (string | null)[];
  readonly #came = { Pod: 0, Event: 0 };
  #hidden: readonly MissingPermission[] = [];

  /** @param namespaces as a source's: null for all. */
  constructor(namespaces: readonly string[] | null) {
    this.#namespaces = namespaces ?? [null];
  }

  /** Has every possible list of pods come, and at least one? Forbidden ones are not waited for. */
  get areWhole(): boolean {
    return this.#came.Pod > 0 && this.#came.Pod >= this.#expected(['pods']);
  }

  /** Has every possible list of events come? */
  get haveEvents(): boolean {
    return this.#came.Event >= this.#expected(['pods', 'events']);
  }

  /** Are pods forbidden in every namespace that is watched by name? Then no list will come. */
  get areForbidden(): boolean {
    return this.#expected(['pods']) === 0;
  }

  take(envelope: Envelope): void {
    if (envelope.type === 'access') this.#hidden = envelope.hidden;
    if (envelope.type !== 'snapshot' || envelope.more) return;
    if (envelope.kind === 'Pod' || envelope.kind === 'Event') this.#came[envelope.kind]++;
  }

  // If pods are hidden in all namespaces, that means the others: the context's own is watched by
  // name then.
  #expected(whats: readonly string[]): number {
    const hides = (namespace: string | null) => (h: MissingPermission) =>
      whats.includes(h.what) && (h.namespace === null ? h.what !== 'pods' : h.namespace === namespace);
    return this.#namespaces.filter((namespace) => !this.#hidden.some(hides(namespace))).length;
  }
}
