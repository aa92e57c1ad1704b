import type { ClusterState } from '../../timeline/state.ts';
import type { TableEntry } from '../entry.ts';
import { problemListAt } from '../problem-list.ts';
import type { Acknowledgement, AcknowledgementStatus } from './acknowledgement.ts';
import { judge } from './judge.ts';

/**
 * How each entry stands to what somebody acknowledged, by its key, at one moment (epoch ms) that is judged for itself: what has
 * changed by then has come back. @param entries all that is listed, unless told otherwise.
 */
export function standingsAt(
  state: ClusterState,
  now: number,
  known: readonly Acknowledgement[],
  entries?: readonly TableEntry[],
): ReadonlyMap<string, AcknowledgementStatus> {
  if (known.length === 0) return new Map();
  return judge(entries ?? problemListAt(state, now), known, { state, now, unsettled: new Map(), settlesAfterMs: 0 }).standings;
}
