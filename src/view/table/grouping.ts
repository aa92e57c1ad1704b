import { signatureOf } from '../../diagnosis/crash-signature.ts';
import { isWorkloadEntry, type TableEntry } from '../../diagnosis/entry.ts';
import type { NodeTrouble } from '../../diagnosis/node-trouble.ts';

/** How to group the table's rows: `v` cycles through these. */
export const GROUPINGS = ['workload', 'cause', 'node', 'namespace', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What the entries of a group have in common. */
export type GroupOf =
  | { readonly type: 'workload' }
  | { readonly type: 'cause'; readonly name: string }
  | { readonly type: 'node'; readonly name: string }
  | { readonly type: 'namespace'; readonly name: string }
  | { readonly type: 'node trouble'; readonly trouble: NodeTrouble };

/** An entry's place: the key of its group, and what that is. */
export interface PlaceInGrouping {
  readonly key: string;
  readonly of: GroupOf;
}

const OF_WORKLOAD: GroupOf = Object.freeze({ type: 'workload' });

/** The grouping that follows this one with `v`. */
export function nextGrouping(grouping: Grouping): Grouping {
  return GROUPINGS[(GROUPINGS.indexOf(grouping) + 1) % GROUPINGS.length] as Grouping;
}

/**
 * The group of an entry outside node incidents. No key depends on severity: an entry that gets
 * worse or better keeps its row. Grouping by workload separates looping from recovering entries.
 */
export function placeOf(entry: TableEntry, grouping: Grouping): PlaceInGrouping {
  switch (grouping) {
    case 'workload':
      return { key: workloadKey(entry), of: OF_WORKLOAD };
    case 'cause': {
      const { key, cause } = signatureOf(entry);
      return { key: `cause:${key}`, of: { type: 'cause', name: cause } };
    }
    case 'node': {
      // A workload's own problem is on no node.
      if (isWorkloadEntry(entry)) return { key: workloadKey(entry), of: OF_WORKLOAD };
      const name = entry.record.pod.spec.nodeName;
      return { key: `node:${name}`, of: { type: 'node', name: name === '' ? 'on no node' : name } };
    }
    case 'namespace':
      return { key: `namespace:${entry.workload.namespace}`, of: { type: 'namespace', name: entry.workload.namespace } };
    case 'none':
      // A key that differs from the entry's: both have a place of their own.
      return { key: `alone:${entry.key}`, of: OF_WORKLOAD };
  }
}

function workloadKey(entry: TableEntry): string {
  // Differs from the entry's key, for the same reason.
  if (isWorkloadEntry(entry)) return `${entry.workload.key}#workload`;
  // Without the section: a workload that goes from degraded to down keeps its row and its
  // selection.
  return `${entry.workload.key}#${entry.trouble?.state ?? 'quiet'}#${entry.cause?.id ?? entry.trouble?.kind ?? ''}`;
}
