import type { Envelope } from '../timeline/envelope.ts';

/** Counts the first lists of pods: one for each namespace that is watched by name, or one for all. */
export class FirstLists {
  readonly #asked: number;
  #expected: number;
  #came = 0;

  /** @param namespaces as a source's: null for all. */
  constructor(namespaces: readonly string[] | null) {
    this.#asked = namespaces?.length ?? 1;
    this.#expected = this.#asked;
  }

  /** Has every list come that can come? Where pods are forbidden there is nothing to wait for. */
  get areWhole(): boolean {
    return this.#came > 0 && this.#came >= this.#expected;
  }

  take(envelope: Envelope): void {
    if (envelope.type === 'snapshot' && envelope.kind === 'Pod' && !envelope.more) this.#came++;
    if (envelope.type === 'access')
      this.#expected = this.#asked - envelope.hidden.filter((h) => h.what === 'pods' && h.namespace !== null).length;
  }
}
