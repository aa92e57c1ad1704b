import type { ConnectionStatus } from '../sources/kubernetes/cluster-watch.ts';

/**
 * Why the pods' state is not current, as one safe line; null if it is, or if nothing has failed
 * yet.
 */
export function troubleOf({ collections }: Pick<ConnectionStatus, 'collections'>): string | null {
  return collections.find((c) => c.kind === 'Pod' && c.error !== null)?.error ?? null;
}

/** Will no list of pods ever come? A server that sends without end will do so again. */
export function isHopeless({ collections }: Pick<ConnectionStatus, 'collections'>): boolean {
  return collections.some((c) => c.kind === 'Pod' && !c.listed && c.errorKind === 'excessive');
}

/**
 * Tells commands without a screen when the pods cannot be watched any more, why, and when they can
 * again.
 */
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
    if (trouble !== null) this.#say(`cannot watch the pods: ${trouble}; retrying`);
    // Between two tries nothing is wrong, and nothing is well yet.
    else if (!status.collections.every((c) => c.kind !== 'Pod' || c.phase === 'live')) return;
    else if (this.#said !== null) this.#say('watching the pods again');
    this.#said = trouble;
  }
}
