/**
 * How late a start comes after its back-off is over. The kubelet syncs a waiting pod from time to
 * time, and starts its containers at the first sync after that (pkg/kubelet/pod_workers.go,
 * completeWork).
 */

/**
 * When a kubelet syncs again: every 10 to 15 s (`steady`, before 1.35), or after the remaining
 * time, at most a minute, times a jitter of 1 to 1.5 (`by expiry`, from 1.35 on:
 * kubernetes/kubernetes#133066).
 */
export type Rhythm = 'steady' | 'by expiry' | 'unknown';

/** The sync rhythm of a kubelet. @param version such as `v1.35.4`; '' if unknown. */
export function rhythmOf(version: string): Rhythm {
  const minor = Number(/^v?1\.(\d{1,3})/.exec(version)?.[1] ?? Number.NaN);
  if (Number.isNaN(minor)) return 'unknown';
  return minor < 35 ? 'steady' : 'by expiry';
}

/**
 * A start to come: the earliest time, the beginning of the wait (epoch ms, on the node's clock),
 * and the whole back-off, ms.
 */
export interface DueStart {
  readonly at: number;
  readonly from: number;
  readonly delayMs: number;
}

/** What is known of the kubelet's syncs of the waiting pod. */
export interface Syncs {
  readonly rhythm: Rhythm;
  /**
   * The newest sync of this wait that a BackOff event reports, epoch ms on the node's clock; null
   * if none does.
   */
  readonly lastAt: number | null;
  /** How much later than expected starts with this delay were on this node, ms. */
  readonly learned: readonly number[];
}

/** When a start is expected, and when it becomes late. Epoch ms. */
export interface Expectation {
  readonly expectedAt: number;
  readonly lateAfter: number;
}

const RESYNC_MS = 60_000;
/**
 * With more time left, the reported sync is not the newest: events about a pod are dropped after
 * 25, then one comes in 5 minutes.
 */
const SYNC_REPORTED_MS = 90_000;
/**
 * The first sync of a wait comes just after the end: the runtime reports that, and an event is
 * written.
 */
const FIRST_SYNC_MS = 1000;
/**
 * From the sync to the visible start: the container is created, and times are truncated to seconds.
 * Measured: 0.7 to 2.3 s.
 */
const START_MS = 1300;
/**
 * A restart without a back-off: the end is noticed, the container created. Measured: 1.9 to 2.7 s,
 * 5 s on a busy node.
 */
const FREE_START_MS = 2500;
const SLACK_MS = 3000;
const STEADY_MIN_MS = 10_000;
const STEADY_MAX_MS = 15_000;
/** The median of the rest of an interval of 10 to 15 s that began at any time. */
const STEADY_MIDDLE_MS = 5200;

/**
 * The median lateness of the sync, s, by the time left at the last known sync: 60, 65, ... 300 s.
 * Simulated from the rule above (start-lateness.test.ts). Below a minute it is a quarter of the
 * time left.
 */
const MEDIAN_LATENESS = [
  ...[15, 9.9, 5, 3.2, 2.7, 2.4, 2.8, 4.1, 5.4, 6.8, 8.2, 9.5, 10.8, 11.7, 11.6, 10.6, 8, 5.5, 3.8, 3.2, 3.2, 3.5, 4.1, 5.1, 6.4],
  ...[7.7, 8.9, 9.8, 10.3, 10.1, 9.2, 7.4, 5.6, 4.4, 3.9, 3.7, 3.9, 4.4, 5.2, 6.2, 7.3, 8.2, 9, 9.2, 9.2, 8.4, 7, 5.8, 4.9],
];
const KNOT_MS = 5000;

/**
 * The median lateness, ms, of the first sync after `at`, by the time left at the last known one.
 * From 1.35 on.
 */
export function medianLateness(leftMs: number): number {
  if (leftMs <= RESYNC_MS) return Math.max(0, leftMs) / 4;
  const knot = Math.min((leftMs - RESYNC_MS) / KNOT_MS, MEDIAN_LATENESS.length - 1);
  const below = Math.floor(knot);
  const [a = 0, b = a] = MEDIAN_LATENESS.slice(below, below + 2);
  return 1000 * (a + (b - a) * (knot - below));
}

/**
 * When a start is expected: its lateness is the median that the kubelet's rhythm allows, plus what
 * was learned on its node.
 */
export function expectationOf(due: DueStart, syncs: Syncs): Expectation {
  const { at, from, delayMs } = due;
  if (delayMs === 0) return { expectedAt: at + FREE_START_MS + learnedOf(syncs), lateAfter: at + STEADY_MAX_MS };
  const lastAt = syncs.lastAt !== null && syncs.lastAt >= from - FIRST_SYNC_MS && syncs.lastAt <= at ? syncs.lastAt : null;
  const sync = syncs.rhythm === 'steady' ? steadySync(at, lastAt) : medianLateness(at - (lastAt ?? from + FIRST_SYNC_MS));
  return {
    expectedAt: at + sync + START_MS + learnedOf(syncs),
    lateAfter: at + latestOf(at - (lastAt ?? from), lastAt, delayMs, syncs.rhythm),
  };
}

function steadySync(at: number, lastAt: number | null): number {
  const left = lastAt === null ? Number.POSITIVE_INFINITY : at - lastAt;
  if (left > STEADY_MAX_MS) return STEADY_MIDDLE_MS;
  return (Math.max(0, STEADY_MIN_MS - left) + STEADY_MAX_MS - left) / 2;
}

function latestOf(leftMs: number, lastAt: number | null, delayMs: number, rhythm: Rhythm): number {
  const isTold = lastAt !== null && leftMs <= SYNC_REPORTED_MS;
  const byExpiry = isTold ? 1.5 * Math.min(leftMs, RESYNC_MS) - leftMs : Math.min(delayMs, RESYNC_MS) / 2;
  if (rhythm === 'by expiry') return Math.max(0, byExpiry) + SLACK_MS;
  return (rhythm === 'steady' ? STEADY_MAX_MS : Math.max(byExpiry, STEADY_MAX_MS)) + SLACK_MS;
}

// Counts as this many starts on time: a single late one teaches little.
const PRIOR_WEIGHT = 10;
const SAMPLES_KEPT = 31;
// If the rhythm allows more than this, one start says next to nothing about the node.
const TEACHES_WITHIN_MS = 16_000;

function learnedOf({ learned }: Syncs): number {
  if (learned.length === 0) return 0;
  const sorted = [...learned, ...Array<number>(PRIOR_WEIGHT).fill(0)].toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

// A start further off has another reason: a probe kill, a kubelet that was down.
const BELIEVED_FROM_MS = -5000;
const BELIEVED_TO_MS = 30_000;

/**
 * Adds the start to the samples of its node and delay; returns the same samples if it teaches
 * nothing.
 * @param startedAt epoch ms.
 */
export function learnStart(due: DueStart, syncs: Syncs, startedAt: number): readonly number[] {
  const { expectedAt, lateAfter } = expectationOf(due, { ...syncs, learned: [] });
  const off = startedAt - expectedAt;
  if (lateAfter - due.at > TEACHES_WITHIN_MS && syncs.rhythm !== 'steady') return syncs.learned;
  if (off < BELIEVED_FROM_MS || off > BELIEVED_TO_MS) return syncs.learned;
  return [...syncs.learned, off].slice(-SAMPLES_KEPT);
}
