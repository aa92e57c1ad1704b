import { type Json, objectOf, stringOf } from '../model/json.ts';
import { RESOURCE_KINDS } from './kinds.ts';
import type { RecordingLine, SnapshotLine } from './line.ts';

interface Kept {
  readonly kind: string;
  readonly namespace: string;
  /** The object's JSON: a third of what the object itself takes. */
  readonly text: string;
}

// A line of so many pods is parsed in a few milliseconds. Only pods are paged: of other kinds there are fewer.
const PODS_IN_A_LINE = 100;

/** The newest state of each object that a recording told of: what a recording that goes on in another file begins with. */
export class Keyframe {
  readonly #objects = new Map<string, Kept>();
  /** What the pages of a list named so far, by kind and namespace. */
  readonly #pages = new Map<string, Set<string>>();

  /** Takes note of a line, in the order of the recording. */
  see(line: RecordingLine): void {
    switch (line.type) {
      case 'ADDED':
      case 'MODIFIED':
        this.#keep(line.kind, line.object);
        return;
      case 'DELETED':
        this.#objects.delete(uidOf(line.object));
        return;
      case 'snapshot':
        if (line.keyframe !== true) this.#seeSnapshot(line);
        return;
      default:
        return;
    }
  }

  #keep(kind: string, object: Json): void {
    const namespace = stringOf(objectOf(object.metadata).namespace);
    this.#objects.set(uidOf(object), { kind, namespace, text: JSON.stringify(object) });
  }

  #seeSnapshot({ kind, namespace = null, items, more }: SnapshotLine): void {
    const scope = `${kind} ${namespace ?? ''}`;
    const listed = this.#pages.get(scope) ?? new Set<string>();
    this.#pages.set(scope, listed);
    for (const item of items) {
      listed.add(uidOf(item));
      this.#keep(kind, item);
    }
    if (more === true) return;
    this.#pages.delete(scope);
    for (const [uid, kept] of this.#objects) {
      if (kept.kind === kind && (namespace === null || kept.namespace === namespace) && !listed.has(uid))
        this.#objects.delete(uid);
    }
  }

  /** The state as lines of time `t`; none of a kind that never came. */
  *lines(t: number): Generator<SnapshotLine> {
    for (const kind of RESOURCE_KINDS) {
      const texts = [...this.#objects.values()].filter((kept) => kept.kind === kind).map(({ text }) => text);
      const size = kind === 'Pod' ? PODS_IN_A_LINE : texts.length;
      for (let from = 0; from < texts.length; from += size) {
        const items = texts.slice(from, from + size).map((text) => JSON.parse(text) as Json);
        const more = from + size < texts.length ? { more: true } : {};
        yield { t, type: 'snapshot', kind, keyframe: true, ...more, items };
      }
    }
  }
}

function uidOf(object: Json): string {
  return stringOf(objectOf(object.metadata).uid);
}
