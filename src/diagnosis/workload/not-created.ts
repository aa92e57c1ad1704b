import { describeCreationFailure } from '../../model/creation-failure.ts';
import { command, commandsOf } from '../../model/evidence/kubectl-hints.ts';
import { type KubeEvent, type Owner, trueConditionOf } from '../../model/resources.ts';
import { type ClusterState, NO_EVENTS } from '../../timeline/state.ts';
import { workloadOfOwner } from '../../timeline/workload.ts';
import { impactAt } from '../problems.ts';
import { conditionEvidence, describe, eventEvidence, statusEvidence } from './owner-evidence.ts';
import type { WorkloadProblem } from './workload-problem.ts';

// A restarting webhook rejects a pod or two, and the controller retries at once: no news.
const REFUSED_FOR_MS = 10_000;

// Controllers retry after 1000 s at most (DefaultControllerRateLimiter), and write at most one
// event in five minutes.
const REFUSAL_STALE_MS = 20 * 60_000;

/**
 * Pods (of a CronJob: Jobs) that cannot be created: quota, webhook, limit range. null if all can.
 * @param now epoch ms.
 */
export function notCreated(state: ClusterState, owner: Owner, now: number): WorkloadProblem | null {
  const condition = trueConditionOf(owner, 'ReplicaFailure');
  if (condition === undefined && owner.kind === 'Deployment') return null;
  const events = refusalsOf(state, owner);
  const newest = events.at(-1);
  const message = condition?.message || newest?.message || '';
  if (condition === undefined && !isRefused(owner, newest, now)) return null;
  const missing = owner.desired === null || owner.created === null ? null : owner.desired - owner.created;
  // For a StatefulSet or DaemonSet only events report it: once all its pods exist, it has
  // recovered.
  if (condition === undefined && missing !== null && missing <= 0) return null;
  const since =
    condition?.since ?? events.reduce((first, e) => Math.min(first, e.firstAt), newest?.firstAt ?? owner.createdAt ?? 0);
  if (now - since < REFUSED_FOR_MS || owner.desired === 0) return null;
  const workload = workloadOfOwner(owner, state.owners);
  const impact = owner.kind === 'Job' || owner.kind === 'CronJob' ? null : impactAt(state, workload, since, now);
  const reason = describeCreationFailure(message);
  const what = owner.kind === 'CronJob' ? 'Jobs' : 'pods';
  const count = missing === null ? what : missing > 0 ? `${missing} of ${owner.desired} ${what}` : `new ${what}`;
  return {
    kind: 'not-created',
    workload,
    since,
    summary: `${count} not created: ${reason}`,
    impact,
    level: impact?.level ?? 'down',
    failedPods: 0,
    lastFailureAt: null,
    example: null,
    evidence: [...conditionEvidence(condition), ...statusEvidence(owner), ...events.slice(-1).map(eventEvidence)],
    next: commandsOf([
      reason.includes('quota') ? command`kubectl -n ${workload.namespace} describe quota` : null,
      describe(workload),
      command`kubectl -n ${workload.namespace} get events --field-selector reason=FailedCreate`,
    ]),
  };
}

// Failures since the last successful creation. A Deployment's events are about its ReplicaSets.
function refusalsOf(state: ClusterState, owner: Owner): readonly KubeEvent[] {
  const events = owner.kind === 'Deployment' ? eventsOf(state, owner) : (state.events.get(owner.uid) ?? NO_EVENTS);
  const created = events.findLast((e) => e.reason === 'SuccessfulCreate')?.lastAt ?? 0;
  return events.filter((e) => e.reason === 'FailedCreate' && (e.lastAt > created || owner.kind === 'Deployment'));
}

/** The events about a workload's object and its ReplicaSets and Jobs, oldest first. */
export function eventsOf(state: ClusterState, owner: Owner): readonly KubeEvent[] {
  const events = [...(state.events.get(owner.uid) ?? NO_EVENTS)];
  for (const below of state.owners.values()) {
    if (below.controller?.uid === owner.uid) events.push(...(state.events.get(below.uid) ?? NO_EVENTS));
  }
  return events.sort((a, b) => a.lastAt - b.lastAt);
}

function isRefused(owner: Owner, newest: KubeEvent | undefined, now: number): boolean {
  if (newest === undefined || now - newest.lastAt > REFUSAL_STALE_MS) return false;
  return owner.job === null || (owner.job.active === 0 && !isOver(owner));
}

function isOver(job: Owner): boolean {
  return trueConditionOf(job, 'Complete') !== undefined || trueConditionOf(job, 'Failed') !== undefined;
}
