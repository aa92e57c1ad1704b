/** What a workload has left, among the pods that belong to it. */
export interface Impact {
  /**
   * `down`: no pod available; `degraded`: fewer than desired; `available`: all of them. Judged by `lowest`. A workload that wants
   * none lacks none.
   */
  readonly level: 'down' | 'degraded' | 'available';
  readonly available: number;
  readonly desired: number;
  /** The lowest `available` of the last five minutes, so that a loop that is up for a moment does not hide. */
  readonly lowest: number;
}

/** How many pods of a workload were available, from `at` (epoch ms) on. */
export interface AvailabilitySample {
  readonly at: number;
  readonly available: number;
}

/** How far back the lowest count of available pods is looked for. */
export const LOWEST_OF_MS = 5 * 60_000;

/**
 * The impact on a workload.
 * @param samples its changes of availability, oldest first.
 * @param troubledSince what lay before its trouble (epoch ms) does not count: every rollout begins with 0 pods.
 */
export function impactOf(
  counts: { readonly available: number; readonly desired: number },
  samples: readonly AvailabilitySample[],
  troubledSince: number,
  now: number,
): Impact {
  const from = Math.max(now - LOWEST_OF_MS, troubledSince);
  const lowest = Math.min(counts.available, lowestOf(samples, from, now));
  const level = lowest >= counts.desired ? 'available' : lowest === 0 ? 'down' : 'degraded';
  return { level, ...counts, lowest };
}

function lowestOf(samples: readonly AvailabilitySample[], from: number, now: number): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (const [index, sample] of samples.entries()) {
    const until = samples[index + 1]?.at ?? now;
    if (until > from && sample.at <= now) lowest = Math.min(lowest, sample.available);
  }
  return lowest;
}

/** A count of available pods by one source, and how it changed, oldest first. */
export interface AvailabilitySource {
  readonly available: number;
  readonly samples: readonly AvailabilitySample[];
  /** When the source last told anything, epoch ms. */
  readonly heardAt: number;
}

// The controllers write a status within a second or two of what the pods do; one that is busy takes longer.
const STATUS_LAG_MS = 30_000;

/**
 * Does a workload's own status still hold? Not where its pods changed after its last arrival, differ from it, and it has not
 * followed for longer than controllers take: it is watched no longer, or arrivals were lost.
 * @param minReadyMs how long its pods must be ready to count as available.
 */
export function isStatusCurrent(status: AvailabilitySource, pods: AvailabilitySource, minReadyMs: number, now: number): boolean {
  if (status.available === pods.available || pods.heardAt <= status.heardAt) return true;
  return now - pods.heardAt <= STATUS_LAG_MS + minReadyMs;
}

/**
 * The changes of availability by a workload's own status, and before that was known by its pods: becoming known is no dip, and
 * hides none.
 */
export function joinSamples(
  pods: readonly AvailabilitySample[],
  status: readonly AvailabilitySample[],
): readonly AvailabilitySample[] {
  const [first] = status;
  return first === undefined ? pods : [...pods.filter((s) => s.at < first.at), ...status];
}
