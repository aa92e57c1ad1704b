import type { Gap } from '../timeline/state.ts';
import { isGapOfPods } from '../timeline/state.ts';
import { SILENT_AFTER_MS } from './connection.ts';

/** What tells how far a screen sees. Times in epoch ms. */
export interface Visibility {
  readonly now: number;
  /** Until when the cluster as a whole was seen; null where all of it is. */
  readonly seenUntil: number | null;
  /** Those that began by `now`. */
  readonly gaps: readonly Gap[];
}

// What happens meanwhile to the pods of an open gap, nobody sees.
function openPodGaps(gaps: readonly Gap[], now: number): readonly Gap[] {
  return gaps.filter((gap) => gap.kind === 'Pod' && gap.from <= now && (gap.to === null || gap.to > now));
}

/** Until when the pods of a namespace were seen, epoch ms: what lies behind it is not known. null where all of it is. */
export function lastSeenAt(namespace: string, { now, seenUntil, gaps }: Visibility): number | null {
  const begun = openPodGaps(gaps, now).filter((gap) => isGapOfPods(gap, namespace));
  const ends = [...begun.map((gap) => gap.from), ...(seenUntil === null ? [] : [seenUntil])];
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Is what was seen last of a namespace too old to be told as if it were so now? Not in the pauses of a watch that is well. */
export function isStale(namespace: string, sight: Visibility): boolean {
  const until = lastSeenAt(namespace, sight);
  return until !== null && sight.now - until > SILENT_AFTER_MS;
}

/** The namespaces that were seen before and are not any more, in the order in which they were lost. */
export function namespacesNotSeen(gaps: readonly Gap[], now: number): readonly string[] {
  return [...new Set(openPodGaps(gaps, now).flatMap(({ namespace }) => (namespace === null ? [] : [namespace])))];
}
