import type { TableEntry } from '../../diagnosis/entry.ts';
import { tableOf } from './table.ts';

/**
 * These entries in the order of the screen, as it stands where nobody has sorted, folded or opened anything: the one order of tables in
 * pipes, of explanations and of reports. `now`: epoch ms.
 */
export function inTableOrder(entries: readonly TableEntry[], now: number): readonly TableEntry[] {
  const fresh = { sort: 'impact', folds: new Map(), height: 0, newSince: now, wallNow: now, before: null } as const;
  return tableOf({ entries, ...fresh }).groups.flatMap((group) => group.entries);
}
