import { createHmac, randomBytes } from 'node:crypto';
import type { SecretKind } from './masking/span.ts';

/** A secret that was masked, as far as it may be told. */
export interface MaskedSecret {
  readonly kind: SecretKind;
  /** At most three of its characters, and no more than a quarter of them: enough to know one's own. */
  readonly beginning: string;
  /** How many characters it has. */
  readonly length: number;
  /** At how many places it stood. */
  readonly places: number;
}

// So many are told apart; it takes a few megabytes. Others are counted by their places alone.
const MOST_TOLD_APART = 10_000;

/** Counts what is masked, without keeping it: of a secret an HMAC under a key that never leaves the process, and three characters. */
export class MaskTally {
  readonly #key = randomBytes(32);
  readonly #secrets = new Map<string, { kind: SecretKind; beginning: string; length: number; places: number }>();
  readonly #places = new Map<SecretKind, number>();

  /** Notes that a secret was masked at one more place. */
  readonly add = (kind: SecretKind, secret: string): void => {
    this.#places.set(kind, (this.#places.get(kind) ?? 0) + 1);
    const id = createHmac('sha256', this.#key).update(`${kind}\n${secret}`).digest('base64');
    const known = this.#secrets.get(id);
    if (known !== undefined) known.places++;
    else if (this.#secrets.size < MOST_TOLD_APART) {
      const beginning = secret.slice(0, Math.min(3, Math.floor(secret.length / 4)));
      this.#secrets.set(id, { kind, beginning, length: secret.length, places: 1 });
    }
  };

  /** How often something of a kind was masked, the most first. */
  get kinds(): readonly { readonly kind: SecretKind; readonly places: number; readonly secrets: readonly MaskedSecret[] }[] {
    return [...this.#places]
      .toSorted((a, b) => b[1] - a[1])
      .map(([kind, places]) => ({
        ...{ kind, places },
        secrets: [...this.#secrets.values()].filter((secret) => secret.kind === kind).toSorted((a, b) => b.places - a.places),
      }));
  }
}
