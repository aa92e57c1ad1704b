import { withoutPodsEnd } from '../../model/inferred-ends.ts';
import { addRuns, EMPTY_LEDGER } from '../../model/ledger.ts';
import { namedIn } from '../../model/named.ts';
import type { Pod } from '../../model/pod.ts';
import { withCounts } from '../availability.ts';
import { podsOf, withMember, withoutForgotten } from '../members.ts';
import { mirrorBefore } from '../mirror-pods.ts';
import { skewOf } from '../node-clocks.ts';
import { deletionAskedAt, gone, withoutGone } from '../pod-end.ts';
import { type ClusterState, isGapOfPods, neverFailed, type PodRecord } from '../state.ts';
import { isMirror, workloadOf } from '../workload.ts';
import { foldContainers } from './container.ts';
import { withLearnedBackoff } from './lessons.ts';

/**
 * Keeps the newest version of a pod; a deleted one stays, marked as gone.
 * @param at when it arrived, epoch ms.
 * @param line its line of the recording; 0 if live.
 */
export function foldPod(state: ClusterState, pod: Pod, isDeleted: boolean, at: number, line: number): ClusterState {
  const before = state.pods.get(pod.uid);
  const workload = before?.workload ?? workloadOf(pod, state.owners);
  const skewMs = state.clocks.get(pod.spec.nodeName)?.skewMs ?? 0;
  const askedAt = deletionAskedAt(before, pod, isDeleted, at, skewMs);
  const known = before?.goneAt == null ? before : { ...before, containers: before.containers.map(withoutGone) };
  const there: PodRecord = {
    pod,
    workload,
    arrivedAt: at,
    line,
    deletionAskedAt: askedAt,
    goneAt: null,
    goneAfter: null,
    containers: foldContainers(state, known, pod, at, askedAt),
  };
  // Only mirrors are compared: other workloads may have thousands of pods, mirrors one per node.
  const mirror = isMirror(pod) ? mirrorBefore(there, podsOf(state, workload.key)) : undefined;
  const whole = mirror === undefined ? there : withRunsOf(mirror, there);
  const record = isDeleted ? gone(whole, at, at, skewMs) : whole;
  const kept = mirror === undefined ? state : withoutMirror(state, mirror, pod.uid, at);
  const next = withLearnedBackoff(withRecord(kept, record), mirror ?? before, record);
  return withCounts(isDeleted ? withoutName(next, record) : withName(next, record, before, at), before, record, at);
}

// One container is one row, and each run counts once, whichever mirror reported it.
function withRunsOf(mirror: PodRecord, record: PodRecord): PodRecord {
  const containers = record.containers.map((container) => {
    const earlier = namedIn(mirror.containers, container.name)?.ledger ?? EMPTY_LEDGER;
    return { ...container, ledger: addRuns(withoutPodsEnd(earlier), container.ledger) };
  });
  return { ...record, containers };
}

function withoutMirror(state: ClusterState, mirror: PodRecord, uid: string, at: number): ClusterState {
  const old = mirror.pod.uid;
  const next = removePod(state, old, at);
  const logs = next.logs.get(old);
  return {
    ...next,
    pods: next.pods.delete(old),
    members: withoutForgotten(next.members, [mirror]),
    unhealthyCandidates: next.unhealthyCandidates.delete(old),
    logs: logs === undefined ? next.logs : next.logs.delete(old).set(uid, [...(next.logs.get(uid) ?? []), ...logs]),
  };
}

/**
 * Keeps a pod under its UID, its workload and, if any container of it ever failed, among the
 * unhealthy candidates.
 */
export function withRecord(state: ClusterState, record: PodRecord): ClusterState {
  const { uid, phase } = record.pod;
  const isQuiet = phase !== 'Failed' && record.containers.every(neverFailed);
  // Immutable returns the same map when the key to delete is not there.
  const unhealthyCandidates = isQuiet ? state.unhealthyCandidates.delete(uid) : state.unhealthyCandidates.set(uid, record);
  const members = withMember(state.members, uid, state.pods.get(uid)?.workload.key, record.workload.key);
  return { ...state, pods: state.pods.set(uid, record), members, unhealthyCandidates };
}

// A name belongs to one pod at a time. If a deletion was missed, the older pod of that name is
// gone.
function withName(state: ClusterState, { pod }: PodRecord, before: PodRecord | undefined, at: number): ClusterState {
  if (before !== undefined && before.goneAt === null) return state;
  const key = `${pod.namespace}/${pod.name}`;
  const holder = state.names.get(key);
  if (holder === pod.uid) return state;
  const other = holder === undefined ? undefined : state.pods.get(holder);
  if (other === undefined) return { ...state, names: state.names.set(key, pod.uid) };
  if ((other.pod.createdAt ?? 0) > (pod.createdAt ?? 0)) return removePod(state, pod.uid, at);
  return { ...removePod(state, other.pod.uid, at), names: state.names.set(key, pod.uid) };
}

function withoutName(state: ClusterState, { pod }: PodRecord): ClusterState {
  const key = `${pod.namespace}/${pod.name}`;
  return state.names.get(key) === pod.uid ? { ...state, names: state.names.delete(key) } : state;
}

/**
 * Marks a pod as gone that is missing from a list, or whose name another pod has taken.
 * @param at when that was noticed, epoch ms.
 */
export function removePod(state: ClusterState, uid: string, at: number): ClusterState {
  const record = state.pods.get(uid);
  if (record === undefined || record.goneAt !== null) return state;
  const removed = gone(record, at, seenUntil(state, record) ?? at, skewOf(state, record));
  return withCounts(withoutName(withRecord(state, removed), removed), record, removed, at);
}

// A pod's changes are seen as they happen, except in a gap that ended with a new list.
function seenUntil({ gaps }: ClusterState, { pod, arrivedAt }: PodRecord): number | null {
  return gaps.find((gap) => isGapOfPods(gap, pod.namespace) && !gap.resumed && gap.from >= arrivedAt)?.from ?? null;
}
