import type { Impact } from '../../model/impact.ts';
import type { ContainerRecord, PodRecord, Workload } from '../../timeline/state.ts';

/**
 * What can be wrong with a workload even if none of its containers loops: a closed list.
 * - `not-created`: its pods cannot be created (quota, webhook, limit range, ...).
 * - `stuck-rollout`: the rollout did not progress within its deadline, or (StatefulSet, DaemonSet)
 *   within a Deployment's.
 * - `failing-jobs`: the pods of a Job or CronJob fail.
 * - `failing-pods`: pods fail for good (evicted, rejected by their node) and are replaced.
 */
export type WorkloadProblemKind = 'not-created' | 'stuck-rollout' | 'failing-jobs' | 'failing-pods';

/** A container of one of the workload's pods, as an example. */
export interface Example {
  readonly record: PodRecord;
  readonly container: ContainerRecord;
}

/**
 * One problem of a workload as a whole, found by its owner or its pods, past or present. All
 * strings are safe, one line each.
 */
export interface WorkloadProblem {
  readonly kind: WorkloadProblemKind;
  readonly workload: Workload;
  /** When it started, as far as known, epoch ms. */
  readonly since: number;
  /** The text of the WHY column. */
  readonly summary: string;
  /** null for Jobs: their pods need not be available. */
  readonly impact: Impact | null;
  readonly level: Impact['level'];
  /** Number of its pods that failed within the window. */
  readonly failedPods: number;
  /** When its last pod or Job failed, epoch ms; null if none did. */
  readonly lastFailureAt: number | null;
  /** Its newest pod that failed or ended; null if none. */
  readonly example: Example | null;
  /** The facts, quoted as found; never empty. */
  readonly evidence: readonly string[];
  /** Suggested commands. */
  readonly next: readonly string[];
}
