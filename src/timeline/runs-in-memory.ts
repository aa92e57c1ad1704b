import { forgetRuns } from '../model/forgotten-runs.ts';
import type { ClusterState, PodRecord } from './state.ts';

/** How many runs of all containers a session keeps that goes on for days: some 5 MB of them. */
export const RUNS_KEPT = 20_000;

// As many as a person scrolls through, or as many as are kept of each where a whole cluster loops.
const MAX_RUNS_PER_CONTAINER = 1000;
const MIN_RUNS_PER_CONTAINER = 64;

/**
 * The state with fewer runs inside of long loops, where there are more runs in all than `most`: what each container keeps of its
 * newest (see {@link forgetRuns}) is its share, 64 to 1,000. What is told of the containers stays the same.
 */
export function withFewerRuns(state: ClusterState, most: number): ClusterState {
  const share = shareOf(state, most);
  if (share === null) return state;
  const changed: [string, PodRecord][] = [];
  // Only what failed or restarted has more than one run.
  for (const [uid, record] of state.unhealthyCandidates) {
    const next = withNewest(record, share);
    if (next !== record) changed.push([uid, next]);
  }
  return { ...state, pods: state.pods.merge(changed), unhealthyCandidates: state.unhealthyCandidates.merge(changed) };
}

// How many of its newest runs each may keep; null where there is room for all.
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
  // What is being deleted is judged by the moment before that; it runs no more, and is forgotten as a whole.
  if (record.deletionAskedAt !== null || record.containers.every(({ ledger }) => ledger.length <= share)) return record;
  const containers = record.containers.map((container) => {
    const ledger = forgetRuns(container.ledger, share);
    return ledger === container.ledger ? container : { ...container, ledger };
  });
  return containers.every((container, i) => container === record.containers[i]) ? record : { ...record, containers };
}
