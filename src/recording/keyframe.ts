import { type Json, objectOf, stringOf } from '../text/json.ts';
import { RESOURCE_KINDS } from './kinds.ts';
import type { RecordingLine, SnapshotLine } from './line.ts';
import { type Identity, ListParts } from './list-parts.ts';
import { CompressedStrings } from './packed-texts.ts';

// A line of so many pods is parsed in a few milliseconds. Only pods are split: other kinds are
// fewer.
const PODS_IN_A_LINE = 100;

/**
 * The newest state of each recorded object: a recording that continues in another file begins with
 * it.
 */
export class Keyframe {
  /** The objects' JSON, by kind, then by UID. */
  readonly #kinds = new Map<string, CompressedStrings>();
  readonly #lists = new ListParts();

  /**
   * Takes note of a line, in the order of the recording. @param texts the JSON of each of its
   * objects.
   */
  see(line: RecordingLine, texts: readonly string[]): void {
    switch (line.type) {
      case 'ADDED':
      case 'MODIFIED':
        this.#keep(line.kind, line.object, texts[0] as string);
        return;
      case 'DELETED':
        this.#lists.remove(line.kind, identityOf(line.object));
        this.#kinds.get(line.kind)?.delete(identityOf(line.object).uid);
        return;
      case 'snapshot':
        if (line.keyframe !== true) this.#seeSnapshot(line, texts);
        return;
      default:
        return;
    }
  }

  #keep(kind: string, object: Json, text: string): void {
    const identity = identityOf(object);
    const ofKind = this.#kinds.get(kind) ?? new CompressedStrings();
    this.#kinds.set(kind, ofKind);
    ofKind.set(identity.uid, text);
    this.#lists.add(kind, identity);
  }

  #seeSnapshot({ kind, namespace = null, items, more = false }: SnapshotLine, texts: readonly string[]): void {
    for (const [i, item] of items.entries()) this.#keep(kind, item, texts[i] as string);
    const absent = this.#lists.take({ kind, namespace, items: items.map(identityOf), more });
    for (const uid of absent) this.#kinds.get(kind)?.delete(uid);
  }

  /** The state as lines of time `t`; none for a kind that never arrived. */
  *lines(t: number): Generator<SnapshotLine> {
    for (const kind of RESOURCE_KINDS) {
      const texts = this.#kinds.get(kind);
      if (texts !== undefined) yield* inLines({ t, type: 'snapshot', kind, keyframe: true }, texts.values(), texts.size);
    }
    // A reader that begins here needs the objects that lists in progress have named so far.
    for (const { part, uids } of this.#lists.underWay) {
      const { kind, namespace } = part;
      const texts = [...(this.#kinds.get(kind)?.entries() ?? [])].flatMap(([uid, text]) => (uids.has(uid) ? [text] : []));
      const line = { t, type: 'snapshot', kind, ...(namespace === null ? {} : { namespace }) } as const;
      yield* inLines(line, texts, Number.POSITIVE_INFINITY);
    }
  }
}

/** @param count how many texts complete the list: more are to come if it exceeds theirs. */
function* inLines(line: Omit<SnapshotLine, 'items'>, texts: Iterable<string>, count: number): Generator<SnapshotLine> {
  const size = line.kind === 'Pod' ? PODS_IN_A_LINE : Number.POSITIVE_INFINITY;
  let items: Json[] = [];
  let given = 0;
  for (const text of texts) {
    items.push(JSON.parse(text) as Json);
    given++;
    if (items.length < size && given < count) continue;
    yield { ...line, ...(given < count ? { more: true } : {}), items };
    items = [];
  }
  if (items.length > 0) yield { ...line, more: true, items };
}

function identityOf({ metadata }: Json): Identity {
  const { namespace, uid } = objectOf(metadata);
  return { uid: stringOf(uid), namespace: stringOf(namespace) };
}
