import { signatureOf } from '../../diagnosis/crash-signature.ts';
import { isWorkloadEntry, type TableEntry } from '../../diagnosis/entry.ts';
import type { NodeTrouble } from '../../diagnosis/node-trouble.ts';

/** What rows of the table stand together by: `v` goes from one to the next. */
export const GROUPINGS = ['workload', 'cause', 'node', 'namespace', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What the entries of a group have in common. */
export type GroupOf =
  | { readonly type: 'workload' }
  | { readonly type: 'cause'; readonly name: string }
  | { readonly type: 'node'; readonly name: string }
  | { readonly type: 'namespace'; readonly name: string }
  | { readonly type: 'node trouble'; readonly trouble: NodeTrouble };

/** Where an entry stands: the key of its group, and what that is. */
export interface PlaceInGrouping {
  readonly key: string;
  readonly of: GroupOf;
}

const OF_WORKLOAD: GroupOf = Object.freeze({ type: 'workload' });

/** The grouping that `v` goes to from this one. */
export function nextGrouping(grouping: Grouping): Grouping {
  return GROUPINGS[(GROUPINGS.indexOf(grouping) + 1) % GROUPINGS.length] as Grouping;
}

/**
 * The group of an entry that no node's trouble holds. No key has in it how bad things are: what gets worse or better keeps its
 * row. By workload, the state of its trouble parts what loops from what recovers.
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
      // What is wrong with a workload as a whole is on no node.
      if (isWorkloadEntry(entry)) return { key: workloadKey(entry), of: OF_WORKLOAD };
      const name = entry.record.pod.spec.nodeName;
      return { key: `node:${name}`, of: { type: 'node', name: name === '' ? 'on no node' : name } };
    }
    case 'namespace':
      return { key: `namespace:${entry.workload.namespace}`, of: { type: 'namespace', name: entry.workload.namespace } };
    case 'none':
      // Another key than the entry's: both have a place of their own.
      return { key: `alone:${entry.key}`, of: OF_WORKLOAD };
  }
}

function workloadKey(entry: TableEntry): string {
  // Another key than the entry's, here too.
  if (isWorkloadEntry(entry)) return `${entry.workload.key}#workload`;
  // Not the section: a workload that goes from degraded to down keeps its row, and so its selection.
  return `${entry.workload.key}#${entry.trouble?.state ?? 'quiet'}#${entry.cause?.id ?? entry.trouble?.kind ?? ''}`;
}
