/** What a workload has left, among the pods that belong to it. */
export interface Impact {
  /** `down`: no pod available; `degraded`: fewer than desired; `available`: all of them. Judged by `lowest`. */
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
  let lowest = counts.available;
  for (const [index, sample] of samples.entries()) {
    const until = samples[index + 1]?.at ?? now;
    if (until > from && sample.at <= now) lowest = Math.min(lowest, sample.available);
  }
  const level = lowest === 0 ? 'down' : lowest < counts.desired ? 'degraded' : 'available';
  return { level, ...counts, lowest };
}
