import { counted, duration, durationLeft, hourAndMinute } from '../text/duration.ts';
import type { ClusterState } from '../timeline/state.ts';
import { nodeClockClause } from './clock.ts';

/**
 * The state of one collection that is read from the API server. Times in epoch ms; strings are
 * safe.
 */
export interface CollectionAge {
  readonly kind: string;
  /** null for all namespaces. */
  readonly namespace: string | null;
  readonly phase: 'connecting' | 'listing' | 'live' | 'retrying' | 'stopped';
  readonly since: number;
  /** When its last byte arrived; null before the first. */
  readonly heardAt: number | null;
  /** The last failure that is not resolved; null if nothing is wrong. */
  readonly error: string | null;
  readonly retryAt: number | null;
}

/** What a live session reads, and how many requests it sends. */
export interface SourceActivity {
  readonly collections: readonly CollectionAge[];
  readonly requests: { readonly total: number; readonly perSecond: number };
  /** The start of the request count, epoch ms. */
  readonly startedAt: number;
}

/** A label of a few cells, and its text. */
export type Labelled = readonly [label: string, text: string];

/**
 * The age of each collection, the requests, and the nodes with wrong clocks.
 * @param now epoch ms on our clock.
 */
export function activityText({ collections, requests, startedAt }: SourceActivity, state: ClusterState, now: number): Labelled[] {
  const { perSecond, total } = requests;
  const clocks = [...state.clocks].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...collections.map((collection): Labelled => [collection.kind, collectionText(collection, now)]),
    [
      'requests',
      `${perSecond.toFixed(1)} requests/s to the API server (${counted(total, 'request')} since ${hourAndMinute(startedAt)})`,
    ],
    ...clocks.map(([node, clock]): Labelled => ['clock', nodeClockClause(node, clock)]).filter(([, text]) => text !== ''),
  ];
}

function collectionText({ namespace, phase, since, heardAt, error, retryAt }: CollectionAge, now: number): string {
  const where = namespace === null ? 'all namespaces' : `namespace ${namespace}`;
  const heard = heardAt === null ? 'nothing heard yet' : `heard ${duration(now - heardAt)} ago`;
  const failed = error === null ? '' : `; ${error}`;
  const again = retryAt === null ? '' : `; again in ${durationLeft(retryAt - now)}`;
  return `${where}: ${phase} for ${duration(now - since)}, ${heard}${failed}${again}`;
}
