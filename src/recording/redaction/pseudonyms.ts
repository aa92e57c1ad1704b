import { createHmac, randomBytes } from 'node:crypto';

// A letter plus 36^5: two of ten thousand parts rarely collide.
const LENGTH = 6;
const MAX_REMEMBERED = 100_000;

// A CronJob names its Jobs by the minute, by which crashtop finds the CronJob.
const MINUTE = /^\d{8}$/;

/**
 * Replaces names consistently, under a key that is never stored. Replaces a name part by part
 * (`web-5c7d-4zzkq`: three), so that the names of a pod, its ReplicaSet and its Deployment still
 * belong together.
 */
export class Pseudonyms {
  readonly #key: Buffer;
  readonly #parts = new Map<string, string>();
  readonly #names = new Set<string>();

  /** @param key defaults to a random one. */
  constructor(key: Buffer = randomBytes(32)) {
    this.#key = key;
  }

  /** Replaces a Kubernetes name. '' stays. */
  name(name: string): string {
    if (this.#names.size < MAX_REMEMBERED) this.#names.add(name);
    return name.replaceAll(/[^-.:]+/g, (part) => (MINUTE.test(part) ? part : this.#part(part)));
  }

  /** True if {@link name} was called with this name before. */
  knows(name: string): boolean {
    return this.#names.has(name);
  }

  /** Replaces an image reference, repository and tag separately, so that a new tag shows as one. */
  image(reference: string): string {
    const name = reference.lastIndexOf('/') + 1;
    const behind = reference.slice(name).search(/[:@]/);
    const at = behind === -1 ? reference.length : name + behind;
    const tag = reference.slice(at);
    return this.#part(reference.slice(0, at)) + (tag === '' ? '' : tag.charAt(0) + this.#part(tag.slice(1)));
  }

  #part(part: string): string {
    if (part === '') return '';
    const known = this.#parts.get(part);
    if (known !== undefined) return known;
    const digest = createHmac('sha256', this.#key).update(part).digest();
    const letter = String.fromCharCode(97 + (digest.readUInt8(8) % 26));
    const rest = (digest.readBigUInt64BE() % 36n ** BigInt(LENGTH - 1)).toString(36).padStart(LENGTH - 1, '0');
    if (this.#parts.size >= MAX_REMEMBERED) this.#parts.clear();
    this.#parts.set(part, letter + rest);
    return letter + rest;
  }
}
