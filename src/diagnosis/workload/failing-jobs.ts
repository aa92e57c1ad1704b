import { command, commandsOf } from '../../model/evidence/kubectl-hints.ts';
import { type Owner, trueConditionOf } from '../../model/resources.ts';
import { LOOP_WINDOW_MS } from '../../model/trouble.ts';
import { counted, duration } from '../../text/duration.ts';
import type { ClusterState, Workload } from '../../timeline/state.ts';
import { workloadOfOwner } from '../../timeline/workload.ts';
import { describeEnd, type EndedPods, type FailedPod, failedEvidence } from './failed-pods.ts';
import { conditionEvidence, cronEvidence, describe } from './owner-evidence.ts';
import type { WorkloadProblem } from './workload-problem.ts';

/**
 * A Job or CronJob whose pods or Jobs failed within the window, with no success since; null if
 * none.
 * @param key the workload's.
 */
export function failingJobs(
  state: ClusterState,
  key: string,
  pods: EndedPods | undefined,
  jobs: readonly Owner[],
  now: number,
): WorkloadProblem | null {
  const failed = pods?.failed ?? [];
  const failedJobs = jobs.flatMap((job) => {
    const condition = trueConditionOf(job, 'Failed');
    const at = condition?.since ?? null;
    return condition === undefined || at === null || at <= now - LOOP_WINDOW_MS || at > now ? [] : [{ job, condition, at }];
  });
  if (failed.length < 2 && failedJobs.length === 0) return null;
  // Deleted on purpose, so no problem any more: the Job or CronJob is gone, and so is its last
  // failed pod.
  if (jobs.length === 0 && !state.statuses.has(key) && pods?.exists === false) return null;
  const lastAt = Math.max(...failed.map((f) => f.at), ...failedJobs.map((f) => f.at));
  const succeededAt = lastSuccess(state, key, pods, jobs);
  if (succeededAt !== null && succeededAt >= lastAt) return null;
  const since = Math.min(...failed.map((f) => f.at), ...failedJobs.map((f) => f.at));
  const workload = pods?.workload ?? workloadOfOwner((failedJobs[0] as { job: Owner }).job, state.owners);
  const newest = failed.at(-1);
  const example = newest ?? lastEnded(state, key);
  const last = example === null ? '' : describeEnd(state, example, now);
  const newestJob = failedJobs.reduce<(typeof failedJobs)[0] | null>((a, b) => (a === null || b.at > a.at ? b : a), null);
  return {
    kind: 'failing-jobs',
    workload,
    since,
    summary: jobSummary(workload, failed.length, failedJobs.length, lastAt - since, last),
    impact: null,
    level: succeededAt !== null && succeededAt >= since ? 'degraded' : 'down',
    failedPods: failed.length,
    lastFailureAt: lastAt,
    example: example === null ? null : { record: example.record, container: example.container },
    evidence: [
      ...(newestJob === null ? [] : [`Job ${newestJob.job.name}: ${conditionEvidence(newestJob.condition)[0]}`]),
      ...failedEvidence(state, failed, now),
      ...(state.statuses.get(key)?.owner.cron == null ? [] : cronEvidence(state.statuses.get(key)?.owner as Owner)),
    ],
    next: commandsOf([
      describe(workload),
      newestJob === null || workload.kind === 'Job'
        ? null
        : command`kubectl -n ${workload.namespace} describe job ${newestJob.job.name}`,
      example === null || example.record.goneAt !== null
        ? null
        : command`kubectl -n ${workload.namespace} logs ${example.record.pod.name}`,
    ]),
  };
}

function jobSummary(workload: Workload, pods: number, jobs: number, forMs: number, last: string): string {
  const end = last === '' ? '' : `: ${last}`;
  if (workload.kind === 'Job' && jobs > 0) return `Job failed${pods > 1 ? ` after ${counted(pods, 'pod')}` : ''}${end}`;
  const what = pods === 0 ? counted(jobs, 'Job') : counted(pods, 'pod');
  return `${what} failed${forMs === 0 ? '' : ` in ${duration(forMs)}`}${end}`;
}

// If the Jobs are known, a whole Job must have succeeded: in a Job with many pods, some may succeed
// while one always fails.
function lastSuccess(state: ClusterState, key: string, pods: EndedPods | undefined, jobs: readonly Owner[]): number | null {
  const told = [state.statuses.get(key)?.owner.cron?.lastSucceededAt, ...jobs.map((job) => job.job?.completedAt)];
  if (jobs.length === 0) told.push(pods?.succeededAt);
  const times = told.filter((at) => at != null);
  return times.length === 0 ? null : Math.max(...times);
}

// When a Job fails, its pod is deleted if the container restarts in place, but its runs are known.
function lastEnded(state: ClusterState, key: string): FailedPod | null {
  let newest: FailedPod | null = null;
  for (const record of state.unhealthyCandidates.values()) {
    if (record.workload.key !== key) continue;
    for (const container of record.containers) {
      const at = container.ledger.findLast((r) => r.ended)?.finishedAt ?? null;
      if (at !== null && at > (newest?.at ?? 0)) newest = { record, container, at };
    }
  }
  return newest;
}
