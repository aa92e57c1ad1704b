/**
 * How late a start comes after the earliest time at which its back-off is over. The kubelet looks at a waiting pod from time to
 * time, and starts its containers at the first look behind that time (pkg/kubelet/pod_workers.go, completeWork).
 */

/**
 * When a kubelet looks again: every 10 to 15 s (`steady`, before 1.35), or after the time that is left, a minute at most, times a
 * jitter of 1 to 1.5 (`by expiry`, from 1.35 on: kubernetes/kubernetes#133066).
 */
export type Rhythm = 'steady' | 'by expiry' | 'unknown';

/** @param version a kubelet's, such as `v1.35.4`; '' where it is not known. */
export function rhythmOf(version: string): Rhythm {
  const minor = Number(/^v?1\.(\d{1,3})/.exec(version)?.[1] ?? Number.NaN);
  if (Number.isNaN(minor)) return 'unknown';
  return minor < 35 ? 'steady' : 'by expiry';
}

/** A start to come: the earliest time, where the wait began (epoch ms, on the node's clock), and the whole back-off, ms. */
export interface DueStart {
  readonly at: number;
  readonly from: number;
  readonly delayMs: number;
}

/** What is known of the looks at it. */
export interface Looks {
  readonly rhythm: Rhythm;
  /** The newest of this wait, as a BackOff event tells it, epoch ms on the node's clock; null where none is told. */
  readonly lastAt: number | null;
  /** How much later than expected starts of this delay were on this node, ms. */
  readonly learned: readonly number[];
}

/** When a start is expected, and from when on it is late. Epoch ms. */
export interface Expectation {
  readonly expectedAt: number;
  readonly lateAfter: number;
}

const RESYNC_MS = 60_000;
/** Behind this the look that is told is not the newest: events about a pod are dropped after 25, then one comes in 5 minutes. */
const LOOK_TOLD_MS = 90_000;
/** The first look of a wait comes a moment after the end: the runtime tells of it, and its event is written. */
const FIRST_LOOK_MS = 1000;
/** From the look to the start that a person sees: the container is made, and times are whole seconds cut off. Measured: 0.7 to 2.3 s. */
const START_MS = 1300;
/** A restart that no back-off holds: the end is noticed, the container made. Measured: 1.9 to 2.7 s, on a busy node 5. */
const FREE_START_MS = 2500;
const SLACK_MS = 3000;
const STEADY_MIN_MS = 10_000;
const STEADY_MAX_MS = 15_000;
/** The middle of what is left of an interval of 10 to 15 s that began at any time. */
const STEADY_MIDDLE_MS = 5200;

/**
 * The median lateness of the look, s, by the time that is left at the last known look: 60, 65, ... 300 s. The rule above, simulated
 * (start-lateness.test.ts). Below a minute it is a quarter of what is left.
 */
const MEDIAN_LATENESS = [
  ...[15, 9.9, 5, 3.2, 2.7, 2.4, 2.8, 4.1, 5.4, 6.8, 8.2, 9.5, 10.8, 11.7, 11.6, 10.6, 8, 5.5, 3.8, 3.2, 3.2, 3.5, 4.1, 5.1, 6.4],
  ...[7.7, 8.9, 9.8, 10.3, 10.1, 9.2, 7.4, 5.6, 4.4, 3.9, 3.7, 3.9, 4.4, 5.2, 6.2, 7.3, 8.2, 9, 9.2, 9.2, 8.4, 7, 5.8, 4.9],
];
const KNOT_MS = 5000;

/** The median lateness of the first look behind `at`, ms, with so much left at the last known one. From 1.35 on. */
export function medianLateness(leftMs: number): number {
  if (leftMs <= RESYNC_MS) return Math.max(0, leftMs) / 4;
  const knot = Math.min((leftMs - RESYNC_MS) / KNOT_MS, MEDIAN_LATENESS.length - 1);
  const below = Math.floor(knot);
  const [a = 0, b = a] = MEDIAN_LATENESS.slice(below, below + 2);
  return 1000 * (a + (b - a) * (knot - below));
}

/** When a start is expected: its lateness is the middle of what the kubelet's rhythm leaves open, and what its node taught. */
export function expectationOf(due: DueStart, looks: Looks): Expectation {
  const { at, from, delayMs } = due;
  if (delayMs === 0) return { expectedAt: at + FREE_START_MS + learnedOf(looks), lateAfter: at + STEADY_MAX_MS };
  const lastAt = looks.lastAt !== null && looks.lastAt >= from - FIRST_LOOK_MS && looks.lastAt <= at ? looks.lastAt : null;
  const look = looks.rhythm === 'steady' ? steadyLook(at, lastAt) : medianLateness(at - (lastAt ?? from + FIRST_LOOK_MS));
  return {
    expectedAt: at + look + START_MS + learnedOf(looks),
    lateAfter: at + latestOf(at - (lastAt ?? from), lastAt, delayMs, looks.rhythm),
  };
}

function steadyLook(at: number, lastAt: number | null): number {
  const left = lastAt === null ? Number.POSITIVE_INFINITY : at - lastAt;
  if (left > STEADY_MAX_MS) return STEADY_MIDDLE_MS;
  return (Math.max(0, STEADY_MIN_MS - left) + STEADY_MAX_MS - left) / 2;
}

function latestOf(leftMs: number, lastAt: number | null, delayMs: number, rhythm: Rhythm): number {
  const isTold = lastAt !== null && leftMs <= LOOK_TOLD_MS;
  const byExpiry = isTold ? 1.5 * Math.min(leftMs, RESYNC_MS) - leftMs : Math.min(delayMs, RESYNC_MS) / 2;
  if (rhythm === 'by expiry') return Math.max(0, byExpiry) + SLACK_MS;
  return (rhythm === 'steady' ? STEADY_MAX_MS : Math.max(byExpiry, STEADY_MAX_MS)) + SLACK_MS;
}

// As if so many starts had come as expected: one that was late teaches little.
const DOUBT = 10;
const SAMPLES_KEPT = 31;
// Where the rhythm leaves more open than this, one start says next to nothing of the node.
const TEACHES_WITHIN_MS = 16_000;

function learnedOf({ learned }: Looks): number {
  if (learned.length === 0) return 0;
  const sorted = [...learned, ...Array<number>(DOUBT).fill(0)].toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

// What is off by more tells of something else: a probe kill, a kubelet that was down.
const BELIEVED_FROM_MS = -5000;
const BELIEVED_TO_MS = 30_000;

/** The samples with one more start of the same node and delay; the same ones where it teaches nothing. @param startedAt epoch ms. */
export function learnStart(due: DueStart, looks: Looks, startedAt: number): readonly number[] {
  const { expectedAt, lateAfter } = expectationOf(due, { ...looks, learned: [] });
  const off = startedAt - expectedAt;
  if (lateAfter - due.at > TEACHES_WITHIN_MS && looks.rhythm !== 'steady') return looks.learned;
  if (off < BELIEVED_FROM_MS || off > BELIEVED_TO_MS) return looks.learned;
  return [...looks.learned, off].slice(-SAMPLES_KEPT);
}
