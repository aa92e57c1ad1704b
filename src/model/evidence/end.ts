import type { Run } from '../ledger.ts';

/** How a run ended, as far as a status or the ledger states. Times in epoch ms. */
export type End = Pick<Run, 'containerID' | 'exitCode' | 'reason' | 'message' | 'startedAt' | 'finishedAt'>;
