import type { ClusterState } from '../../timeline/state.ts';
import type { TableEntry } from '../entry.ts';
import { problemListAt } from '../problem-list.ts';
import type { Acknowledgement, AcknowledgementStatus } from './acknowledgement.ts';
import { judge } from './judge.ts';

/**
 * The status of each acknowledged entry, by its key, at one moment (epoch ms). Judges that moment
 * alone: anything that has changed by then counts as reopened.
 * @param entries defaults to all that are listed.
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
