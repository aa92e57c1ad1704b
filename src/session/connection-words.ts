import type { ConnectionStatus } from '../sources/kubernetes/cluster-watch.ts';

/** Why the pods are not seen as they are now, as one safe line; null where they are, or nothing has failed yet. */
export function troubleOf({ collections }: Pick<ConnectionStatus, 'collections'>): string | null {
  return collections.find((c) => c.kind === 'Pod' && c.error !== null)?.error ?? null;
}

/** Will no list of pods come, however long somebody waits? Where a server sends without end, it will do so the next time. */
export function isHopeless({ collections }: Pick<ConnectionStatus, 'collections'>): boolean {
  return collections.some((c) => c.kind === 'Pod' && !c.listed && c.errorKind === 'excessive');
}

/** Says, in commands without a screen, when the pods are not seen any more, why, and when they are again. */
export class ConnectionWords {
  readonly #say: (words: string) => void;
  #said: string | null = null;

  constructor(say: (words: string) => void) {
    this.#say = say;
  }

  /** To be called when something may have changed. */
  tell(status: ConnectionStatus): void {
    const trouble = troubleOf(status);
    if (trouble === this.#said) return;
    if (trouble !== null) this.#say(`the pods are not seen: ${trouble}; trying again`);
    // Between two tries nothing is wrong, and nothing is well yet.
    else if (!status.collections.every((c) => c.kind !== 'Pod' || c.phase === 'live')) return;
    else if (this.#said !== null) this.#say('the pods are seen again');
    this.#said = trouble;
  }
}
