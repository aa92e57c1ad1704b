import { createHmac, randomBytes } from 'node:crypto';
import { arrayOf, type Json, objectOf } from '../../../text/json.ts';

const ID_LENGTH = 8;
const DIGEST_LENGTH = 16;

/**
 * Makes the args of two revisions of one session comparable without keeping them: they may hold
 * passwords. Adds a digest under a random key that never leaves the process and ends with it, so
 * that the args cannot be found by guessing. Each digest begins with the name of its key: digests
 * of two sessions must not be compared.
 */
export class ArgsDigests {
  readonly #key = randomBytes(32);
  readonly #id = randomBytes(ID_LENGTH / 2).toString('hex');

  /**
   * Returns a ReplicaSet or ControllerRevision with an `argsDigest` per container: `1f0c66ab:9d…`,
   * or `1f0c66ab:` without args.
   */
  mark(object: Json): Json {
    if (object.data === undefined) return { ...object, spec: this.#holder(object.spec) };
    const data = objectOf(object.data);
    return { ...object, data: { ...data, spec: this.#holder(data.spec) } };
  }

  #holder(raw: unknown): Json {
    const holder = objectOf(raw);
    const template = objectOf(holder.template);
    const spec = objectOf(template.spec);
    const lists = ['initContainers', 'containers'].filter((name) => Array.isArray(spec[name]));
    const marked = lists.map((name) => [name, arrayOf(spec[name]).map((item) => this.#container(objectOf(item)))]);
    return { ...holder, template: { ...template, spec: { ...spec, ...Object.fromEntries(marked) } } };
  }

  #container(container: Json): Json {
    return { ...container, argsDigest: `${this.#id}:${this.#digest(arrayOf(container.args))}` };
  }

  #digest(args: readonly unknown[]): string {
    if (args.length === 0) return '';
    return createHmac('sha256', this.#key).update(JSON.stringify(args)).digest('hex').slice(0, DIGEST_LENGTH);
  }
}
