import type { RatedRuns } from '../model/run-trend.ts';
import type { Entry } from './entry.ts';

/** The inputs for a container's crash rate. */
export function ratedRuns({ container, record, unobserved }: Entry): RatedRuns {
  return { ledger: container.ledger, unobserved, createdAt: record.pod.createdAt };
}
