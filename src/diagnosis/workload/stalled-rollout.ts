import { conditionOf, containerSpecOf, isPodReady } from '../../model/pod.ts';
import type { Owner, SetRollout } from '../../model/resources.ts';
import { podsOf } from '../../timeline/members.ts';
import { skewOf } from '../../timeline/node-clocks.ts';
import type { ClusterState, PodRecord } from '../../timeline/state.ts';
import { workloadOfOwner } from '../../timeline/workload.ts';
import { troubleOf } from '../problems.ts';

/** A rollout of a StatefulSet or a DaemonSet that does not get on. */
export interface StalledRollout {
  /** When it last got on, as far as its pods tell, epoch ms. */
  readonly since: number;
  /** The pods that it waits for, the one that it has waited for longest first; never empty. */
  readonly blocking: readonly PodRecord[];
  /** Is the first of them of an earlier revision? Its controller does not replace it before it is ready. */
  readonly isEarlier: boolean;
}

/** Theirs has no deadline: a Deployment's is this, if nobody changed it (progressDeadlineSeconds, apps/v1 defaults.go). */
const DEADLINE_MS = 10 * 60_000;

/**
 * The stalled rollout of a StatefulSet or a DaemonSet at `now` (epoch ms); null where it has none. It is one while its status
 * says that pods are still to be replaced, a pod that it waits for is not ready, and none came or changed its readiness for as
 * long as a Deployment would be given. Not where somebody else is to act: OnDelete, and what lies below the partition.
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

// A DaemonSet that has updated all its pods has nothing more to do: one that is not ready may have become so long after.
function isUnfinished({ kind, desired, updated }: Owner, { partition, currentRevision, updateRevision }: SetRollout): boolean {
  if (desired === null || updated === null || desired === 0) return false;
  if (updated < desired - partition) return true;
  return kind === 'StatefulSet' && partition === 0 && currentRevision !== updateRevision;
}

// A DaemonSet does not tell: its controller makes pods of the newest only.
function newestRevision({ updateRevision }: SetRollout, pods: readonly PodRecord[]): string {
  if (updateRevision !== '') return updateRevision;
  const newest = pods.reduce<PodRecord | null>((a, b) => (a === null || createdAt(b) > createdAt(a) ? b : a), null);
  return newest?.pod.templateHash ?? '';
}

// Only a StatefulSet that keeps order waits for pods of before; since when, the revision alone can tell.
function beginOf({ owners }: ClusterState, { uid }: Owner, { updateRevision }: SetRollout): number | null {
  const revision = owners.find((o) => o.kind === 'ControllerRevision' && o.name === updateRevision && o.controller?.uid === uid);
  return revision?.numberedAt ?? revision?.createdAt ?? null;
}

function isHeldBack({ pod }: PodRecord): boolean {
  return conditionOf(pod, 'PodScheduled')?.reason === 'SchedulingGated';
}

// A startup probe is how somebody says how long a start may take: the kubelet ends one that takes longer.
function isStarting({ pod, containers }: PodRecord): boolean {
  return containers.some(
    ({ name, status }) =>
      status?.state.type === 'running' && !status.started && containerSpecOf(pod, name)?.startupTiming !== undefined,
  );
}

// When it came, or was to be gone, or last changed its readiness; one that loops changes it with every run, which is nothing new.
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
