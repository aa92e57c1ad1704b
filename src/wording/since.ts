import { isWorkloadEntry, type TableEntry } from '../diagnosis/entry.ts';
import type { Trouble } from '../model/trouble.ts';

/** `since`, or `since before` where the trouble began earlier than the first failure of it that is known. */
export function sinceText({ sinceIsBound }: Pick<Trouble, 'sinceIsBound'>): string {
  return sinceIsBound ? 'since before' : 'since';
}

/** Did the trouble of the entry begin before its `troubledSince`? */
export function isSinceBound(entry: TableEntry): boolean {
  return !isWorkloadEntry(entry) && entry.trouble?.sinceIsBound === true;
}
