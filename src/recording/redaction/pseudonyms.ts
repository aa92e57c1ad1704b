import { createHmac, randomBytes } from 'node:crypto';

// 36^5 and a letter in front: two of ten thousand parts seldom meet.
const LENGTH = 6;
const REMEMBERED = 100_000;

// A CronJob names its Jobs after a minute, and crashtop finds the CronJob by it.
const MINUTE = /^\d{8}$/;

/**
 * Stands a name in for another, the same one each time, under a key that nobody keeps. A name is replaced part by part
 * (`web-5c7d-4zzkq`: three), so that the names of a pod, its ReplicaSet and its Deployment still belong together.
 */
export class Pseudonyms {
  readonly #key: Buffer;
  readonly #parts = new Map<string, string>();
  readonly #names = new Set<string>();

  /** @param key a random one if not given. */
  constructor(key: Buffer = randomBytes(32)) {
    this.#key = key;
  }

  /** Stands in for a Kubernetes name. '' stays. */
  name(name: string): string {
    if (this.#names.size < REMEMBERED) this.#names.add(name);
    return name.replaceAll(/[^-.:]+/g, (part) => (MINUTE.test(part) ? part : this.#part(part)));
  }

  /** Was {@link name} asked for this name before? */
  knows(name: string): boolean {
    return this.#names.has(name);
  }

  /** Stands in for an image reference: repository and tag apart, so that a new tag is seen as one. */
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
    if (this.#parts.size >= REMEMBERED) this.#parts.clear();
    this.#parts.set(part, letter + rest);
    return letter + rest;
  }
}
