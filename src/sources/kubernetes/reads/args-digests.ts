import { createHmac, randomBytes } from 'node:crypto';
import { arrayOf, type Json, objectOf } from '../../../text/json.ts';

const ID_LENGTH = 8;
const DIGEST_LENGTH = 16;

/**
 * Lets two revisions of one session be told apart by the args of their containers, which are kept nowhere: passwords stand in them.
 * Beside the args it puts a digest under a key that is random, never leaves the process, and is gone with it, so that nobody can
 * find out by trying what they were. Each begins with the name of its key: those of two sessions are not to be compared.
 */
export class ArgsDigests {
  readonly #key = randomBytes(32);
  readonly #id = randomBytes(ID_LENGTH / 2).toString('hex');

  /** A ReplicaSet or ControllerRevision, its containers with an `argsDigest`: `1f0c66ab:9d…`, `1f0c66ab:` without args. */
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
