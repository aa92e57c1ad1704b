import { creationFailureInWords } from '../../model/creation-failure.ts';
import { command, commandsOf } from '../../model/evidence/kubectl-hints.ts';
import type { Impact } from '../../model/impact.ts';
import { type Condition, isPodReady } from '../../model/pod.ts';
import { exceededDeadlineOf, type KubeEvent, type Owner, trueConditionOf } from '../../model/resources.ts';
import { WINDOW_MS } from '../../model/trouble.ts';
import { counted, duration, timeOfDay } from '../../text/duration.ts';
import { firstLine, shorten } from '../../text/truncate.ts';
import { podsOf } from '../../timeline/members.ts';
import type { ClusterState, ContainerRecord, PodRecord, Workload } from '../../timeline/state.ts';
import { workloadOfOwner } from '../../timeline/workload.ts';
import { causeAt, impactAt } from '../problems.ts';
import { type EndedPods, endedPods, type FailedPod } from './failed-pods.ts';
import { stalledRolloutOf } from './stalled-rollout.ts';

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

/**
 * Every workload with a problem of its own at `now` (epoch ms), at most one for each, in no particular order. Without memory: it
 * is there while the status of the workload says so, or while pods of it failed within the window and nothing succeeded since.
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
const NO_EVENTS: readonly KubeEvent[] = Object.freeze([]);

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

// A webhook that restarts refuses a pod or two, and the controller tries again at once: that is no news.
const REFUSED_FOR_MS = 10_000;

// The controllers try again after 1000 s at most (DefaultControllerRateLimiter), and write at most one event in five minutes.
const REFUSAL_STALE_MS = 20 * 60_000;

function notCreated(state: ClusterState, owner: Owner, now: number): WorkloadProblem | null {
  const condition = trueConditionOf(owner, 'ReplicaFailure');
  if (condition === undefined && owner.kind === 'Deployment') return null;
  const events = refusalsOf(state, owner);
  const newest = events.at(-1);
  const message = condition?.message || newest?.message || '';
  if (condition === undefined && !isRefused(owner, newest, now)) return null;
  const missing = owner.desired === null || owner.created === null ? null : owner.desired - owner.created;
  // Only events say it of a StatefulSet or a DaemonSet: one that has its pods got over it.
  if (condition === undefined && missing !== null && missing <= 0) return null;
  const since =
    condition?.since ?? events.reduce((first, e) => Math.min(first, e.firstAt), newest?.firstAt ?? owner.createdAt ?? 0);
  if (now - since < REFUSED_FOR_MS || owner.desired === 0) return null;
  const workload = workloadOfOwner(owner, state.owners);
  const impact = owner.kind === 'Job' || owner.kind === 'CronJob' ? null : impactAt(state, workload, since, now);
  const reason = creationFailureInWords(message);
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

// Those since something of it was created last. A Deployment's are about its ReplicaSets.
function refusalsOf(state: ClusterState, owner: Owner): readonly KubeEvent[] {
  const events = owner.kind === 'Deployment' ? eventsOf(state, owner) : (state.events.get(owner.uid) ?? NO_EVENTS);
  const created = events.findLast((e) => e.reason === 'SuccessfulCreate')?.lastAt ?? 0;
  return events.filter((e) => e.reason === 'FailedCreate' && (e.lastAt > created || owner.kind === 'Deployment'));
}

/** The events about a workload's object and about the ReplicaSets and Jobs under it, oldest first. */
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

const PODS_NAMED = 3;

function stuckRollout(state: ClusterState, owner: Owner, now: number): WorkloadProblem | null {
  const condition = exceededDeadlineOf(owner);
  if (condition === undefined || owner.desired === null || owner.desired === 0 || owner.isPaused) return null;
  const { key } = workloadOfOwner(owner, state.owners);
  const unready = podsOf(state, key).filter((r) => r.goneAt === null && !isPodReady(r.pod));
  const unavailable = owner.unavailable === null || owner.unavailable === 0 ? '' : `${owner.unavailable} not available, `;
  const [since, why] = [condition.since ?? now, `${unavailable}progress deadline exceeded`];
  return rolloutProblem(state, owner, { since, why, told: conditionEvidence(condition), unready }, now);
}

function stalledRollout(state: ClusterState, owner: Owner, now: number): WorkloadProblem | null {
  const stalled = stalledRolloutOf(state, owner, now);
  if (stalled === null) return null;
  const { since, blocking, isEarlier } = stalled;
  const [first] = blocking as readonly [PodRecord];
  const pods = blocking.length === 1 ? first.pod.name : counted(blocking.length, 'pod');
  const why = `waiting for ${pods}${isEarlier ? ' of an earlier revision' : ''} to be ready`;
  const told = isEarlier ? [`an OrderedReady StatefulSet does not replace a pod that never gets ready: ${first.pod.name}`] : [];
  return rolloutProblem(state, owner, { since, why, told, unready: blocking }, now);
}

interface StuckRollout {
  /** Epoch ms. */
  readonly since: number;
  readonly why: string;
  /** What was found but for counts and pods. */
  readonly told: readonly string[];
  readonly unready: readonly PodRecord[];
}

function rolloutProblem(
  state: ClusterState,
  owner: Owner,
  { since, why, told, unready }: StuckRollout,
  now: number,
): WorkloadProblem {
  const workload = workloadOfOwner(owner, state.owners);
  const impact = impactAt(state, workload, since, now);
  const [first] = unready;
  const container = first?.containers.find((c) => c.status?.ready !== true);
  return {
    kind: 'stuck-rollout',
    workload,
    since,
    summary: `rollout stuck: ${owner.updated ?? 0} of ${owner.desired} updated, ${why}`,
    impact,
    level: impact.level,
    failedPods: 0,
    lastFailureAt: null,
    example: first === undefined || container === undefined ? null : { record: first, container },
    evidence: [
      ...told,
      ...statusEvidence(owner),
      ...unready.slice(0, PODS_NAMED).map((record) => unreadyEvidence(state, record)),
    ],
    next: commandsOf([
      command`kubectl -n ${workload.namespace} rollout status ${workload.kind.toLowerCase()}/${workload.name}`,
      command`kubectl -n ${workload.namespace} rollout history ${workload.kind.toLowerCase()}/${workload.name}`,
      ...unready.slice(0, 1).map(({ pod }) => command`kubectl -n ${workload.namespace} describe pod ${pod.name}`),
    ]),
  };
}

function unreadyEvidence(state: ClusterState, { pod }: PodRecord): string {
  const warning = state.events.get(pod.uid)?.findLast((e) => e.type === 'Warning');
  return `pod ${pod.name} is not ready${warning === undefined ? '' : `; ${shorten(eventEvidence(warning))}`}`;
}

function failingJobs(
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
    return condition === undefined || at === null || at <= now - WINDOW_MS || at > now ? [] : [{ job, condition, at }];
  });
  if (failed.length < 2 && failedJobs.length === 0) return null;
  // What somebody deleted is no problem any more: nothing is known of the Job or CronJob now, and the last failed pod was not kept.
  if (jobs.length === 0 && !state.statuses.has(key) && pods?.exists === false) return null;
  const lastAt = Math.max(...failed.map((f) => f.at), ...failedJobs.map((f) => f.at));
  const succeededAt = lastSuccess(state, key, pods, jobs);
  if (succeededAt !== null && succeededAt >= lastAt) return null;
  const since = Math.min(...failed.map((f) => f.at), ...failedJobs.map((f) => f.at));
  const workload = pods?.workload ?? workloadOfOwner((failedJobs[0] as { job: Owner }).job, state.owners);
  const newest = failed.at(-1);
  const example = newest ?? lastEnded(state, key);
  const last = example === null ? '' : endInWords(state, example, now);
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

// Where the Jobs are known, all of one must have succeeded: pods of a Job with many may succeed beside one that always fails.
function lastSuccess(state: ClusterState, key: string, pods: EndedPods | undefined, jobs: readonly Owner[]): number | null {
  const told = [state.statuses.get(key)?.owner.cron?.lastSucceededAt, ...jobs.map((job) => job.job?.completedAt)];
  if (jobs.length === 0) told.push(pods?.succeededAt);
  const times = told.filter((at) => at != null);
  return times.length === 0 ? null : Math.max(...times);
}

// The pod of a Job whose container restarts in place is deleted when the Job fails: its runs are known.
function lastEnded(state: ClusterState, key: string): FailedPod | null {
  let newest: FailedPod | null = null;
  for (const record of state.suspects.values()) {
    if (record.workload.key !== key) continue;
    for (const container of record.containers) {
      const at = container.ledger.findLast((r) => r.ended)?.finishedAt ?? null;
      if (at !== null && at > (newest?.at ?? 0)) newest = { record, container, at };
    }
  }
  return newest;
}

function failingPods(state: ClusterState, pods: EndedPods | undefined, now: number): WorkloadProblem | null {
  if (pods === undefined || pods.failed.length < 2) return null;
  const { workload, failed } = pods;
  const [first, newest] = [failed[0] as FailedPod, failed.at(-1) as FailedPod];
  // Nobody wants pods of it any more.
  if (state.statuses.get(workload.key)?.owner.desired === 0) return null;
  const impact = impactAt(state, workload, first.at, now);
  const isEvicted = failed.every(({ record }) => record.pod.reason === 'Evicted');
  return {
    kind: 'failing-pods',
    workload,
    since: first.at,
    summary: `${counted(failed.length, 'pod')} ${isEvicted ? 'evicted' : 'failed'} in ${duration(newest.at - first.at)}: ${endInWords(state, newest, now)}`,
    impact,
    level: impact.level,
    failedPods: failed.length,
    lastFailureAt: newest.at,
    example: { record: newest.record, container: newest.container },
    evidence: failedEvidence(state, failed, now),
    next: commandsOf([
      // Of a static pod the API knows no object but its mirrors.
      workload.kind === 'StaticPod' ? null : describe(workload),
      newest.record.goneAt === null ? command`kubectl -n ${workload.namespace} describe pod ${newest.record.pod.name}` : null,
      command`kubectl describe node ${newest.record.pod.spec.nodeName}`,
    ]),
  };
}

const PODS_QUOTED = 6;

function failedEvidence(state: ClusterState, failed: readonly FailedPod[], now: number): string[] {
  return failed
    .slice(-PODS_QUOTED)
    .toReversed()
    .map((pod) => `pod ${pod.record.pod.name} failed at ${timeOfDay(pod.at)}: ${endInWords(state, pod, now)}`);
}

// A reason of the pod's own says more than how its containers ended.
function endInWords(state: ClusterState, { record, container }: FailedPod, now: number): string {
  const { reason, message } = record.pod;
  if (reason === 'Evicted' && message !== '') return shorten(firstLine(message));
  if (reason !== '') return message === '' ? reason : shorten(`${reason}: ${firstLine(message)}`);
  const ended = container.ledger.findLast((r) => r.ended);
  if (ended === undefined) return 'how it ended is not known';
  return causeAt(state, record, container, now)?.summary ?? `exit ${ended.exitCode}`;
}

function conditionEvidence(condition: Condition | undefined): string[] {
  if (condition === undefined) return [];
  const since = condition.since === null ? '' : ` since ${timeOfDay(condition.since)}`;
  const message = firstLine(condition.message);
  return [`condition ${condition.type}=${condition.status}, ${condition.reason}${since}${message === '' ? '' : `: ${message}`}`];
}

function statusEvidence({ desired, created, updated, ready, available }: Owner): string[] {
  if (desired === null || created === null) return [];
  return [`status: ${desired} wanted, ${created} created, ${updated} updated, ${ready} ready, ${available} available`];
}

function cronEvidence(owner: Owner): string[] {
  const { schedule, lastSucceededAt } = owner.cron ?? { schedule: '', lastSucceededAt: null };
  const success = lastSucceededAt === null ? 'never succeeded so far' : `last succeeded at ${timeOfDay(lastSucceededAt)}`;
  return [`schedule ${schedule}; ${success}`];
}

function eventEvidence(event: KubeEvent): string {
  return `event ${event.reason} x${event.count}, last at ${timeOfDay(event.lastAt)}: ${firstLine(event.message)}`;
}

function describe({ namespace, kind, name }: Workload): string | null {
  return command`kubectl -n ${namespace} describe ${kind.toLowerCase()} ${name}`;
}
