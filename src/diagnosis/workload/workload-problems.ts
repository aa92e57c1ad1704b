import type { Owner } from '../../model/resources.ts';
import type { ClusterState } from '../../timeline/state.ts';
import { workloadOfOwner } from '../../timeline/workload.ts';
import { type EndedPods, endedPods } from './failed-pods.ts';
import { failingJobs } from './failing-jobs.ts';
import { failingPods } from './failing-pods.ts';
import { notCreated } from './not-created.ts';
import { stalledRollout, stuckRollout } from './stuck-rollout.ts';
import type { WorkloadProblem } from './workload-problem.ts';

/**
 * Every workload with a problem of its own at `now` (epoch ms), at most one each, in no particular
 * order. Stateless: a problem lasts while the workload's status says so, or while pods of it failed
 * within the window and nothing succeeded since.
 */
export function workloadProblemsAt(state: ClusterState, now: number): readonly WorkloadProblem[] {
  const problems = new Map<string, WorkloadProblem>();
  for (const [key, { owner }] of state.statuses) {
    const problem = notCreated(state, owner, now) ?? stuckRollout(state, owner, now) ?? stalledRollout(state, owner, now);
    if (problem !== null) problems.set(key, problem);
  }
  const ended = endedPods(state, now);
  const jobs = jobsByWorkload(state);
  for (const [key, owned] of jobs) {
    for (const job of owned) {
      const problem = problems.has(key) ? null : notCreated(state, job, now);
      if (problem !== null) problems.set(key, problem);
    }
  }
  for (const key of new Set([...ended.keys(), ...jobs.keys()])) {
    if (problems.has(key)) continue;
    const pods = ended.get(key);
    const owned = jobs.get(key) ?? NO_JOBS;
    const problem = owned.length > 0 || isJob(pods) ? failingJobs(state, key, pods, owned, now) : failingPods(state, pods, now);
    if (problem !== null) problems.set(key, problem);
  }
  return [...problems.values()];
}

const NO_JOBS: readonly Owner[] = Object.freeze([]);

function isJob(pods: EndedPods | undefined): boolean {
  return pods?.workload.kind === 'Job' || pods?.workload.kind === 'CronJob';
}

function jobsByWorkload(state: ClusterState): Map<string, Owner[]> {
  const jobs = new Map<string, Owner[]>();
  for (const owner of state.owners.values()) {
    if (owner.kind !== 'Job') continue;
    const { key } = workloadOfOwner(owner, state.owners);
    const known = jobs.get(key);
    if (known === undefined) jobs.set(key, [owner]);
    else known.push(owner);
  }
  return jobs;
}
