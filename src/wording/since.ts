import { isWorkloadEntry, type TableEntry } from '../diagnosis/entry.ts';
import type { Trouble } from '../model/trouble.ts';

/** `since`, or `since before` if the trouble started before its first known failure. */
export function sinceText({ sinceIsBound }: Pick<Trouble, 'sinceIsBound'>): string {
  return sinceIsBound ? 'since before' : 'since';
}

/** True if the entry's trouble started before its `troubledSince`. */
export function isSinceBound(entry: TableEntry): boolean {
  return !isWorkloadEntry(entry) && entry.trouble?.sinceIsBound === true;
}
