import { type AvailabilitySample, isStatusCurrent, joinSamples, LOWEST_OF_MS } from '../model/impact.ts';
import { conditionOf, isPodReady, type Pod } from '../model/pod.ts';
import type { ClusterState, PodCounts, PodRecord } from './state.ts';

/**
 * Does the pod count as one that its workload wants? Not if it has finished, is being deleted, or
 * is gone.
 */
export function isDesired(record: PodRecord): boolean {
  const { phase } = record.pod;
  return record.goneAt === null && record.pod.deletionAt === null && phase !== 'Succeeded' && phase !== 'Failed';
}

/** Is the pod one that its workload wants, and ready? */
export function isAvailable(record: PodRecord): boolean {
  return isDesired(record) && isPodReady(record.pod);
}

/**
 * Updates the counts for a pod that came, changed or went (`after` undefined). Counts only the
 * difference: a list of 5,000 pods of one workload must not count them 5,000 times.
 * @param at epoch ms.
 */
export function withCounts(
  state: ClusterState,
  before: PodRecord | undefined,
  after: PodRecord | undefined,
  at: number,
): ClusterState {
  const key = (after ?? before)?.workload.key ?? '';
  const desired = Number(after !== undefined && isDesired(after)) - Number(before !== undefined && isDesired(before));
  const change = Number(after !== undefined && isAvailable(after)) - Number(before !== undefined && isAvailable(before));
  if (desired === 0 && change === 0) return state;
  const known = state.workloads.get(key) ?? NO_PODS;
  const counts = { desired: known.desired + desired, available: known.available + change };
  const workloads = counts.desired === 0 ? state.workloads.delete(key) : state.workloads.set(key, counts);
  const isNew = before === undefined && after !== undefined && change === 1;
  const availability = isNew ? withEarlierReady(state.availability, key, after.pod) : state.availability;
  return { ...state, workloads, availability: withSample(availability, key, counts.available, at) };
}

// A list comes in parts. A pod that was ready at an earlier sample was available then: raise that
// sample instead of showing a rise now.
function withEarlierReady(availability: ClusterState['availability'], key: string, pod: Pod): ClusterState['availability'] {
  const readySince = conditionOf(pod, 'Ready')?.since ?? null;
  const samples = availability.get(key);
  if (samples === undefined || readySince === null) return availability;
  const raised = samples.map((s) => (s.at >= readySince ? { at: s.at, available: s.available + 1 } : s));
  return availability.set(key, raised);
}

const NO_PODS: PodCounts = Object.freeze({ desired: 0, available: 0 });

function withSample(
  availability: ClusterState['availability'],
  key: string,
  available: number,
  at: number,
): ClusterState['availability'] {
  const samples = availability.get(key) ?? NO_SAMPLES;
  const next = nextSamples(samples, available, at);
  return next === samples ? availability : availability.set(key, next);
}

/** For a workload that was never counted. */
export const NO_SAMPLES: readonly AvailabilitySample[] = Object.freeze([]);

/**
 * Appends a sample if the count differs from the newest one, and drops samples that are too old to
 * matter.
 * @param at epoch ms.
 */
export function nextSamples(
  samples: readonly AvailabilitySample[],
  available: number,
  at: number,
): readonly AvailabilitySample[] {
  if (samples.at(-1)?.available === available) return samples;
  // Keep the newest of the old samples: it still held when the window began.
  const firstKept = samples.findLastIndex((s) => s.at <= at - LOWEST_OF_MS);
  return samples.slice(Math.max(0, firstKept)).concat({ at, available });
}

/** How many pods a workload wants and has, and how many were available over time. */
export interface WorkloadCounts extends PodCounts {
  /** Oldest first. */
  readonly samples: readonly AvailabilitySample[];
}

/**
 * How many pods a workload wants and has at `now` (epoch ms). Its own status comes first: that
 * includes pods that were never created, and counts none twice during a rollout. Where the status
 * is unknown, too old, or wants none, its pods are counted.
 */
export function countsOf(state: ClusterState, key: string, now: number): WorkloadCounts {
  const counts = state.workloads.get(key) ?? NO_PODS;
  const samples = state.availability.get(key) ?? NO_SAMPLES;
  const status = state.statuses.get(key);
  if (status === undefined) return { ...counts, samples };
  const { desired, available, minReadyMs } = status.owner;
  // A workload scaled to zero has no status that counts the pods still terminating.
  if (desired === null || desired === 0 || available === null) return { ...counts, samples };
  const told = { available, samples: status.availability, heardAt: status.arrivedAt };
  const seen = { available: counts.available, samples, heardAt: samples.at(-1)?.at ?? 0 };
  if (!isStatusCurrent(told, seen, minReadyMs, now)) return { ...counts, samples };
  return { desired, available, samples: joinSamples(samples, status.availability) };
}
