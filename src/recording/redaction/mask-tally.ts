import { createHmac, randomBytes } from 'node:crypto';
import type { SecretKind } from './masking/span.ts';

/** A masked secret, as far as it may be shown. */
export interface MaskedSecret {
  readonly kind: SecretKind;
  /**
   * At most three characters, and at most a quarter of the secret: enough to recognise one's own.
   */
  readonly beginning: string;
  /** Its length in characters. */
  readonly length: number;
  /** The number of places where it was found. */
  readonly places: number;
}

// The number of distinct secrets tracked, in a few megabytes. Further ones only count as places.
const MAX_DISTINCT_SECRETS = 10_000;

/**
 * Counts masked secrets without keeping them: stores an HMAC under a key that never leaves the
 * process, and up to three characters.
 */
export class MaskTally {
  readonly #key = randomBytes(32);
  readonly #secrets = new Map<string, { kind: SecretKind; beginning: string; length: number; places: number }>();
  readonly #places = new Map<SecretKind, number>();

  /** Records that a secret was masked at another place. */
  readonly add = (kind: SecretKind, secret: string): void => {
    this.#places.set(kind, (this.#places.get(kind) ?? 0) + 1);
    const id = createHmac('sha256', this.#key).update(`${kind}\n${secret}`).digest('base64');
    const known = this.#secrets.get(id);
    if (known !== undefined) known.places++;
    else if (this.#secrets.size < MAX_DISTINCT_SECRETS) {
      const beginning = secret.slice(0, Math.min(3, Math.floor(secret.length / 4)));
      this.#secrets.set(id, { kind, beginning, length: secret.length, places: 1 });
    }
  };

  /** The number of masked places by kind, most first. */
  get kinds(): readonly { readonly kind: SecretKind; readonly places: number; readonly secrets: readonly MaskedSecret[] }[] {
    return [...this.#places]
      .toSorted((a, b) => b[1] - a[1])
      .map(([kind, places]) => ({
        ...{ kind, places },
        secrets: [...this.#secrets.values()].filter((secret) => secret.kind === kind).toSorted((a, b) => b.places - a.places),
      }));
  }
}
