import type { Envelope, SnapshotEnvelope } from '../timeline/envelope.ts';
import { scopeOf } from '../timeline/scope.ts';

/** Identifies an object, with its namespace: '' if it has none. */
export interface Identity {
  readonly uid: string;
  readonly namespace?: string;
}

/** A part of a list, or a whole one. */
export interface ListPart {
  readonly kind: string;
  /** null: of the whole cluster. */
  readonly namespace: string | null;
  readonly items: readonly Identity[];
  /** Another part follows. */
  readonly more: boolean;
}

const NONE: readonly string[] = Object.freeze([]);

/**
 * Turns absence from a complete list into deletions, once, where arrivals come in (client-go's
 * `Store.Replace`): later readers remove what they are told to. One instance for each stream of
 * arrivals, which passes all of them in order.
 */
export class ListParts {
  /**
   * The existing objects: by kind, then the namespace of each UID. A kind that never arrived has no
   * entry.
   */
  readonly #known = new Map<string, Map<string, string>>();
  /** The UIDs named by the parts of a list until its last part. */
  readonly #named = new Map<string, { readonly part: ListPart; readonly uids: Set<string> }>();
  /** Scopes with a keyframe in progress, for a reader that knew nothing of the kind. */
  readonly #keyframes = new Set<string>();

  /** Takes an object that arrived. */
  add(kind: string, { uid, namespace = '' }: Identity): void {
    this.#ofKind(kind).set(uid, namespace);
  }

  /** Takes a deletion that arrived. */
  remove(kind: string, { uid }: Identity): void {
    this.#ofKind(kind).delete(uid);
  }

  /**
   * Takes the next part of a list. @returns the UIDs of the known objects that the list does not
   * name; none before its last part.
   */
  take(part: ListPart): readonly string[] {
    return this.#take(part, scopeOf(part.kind, part.namespace));
  }

  /** The lists whose last part is to come, and the UIDs named so far. */
  get underWay(): readonly { readonly part: ListPart; readonly uids: ReadonlySet<string> }[] {
    return [...this.#named.values()];
  }

  /** Drops unfinished lists: their session is over. */
  breakOff(): void {
    this.#named.clear();
    this.#keyframes.clear();
  }

  /**
   * Returns the arrival; the last part of a list gets its absent objects. Replaces any that it
   * already states.
   */
  pass(envelope: Envelope): Envelope {
    if (envelope.type === 'snapshot') return this.#passList(envelope, scopeOf(envelope.kind, envelope.namespace));
    if (envelope.type !== 'object') return envelope;
    const { object, verb } = envelope;
    if (object.kind === 'Event') this.#ofKind('Event');
    else if (verb === 'DELETED') this.remove(object.kind, object);
    else this.add(object.kind, object);
    return envelope;
  }

  /** Does a keyframe say anything new? Not if this kind was read from the start. */
  isNews({ kind, namespace }: Pick<ListPart, 'kind' | 'namespace'>): boolean {
    return !this.#known.has(kind) || this.#keyframes.has(scopeOf(kind, namespace));
  }

  /**
   * Like {@link pass}, for a part of a keyframe that {@link isNews}. It may come between the parts
   * of a list, and is not one of them.
   */
  passKeyframe(envelope: SnapshotEnvelope): SnapshotEnvelope {
    const scope = scopeOf(envelope.kind, envelope.namespace);
    if (envelope.more) this.#keyframes.add(scope);
    else this.#keyframes.delete(scope);
    return this.#passList(envelope, `keyframe ${scope}`);
  }

  // The API server forgets events after an hour: they happened nevertheless.
  #passList(envelope: SnapshotEnvelope, scope: string): SnapshotEnvelope {
    if (envelope.kind === 'Event') {
      this.#ofKind('Event');
      return envelope;
    }
    const { absent: _, ...listed } = envelope;
    const absent = this.#take(envelope, scope);
    return absent.length === 0 ? listed : { ...listed, absent };
  }

  #take(part: ListPart, scope: string): readonly string[] {
    const { kind, namespace, items, more } = part;
    const known = this.#ofKind(kind);
    const { uids } = this.#named.get(scope) ?? { uids: new Set<string>() };
    for (const item of items) {
      uids.add(item.uid);
      this.add(kind, item);
    }
    if (more) {
      this.#named.set(scope, { part, uids });
      return NONE;
    }
    this.#named.delete(scope);
    const absent = [...known].flatMap(([uid, where]) =>
      uids.has(uid) || (namespace !== null && where !== namespace) ? [] : [uid],
    );
    for (const uid of absent) known.delete(uid);
    return absent;
  }

  #ofKind(kind: string): Map<string, string> {
    const known = this.#known.get(kind) ?? new Map<string, string>();
    this.#known.set(kind, known);
    return known;
  }
}
