import { command, commandsOf } from '../../model/evidence/kubectl-hints.ts';
import { isPodReady } from '../../model/pod.ts';
import { exceededDeadlineOf, type Owner } from '../../model/resources.ts';
import { counted } from '../../text/duration.ts';
import { shorten } from '../../text/truncate.ts';
import { podsOf } from '../../timeline/members.ts';
import type { ClusterState, PodRecord } from '../../timeline/state.ts';
import { workloadOfOwner } from '../../timeline/workload.ts';
import { impactAt } from '../problems.ts';
import { conditionEvidence, eventEvidence, statusEvidence } from './owner-evidence.ts';
import { stalledRolloutOf } from './stalled-rollout.ts';
import type { WorkloadProblem } from './workload-problem.ts';

const PODS_NAMED = 3;

/** A Deployment that exceeded its progress deadline; null if it did not. @param now epoch ms. */
export function stuckRollout(state: ClusterState, owner: Owner, now: number): WorkloadProblem | null {
  const condition = exceededDeadlineOf(owner);
  if (condition === undefined || owner.desired === null || owner.desired === 0 || owner.isPaused) return null;
  const { key } = workloadOfOwner(owner, state.owners);
  const unready = podsOf(state, key).filter((r) => r.goneAt === null && !isPodReady(r.pod));
  const unavailable = owner.unavailable === null || owner.unavailable === 0 ? '' : `${owner.unavailable} not available, `;
  const [since, why] = [condition.since ?? now, `${unavailable}progress deadline exceeded`];
  return rolloutProblem(state, owner, { since, why, told: conditionEvidence(condition), unready }, now);
}

/**
 * The same for a StatefulSet or DaemonSet, which have no deadline of their own; null if it makes
 * progress.
 * @param now epoch ms.
 */
export function stalledRollout(state: ClusterState, owner: Owner, now: number): WorkloadProblem | null {
  const stalled = stalledRolloutOf(state, owner, now);
  if (stalled === null) return null;
  const { since, blocking, isEarlier } = stalled;
  const [first] = blocking as readonly [PodRecord];
  const pods = blocking.length === 1 ? first.pod.name : counted(blocking.length, 'pod');
  const why = `waiting for ${pods}${isEarlier ? ' of an earlier revision' : ''} to be ready`;
  const told = isEarlier
    ? [`an OrderedReady StatefulSet does not replace a pod that never becomes ready: ${first.pod.name}`]
    : [];
  return rolloutProblem(state, owner, { since, why, told, unready: blocking }, now);
}

interface StuckRollout {
  /** Epoch ms. */
  readonly since: number;
  readonly why: string;
  /** Findings other than counts and pods. */
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
