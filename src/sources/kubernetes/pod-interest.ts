import { type ContainerStatus, conditionOf, isPodReady, mayRestart, type Pod } from '../../model/pod.ts';

/** A pod, and what watching it told that its status does not. Times in epoch ms by our own clock, whatever the cluster's says. */
export interface WatchedPod {
  readonly pod: Pod;
  readonly seenAt: number;
  /** When a run of it was last seen to end; null where none was. */
  readonly diedAt: number | null;
  /** Since when it was seen not to be ready; null while it is. */
  readonly unreadyAt: number | null;
}

const MINUTE = 60_000;
/** A restart this long ago is no sign of trouble any more, unless there were several in a day. */
const RECENT_MS = 30 * MINUTE;
const DAY_MS = 24 * 60 * MINUTE;
const OFTEN = 3;
/** A pod that failed stays until somebody deletes it. */
const FAILED_MS = 60 * MINUTE;
/** Most pods have been scheduled and begun after this. */
const PENDING_MS = 10_000;
/** Most programs are ready after this. */
const UNREADY_MS = 60_000;
const BEFORE_A_START: readonly string[] = ['', 'ContainerCreating', 'PodInitializing'];

/** The pod as it arrived now, after what was known of it. */
export function watched(before: WatchedPod | undefined, pod: Pod, now: number): WatchedPod {
  const hasDied = before !== undefined && countEnds(pod) > countEnds(before.pod);
  return {
    pod,
    seenAt: before?.seenAt ?? now,
    diedAt: hasDied ? now : (before?.diedAt ?? null),
    unreadyAt: isPodReady(pod) ? null : (before?.unreadyAt ?? now),
  };
}

/**
 * From when the pod is of interest, epoch ms, if nothing else arrives of it: its owners and its node are read then, and its
 * events shown. In the past: it is now; null: it is not. These are cheap signs, and rather too many than too few: what is
 * trouble is decided by model/trouble.ts.
 */
export function interestFrom({ pod, seenAt, diedAt, unreadyAt }: WatchedPod, now: number): number | null {
  if (pod.deletionAt !== null || pod.phase === 'Succeeded') return null;
  if (pod.phase === 'Failed') return isLately(endOf(pod) ?? seenAt, diedAt, now, FAILED_MS) ? seenAt : null;
  if (pod.containers.some((status) => isBad(pod, status, diedAt, now))) return seenAt;
  if (pod.phase === 'Pending') return pendingFrom(pod, seenAt);
  const ready = conditionOf(pod, 'Ready');
  if (ready === undefined || unreadyAt === null) return null;
  return Math.min(ready.since ?? unreadyAt, unreadyAt) + UNREADY_MS;
}

function pendingFrom(pod: Pod, seenAt: number): number | null {
  const scheduled = conditionOf(pod, 'PodScheduled');
  // Somebody holds it back on purpose.
  if (scheduled?.reason === 'SchedulingGated') return null;
  if (scheduled?.reason === 'Unschedulable') return seenAt;
  return Math.min(pod.createdAt ?? seenAt, seenAt) + PENDING_MS;
}

function isBad(
  pod: Pod,
  { state, last, restartCount, name, type }: ContainerStatus,
  diedAt: number | null,
  now: number,
): boolean {
  if (type === 'ephemeral') return false;
  if (state.type === 'waiting' && !BEFORE_A_START.includes(state.reason)) return true;
  if (state.type === 'terminated') {
    if (mayRestart(pod, name, state.exitCode)) return true;
    return state.exitCode !== 0 && isLately(state.finishedAt, diedAt, now, RECENT_MS);
  }
  if (last === null) return false;
  return (
    isLately(last.finishedAt, diedAt, now, RECENT_MS) || (restartCount >= OFTEN && isLately(last.finishedAt, null, now, DAY_MS))
  );
}

function isLately(at: number | null, seenAt: number | null, now: number, withinMs: number): boolean {
  return Math.max(at ?? 0, seenAt ?? 0) > now - withinMs;
}

function endOf(pod: Pod): number | null {
  const ends = pod.containers.flatMap(({ state }) =>
    state.type === 'terminated' && state.finishedAt !== null ? [state.finishedAt] : [],
  );
  return ends.length > 0 ? Math.max(...ends) : (conditionOf(pod, 'Ready')?.since ?? pod.createdAt);
}

function countEnds(pod: Pod): number {
  return pod.containers.reduce(
    (sum, c) => sum + c.restartCount + Number(c.state.type === 'terminated'),
    Number(pod.phase === 'Failed'),
  );
}
