import { forgetRuns } from '../model/forgotten-runs.ts';
import type { ClusterState, PodRecord } from './state.ts';

/**
 * The maximum number of runs of all containers in a session that goes on for days: some 5 MB of
 * them.
 */
export const RUNS_KEPT = 20_000;

// As many as a person scrolls through; or, where a whole cluster loops, as many as fit of each.
const MAX_RUNS_PER_CONTAINER = 1000;
const MIN_RUNS_PER_CONTAINER = 64;

/**
 * Forgets runs in the middle of long loops if there are more than `most` in all. Each container
 * keeps its share, 64 to 1,000 of its newest runs (see {@link forgetRuns}). What is said of the
 * containers stays the same.
 */
export function withFewerRuns(state: ClusterState, most: number): ClusterState {
  const share = shareOf(state, most);
  if (share === null) return state;
  const changed: [string, PodRecord][] = [];
  // Only containers that failed or restarted have more than one run.
  for (const [uid, record] of state.unhealthyCandidates) {
    const next = withNewest(record, share);
    if (next !== record) changed.push([uid, next]);
  }
  return { ...state, pods: state.pods.merge(changed), unhealthyCandidates: state.unhealthyCandidates.merge(changed) };
}

// The number of newest runs that each container may keep; null if all fit.
function shareOf({ unhealthyCandidates }: ClusterState, most: number): number | null {
  let total = 0;
  let long = 0;
  for (const record of unhealthyCandidates.values()) {
    for (const { ledger } of record.containers) {
      total += ledger.length;
      if (ledger.length > MIN_RUNS_PER_CONTAINER) long++;
    }
  }
  if (total <= most) return null;
  return Math.min(MAX_RUNS_PER_CONTAINER, Math.max(MIN_RUNS_PER_CONTAINER, Math.floor(most / Math.max(1, long))));
}

function withNewest(record: PodRecord, share: number): PodRecord {
  // A pod being deleted is judged by the moment before that; it runs no more, and is forgotten as a
  // whole.
  if (record.deletionAskedAt !== null || record.containers.every(({ ledger }) => ledger.length <= share)) return record;
  const containers = record.containers.map((container) => {
    const ledger = forgetRuns(container.ledger, share);
    return ledger === container.ledger ? container : { ...container, ledger };
  });
  return containers.every((container, i) => container === record.containers[i]) ? record : { ...record, containers };
}
