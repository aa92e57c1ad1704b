import type { Resource, ResourceKind } from '../../model/resources.ts';
import type { Json } from '../../text/json.ts';

/**
 * A list without its end yet: its objects by kind, projected, so that their text need not be held.
 */
export class OpenList {
  readonly #byKind = new Map<ResourceKind, Resource[]>();
  readonly #newest = new Map<ResourceKind, number>();
  /** Items without a kind: the list names it after them. */
  readonly untyped: Json[] = [];
  /** How many are of kinds that are not kept. */
  others = 0;
  /** The kind of items that name none; '' if the list has not told it yet. */
  readonly itemKind: string;

  constructor(itemKind: string) {
    this.itemKind = itemKind;
  }

  /** @param stated the newest time that it states, epoch ms. */
  add(kind: ResourceKind, object: Resource, stated: number | null): void {
    const items = this.#byKind.get(kind);
    if (items === undefined) this.#byKind.set(kind, [object]);
    else items.push(object);
    if (stated !== null) this.#newest.set(kind, Math.max(stated, this.#newest.get(kind) ?? stated));
  }

  addUntyped(object: Json): void {
    this.untyped.push(object);
  }

  of(kind: ResourceKind): readonly Resource[] {
    return this.#byKind.get(kind) ?? [];
  }

  /** The newest time that its objects of that kind state, epoch ms; null if they state none. */
  newest(kind: ResourceKind): number | null {
    return this.#newest.get(kind) ?? null;
  }

  get isEmpty(): boolean {
    return this.#byKind.size === 0;
  }

  /** How many objects arrived so far. */
  get size(): number {
    let size = this.untyped.length + this.others;
    for (const items of this.#byKind.values()) size += items.length;
    return size;
  }
}
