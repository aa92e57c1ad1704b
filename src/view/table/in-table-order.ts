import type { TableEntry } from '../../diagnosis/entry.ts';
import { tableOf } from './table.ts';

/**
 * Sorts entries as on the screen before any sorting, folding or opening: the one order for tables
 * in pipes, explanations and reports.
 * @param now epoch ms.
 */
export function inTableOrder(entries: readonly TableEntry[], now: number): readonly TableEntry[] {
  const fresh = { sort: 'impact', folds: new Map(), height: 0, newSince: now, wallNow: now, before: null } as const;
  return tableOf({ entries, ...fresh }).groups.flatMap((group) => group.entries);
}
