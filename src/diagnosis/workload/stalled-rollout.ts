import { conditionOf, containerSpecOf, isPodReady } from '../../model/pod.ts';
import type { Owner, SetRollout } from '../../model/resources.ts';
import { podsOf } from '../../timeline/members.ts';
import { skewOf } from '../../timeline/node-clocks.ts';
import type { ClusterState, PodRecord } from '../../timeline/state.ts';
import { workloadOfOwner } from '../../timeline/workload.ts';
import { troubleOf } from '../problems.ts';

/** A rollout of a StatefulSet or DaemonSet that makes no progress. */
export interface StalledRollout {
  /** When it last made progress, judged by its pods, epoch ms. */
  readonly since: number;
  /** The pods that it waits for, longest wait first; never empty. */
  readonly blocking: readonly PodRecord[];
  /**
   * True if the first of them is of an earlier revision. Its controller does not replace it until
   * it is ready.
   */
  readonly isEarlier: boolean;
}

/**
 * These rollouts have no deadline. This is a Deployment's default (progressDeadlineSeconds, apps/v1
 * defaults.go).
 */
const DEADLINE_MS = 10 * 60_000;

/**
 * The stalled rollout of a StatefulSet or DaemonSet at `now` (epoch ms); null if none. It is
 * stalled if its status says that pods are still to be replaced, a pod that it waits for is not
 * ready, and no pod was created or changed readiness for a Deployment's deadline. Not if it waits
 * for a user: OnDelete, or pods below the partition.
 */
export function stalledRolloutOf(state: ClusterState, owner: Owner, now: number): StalledRollout | null {
  const { rollout } = owner;
  if (rollout === null || !rollout.isAutomatic || !owner.isObserved || !isUnfinished(owner, rollout)) return null;
  const pods = podsOf(state, workloadOfOwner(owner, state.owners).key).filter((r) => r.goneAt === null);
  const revision = newestRevision(rollout, pods);
  const isNew = ({ pod }: PodRecord) => pod.templateHash === revision;
  const begunAt = rollout.isOrdered ? beginOf(state, owner, rollout) : null;
  const isBlocking = (r: PodRecord) =>
    (isNew(r) || begunAt !== null) && r.pod.deletionAt === null && !isPodReady(r.pod) && !isHeldBack(r) && !isStarting(r);
  const blocking = pods.filter(isBlocking).toSorted((a, b) => movedAt(state, a, now) - movedAt(state, b, now));
  const [first] = blocking;
  if (first === undefined) return null;
  const moved = pods.filter((r) => isNew(r) || isBlocking(r) || r.pod.deletionAt !== null).map((r) => movedAt(state, r, now));
  const since = Math.max(...moved, isNew(first) ? 0 : (begunAt ?? 0));
  return now - since < DEADLINE_MS + owner.minReadyMs ? null : { since, blocking, isEarlier: !isNew(first) };
}

// A DaemonSet that has updated all its pods is done; one that is not ready may have become so much
// later.
function isUnfinished({ kind, desired, updated }: Owner, { partition, currentRevision, updateRevision }: SetRollout): boolean {
  if (desired === null || updated === null || desired === 0) return false;
  if (updated < desired - partition) return true;
  return kind === 'StatefulSet' && partition === 0 && currentRevision !== updateRevision;
}

// A DaemonSet does not say, but its controller creates pods of the newest revision only.
function newestRevision({ updateRevision }: SetRollout, pods: readonly PodRecord[]): string {
  if (updateRevision !== '') return updateRevision;
  const newest = pods.reduce<PodRecord | null>((a, b) => (a === null || createdAt(b) > createdAt(a) ? b : a), null);
  return newest?.pod.templateHash ?? '';
}

// Only a StatefulSet that keeps order waits for older pods. Only the revision tells since when.
function beginOf({ owners }: ClusterState, { uid }: Owner, { updateRevision }: SetRollout): number | null {
  const revision = owners.find((o) => o.kind === 'ControllerRevision' && o.name === updateRevision && o.controller?.uid === uid);
  return revision?.numberedAt ?? revision?.createdAt ?? null;
}

function isHeldBack({ pod }: PodRecord): boolean {
  return conditionOf(pod, 'PodScheduled')?.reason === 'SchedulingGated';
}

// A startup probe defines how long a start may take: the kubelet kills a container that takes
// longer.
function isStarting({ pod, containers }: PodRecord): boolean {
  return containers.some(
    ({ name, status }) =>
      status?.state.type === 'running' && !status.started && containerSpecOf(pod, name)?.startupTiming !== undefined,
  );
}

// When it was created, was due to be deleted, or last changed readiness. A looping pod changes
// readiness with every run, which is no progress.
function movedAt(state: ClusterState, record: PodRecord, now: number): number {
  const { pod, containers } = record;
  if (pod.deletionAt !== null) return pod.deletionAt;
  const told = conditionOf(pod, 'Ready')?.since ?? null;
  const readySince = told === null ? 0 : told + skewOf(state, record);
  const loops = containers.flatMap((container) => {
    const trouble = isPodReady(pod) ? null : troubleOf(state, record, container, now);
    return trouble?.state === 'looping' ? [trouble.since] : [];
  });
  return Math.max(createdAt(record), Math.min(readySince, ...loops));
}

function createdAt({ pod }: PodRecord): number {
  return pod.createdAt ?? 0;
}
