import type { Gap } from '../timeline/state.ts';
import { isGapOfPods } from '../timeline/state.ts';
import { SILENT_AFTER_MS } from './connection.ts';

/** What limits visibility. Times in epoch ms. */
export interface Visibility {
  readonly now: number;
  /** Until when the whole cluster was seen; null if fully up to date. */
  readonly seenUntil: number | null;
  /** Those that started by `now`. */
  readonly gaps: readonly Gap[];
}

// During an open gap, changes to its pods go unseen.
function openPodGaps(gaps: readonly Gap[], now: number): readonly Gap[] {
  return gaps.filter((gap) => gap.kind === 'Pod' && gap.from <= now && (gap.to === null || gap.to > now));
}

/**
 * Until when the pods of a namespace were seen, epoch ms: anything later is unknown. null if fully
 * up to date.
 */
export function lastSeenAt(namespace: string, { now, seenUntil, gaps }: Visibility): number | null {
  const begun = openPodGaps(gaps, now).filter((gap) => isGapOfPods(gap, namespace));
  const ends = [...begun.map((gap) => gap.from), ...(seenUntil === null ? [] : [seenUntil])];
  return ends.length === 0 ? null : Math.min(...ends);
}

/**
 * True if the last view of a namespace is too old to be shown as current. The normal pauses of a
 * healthy watch do not count.
 */
export function isStale(namespace: string, visibility: Visibility): boolean {
  const until = lastSeenAt(namespace, visibility);
  return until !== null && visibility.now - until > SILENT_AFTER_MS;
}

/**
 * The namespaces that were visible before and are no longer, in the order in which they were lost.
 */
export function namespacesNotSeen(gaps: readonly Gap[], now: number): readonly string[] {
  return [...new Set(openPodGaps(gaps, now).flatMap(({ namespace }) => (namespace === null ? [] : [namespace])))];
}
