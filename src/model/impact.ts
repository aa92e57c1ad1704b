/** How many of its pods a workload has left. */
export interface Impact {
  /**
   * `down`: no pod available; `degraded`: fewer than desired; `available`: all of them. Judged by
   * `lowest`. A workload that wants no pods is `available`.
   */
  readonly level: 'down' | 'degraded' | 'available';
  readonly available: number;
  readonly desired: number;
  /**
   * The lowest `available` of the last five minutes: a loop that is up for a moment still counts.
   */
  readonly lowest: number;
}

/** The number of a workload's available pods from `at` (epoch ms) on. */
export interface AvailabilitySample {
  readonly at: number;
  readonly available: number;
}

/** The window for the lowest count of available pods. */
export const LOWEST_OF_MS = 5 * 60_000;

/**
 * The impact on a workload.
 * @param samples its changes of availability, oldest first.
 * @param troubledSince earlier times (epoch ms) do not count: every rollout begins with 0 pods.
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

/** One source's count of available pods, and its changes, oldest first. */
export interface AvailabilitySource {
  readonly available: number;
  readonly samples: readonly AvailabilitySample[];
  /** When the source last reported anything, epoch ms. */
  readonly heardAt: number;
}

// Controllers normally write a status within two seconds of a change; a busy one takes longer.
const STATUS_LAG_MS = 30_000;

/**
 * Does a workload's own status still hold? Not if its pods changed later, disagree with it, and it
 * has not followed within the time that controllers take: it is no longer watched, or arrivals were
 * lost.
 * @param minReadyMs how long its pods must be ready to count as available, ms.
 */
export function isStatusCurrent(status: AvailabilitySource, pods: AvailabilitySource, minReadyMs: number, now: number): boolean {
  if (status.available === pods.available || pods.heardAt <= status.heardAt) return true;
  return now - pods.heardAt <= STATUS_LAG_MS + minReadyMs;
}

/**
 * Joins the availability history of a workload's own status with the earlier history of its pods:
 * the change of source adds no dip and hides none.
 */
export function joinSamples(
  pods: readonly AvailabilitySample[],
  status: readonly AvailabilitySample[],
): readonly AvailabilitySample[] {
  const [first] = status;
  return first === undefined ? pods : [...pods.filter((s) => s.at < first.at), ...status];
}
