import { type Json, objectOf, stringOf } from '../text/json.ts';
import { RESOURCE_KINDS } from './kinds.ts';
import type { RecordingLine, SnapshotLine } from './line.ts';
import { CompressedStrings } from './packed-texts.ts';

// A line of so many pods is parsed in a few milliseconds. Only pods are paged: of other kinds there are fewer.
const PODS_IN_A_LINE = 100;

/** The newest state of each object that a recording told of: what a recording that goes on in another file begins with. */
export class Keyframe {
  /** The objects' JSON, by kind, then by namespace and UID. */
  readonly #kinds = new Map<string, CompressedStrings>();
  /** What the pages of a list named so far, by kind and namespace. */
  readonly #pages = new Map<string, Set<string>>();

  /** Takes note of a line, in the order of the recording. @param texts the JSON of each of its objects. */
  see(line: RecordingLine, texts: readonly string[]): void {
    switch (line.type) {
      case 'ADDED':
      case 'MODIFIED':
        this.#keep(line.kind, line.object, texts[0] as string);
        return;
      case 'DELETED':
        this.#kinds.get(line.kind)?.delete(keyOf(line.object));
        return;
      case 'snapshot':
        if (line.keyframe !== true) this.#seeSnapshot(line, texts);
        return;
      default:
        return;
    }
  }

  #keep(kind: string, object: Json, text: string): void {
    const ofKind = this.#kinds.get(kind) ?? new CompressedStrings();
    this.#kinds.set(kind, ofKind);
    ofKind.set(keyOf(object), text);
  }

  #seeSnapshot({ kind, namespace = null, items, more }: SnapshotLine, texts: readonly string[]): void {
    const scope = `${kind} ${namespace ?? ''}`;
    const listed = this.#pages.get(scope) ?? new Set<string>();
    this.#pages.set(scope, listed);
    for (const [i, item] of items.entries()) {
      listed.add(keyOf(item));
      this.#keep(kind, item, texts[i] as string);
    }
    if (more === true) return;
    this.#pages.delete(scope);
    const ofKind = this.#kinds.get(kind);
    if (ofKind === undefined) return;
    const isAsked = (key: string) => namespace === null || key.startsWith(`${namespace}/`);
    for (const key of [...ofKind.keys()]) if (isAsked(key) && !listed.has(key)) ofKind.delete(key);
  }

  /** The state as lines of time `t`; none of a kind that never came. */
  *lines(t: number): Generator<SnapshotLine> {
    for (const kind of RESOURCE_KINDS) {
      const texts = this.#kinds.get(kind);
      if (texts === undefined) continue;
      const size = kind === 'Pod' ? PODS_IN_A_LINE : texts.size;
      let items: Json[] = [];
      let given = 0;
      for (const text of texts.values()) {
        items.push(JSON.parse(text) as Json);
        if (items.length < size && given + items.length < texts.size) continue;
        given += items.length;
        yield { t, type: 'snapshot', kind, keyframe: true, ...(given < texts.size ? { more: true } : {}), items };
        items = [];
      }
    }
  }
}

function keyOf({ metadata }: Json): string {
  const { namespace, uid } = objectOf(metadata);
  return `${stringOf(namespace)}/${stringOf(uid)}`;
}
