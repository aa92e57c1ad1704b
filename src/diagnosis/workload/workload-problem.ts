import type { Impact } from '../../model/impact.ts';
import type { ContainerRecord, PodRecord, Workload } from '../../timeline/state.ts';

/**
 * What can be wrong with a workload although none of its containers loops: a closed list.
 * `not-created`: pods of it cannot be created (quota, webhook, limit range, ...).
 * `stuck-rollout`: the rollout did not progress within its deadline, or (StatefulSet, DaemonSet) within a Deployment's.
 * `failing-jobs`: the pods of a Job or CronJob fail.
 * `failing-pods`: pods fail for good (evicted, rejected by their node) and are replaced.
 */
export type WorkloadProblemKind = 'not-created' | 'stuck-rollout' | 'failing-jobs' | 'failing-pods';

/** A container of one of the workload's pods, as an example of what its pods do. */
export interface Example {
  readonly record: PodRecord;
  readonly container: ContainerRecord;
}

/** One problem of a workload as a whole, found by its owner or by the pods that it had. All strings are safe, on one line each. */
export interface WorkloadProblem {
  readonly kind: WorkloadProblemKind;
  readonly workload: Workload;
  /** When it began, as far as known, epoch ms. */
  readonly since: number;
  /** What a person reads in WHY. */
  readonly summary: string;
  /** null for Jobs: they have no pods that should be available. */
  readonly impact: Impact | null;
  readonly level: Impact['level'];
  /** How many of its pods failed within the window. */
  readonly failedPods: number;
  /** When the last of its pods or Jobs failed, epoch ms; null where none did. */
  readonly lastFailureAt: number | null;
  /** The newest of its pods that failed or ended; null where there is none. */
  readonly example: Example | null;
  /** The facts, quoted as found; never empty. */
  readonly evidence: readonly string[];
  /** Commands that a person may run next. */
  readonly next: readonly string[];
}
