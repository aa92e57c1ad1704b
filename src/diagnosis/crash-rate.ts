import type { RatedRuns } from '../model/run-trend.ts';
import type { Entry } from './entry.ts';

/** What the rate of a container's crashes is worked out from. */
export function ratedRuns({ container, record, unobserved }: Entry): RatedRuns {
  return { ledger: container.ledger, unobserved, createdAt: record.pod.createdAt };
}
