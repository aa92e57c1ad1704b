import { TRUNCATION_MS } from '../text/json.ts';
import { type Ledger, type Run, ranFor, timeOfRun, waitedFor } from './ledger.ts';
import { isCrash } from './trouble.ts';

/**
 * How durations of runs develop: the current run has `outlived` all others; there are `too-few` to
 * tell; all are about as long (`steady`); they clearly go one way, or neither (`uneven`).
 */
export type LengthTrend = 'outlived' | 'too-few' | 'steady' | 'uneven' | 'longer' | 'shorter';

// By chance, four runs go one way in one of 24 cases, three in one of six.
const ENOUGH_RUNS = 4;

// Runs of days ago say nothing about today.
const RUNS_JUDGED = 12;

/** Times in statuses are whole seconds: two durations (ms) this close may be the same. */
export const ALIKE_MS = 2 * TRUNCATION_MS;
/** Nor is a duration this many times as long clearly different. */
export const ALIKE_BY = 1.25;

/** Are two durations (ms) practically the same: at most two seconds or a quarter apart? */
export function areAlike(a: number, b: number): boolean {
  const [less, more] = a < b ? [a, b] : [b, a];
  return more - less <= ALIKE_MS || more <= less * ALIKE_BY;
}

/**
 * The durations of the newest runs, ms, oldest first: at most twelve, those with a known start and
 * end.
 */
export interface RunLengths {
  readonly lengths: readonly number[];
  /**
   * Has the current run outlived them, by 10 s and by a quarter? Then it is the last one: it can
   * only grow.
   */
  readonly hasOutlived: boolean;
}

const OUTLIVES_BY_MS = 10_000;

/**
 * The durations of the newest runs of a ledger.
 * @param now epoch ms, on the clock of the ledger.
 */
export function runLengths(ledger: Ledger, now: number): RunLengths {
  const ended = ledger.flatMap((run) => (run.ended ? (ranFor(run, now) ?? []) : [])).slice(-RUNS_JUDGED);
  const newest = ledger.at(-1);
  const age = newest === undefined || newest.ended ? null : ranFor(newest, now);
  const longest = Math.max(0, ...ended);
  if (age === null || ended.length === 0 || age <= longest + Math.max(OUTLIVES_BY_MS, longest * (ALIKE_BY - 1)))
    return { lengths: ended, hasOutlived: false };
  return { lengths: [...ended, age].slice(-RUNS_JUDGED), hasOutlived: true };
}

/**
 * Do runs get longer or shorter? By the test of Mann (1945) and Kendall (1975), one-sided at 5 %,
 * which counts only ordered pairs: one odd run decides nothing. The later half must also differ
 * from the earlier one.
 */
export function lengthTrend({ lengths, hasOutlived }: RunLengths): LengthTrend {
  const n = lengths.length;
  if (hasOutlived) return 'outlived';
  if (n < ENOUGH_RUNS) return 'too-few';
  if (areAlike(Math.min(...lengths), Math.max(...lengths))) return 'steady';
  const half = Math.floor(n / 2);
  const [early, late] = [middleOf(lengths.slice(0, half)), middleOf(lengths.slice(-half))];
  const score = pairsInOrder(lengths);
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const isClear = (Math.abs(score) - 1) / deviation > ONE_SIDED_5_PERCENT;
  if (isClear && !areAlike(early, late)) return score > 0 ? 'longer' : 'shorter';
  return 'uneven';
}

const ONE_SIDED_5_PERCENT = 1.645;

// The number of pairs in which the later run is longer, minus those in which it is shorter.
function pairsInOrder(lengths: readonly number[]): number {
  let score = 0;
  for (let j = 1; j < lengths.length; j++) {
    for (let i = 0; i < j; i++) score += Math.sign((lengths[j] as number) - (lengths[i] as number));
  }
  return score;
}

function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] as number) : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

/** The length of the periods that are compared, ms. */
export const RATE_MS = 10 * 60_000;

/** How often containers crashed, and whether that changes. */
export interface CrashRate {
  /** Crashes in the last three periods of {@link RATE_MS}, oldest first. */
  readonly counts: readonly [number, number, number];
  /** `unknown` if part of the last two periods was not seen, or a pod is younger than they are. */
  readonly trend: 'more' | 'fewer' | 'even' | 'unknown';
  /**
   * Do the waits between the runs explain it: a back-off that has grown (`fewer`), or that the
   * kubelet forgot (`more`)? Then the rate says nothing about the container itself.
   */
  readonly isByBackoff: boolean;
}

/**
 * The runs of one container, and how many earlier ones were not seen. Times on the clock of `now`.
 */
export interface RatedRuns {
  readonly ledger: Ledger;
  readonly unobserved: number;
  /** When its pod was created, epoch ms; null if unknown. */
  readonly createdAt: number | null;
}

/**
 * How often some containers crashed in all, until `now` (epoch ms). Compares only those that
 * existed and were seen all the time: if others are left out, `fewer` and `even` cannot be claimed.
 */
export function crashRate(containers: readonly RatedRuns[], now: number): CrashRate {
  const counts: [number, number, number] = [0, 0, 0];
  const compared: [number, number, number] = [0, 0, 0];
  const waits: readonly [number[], number[], number[]] = [[], [], []];
  let isWhole = true;
  for (const runs of containers) {
    const isComparable = wasSeenSince(runs, now - 2 * RATE_MS);
    isWhole &&= isComparable;
    for (const [index, run] of runs.ledger.entries()) {
      const stretch = stretchOf(run, now);
      if (stretch === null) continue;
      counts[stretch]++;
      if (!isComparable) continue;
      compared[stretch]++;
      const waited = waitedFor(runs.ledger, index);
      if (waited !== null) waits[stretch].push(waited);
    }
  }
  const [, early, late] = compared;
  // A difference of one is chance.
  const trend = late > early + 1 ? 'more' : !isWhole ? 'unknown' : early > late + 1 ? 'fewer' : 'even';
  return { counts, trend, isByBackoff: isByBackoff(trend, waits[1], waits[2]) };
}

function wasSeenSince({ ledger, unobserved, createdAt }: RatedRuns, from: number): boolean {
  const oldest = ledger[0];
  const known = oldest === undefined ? null : timeOfRun(oldest);
  return (createdAt ?? from) <= from && (unobserved === 0 || (known !== null && known <= from));
}

function stretchOf(run: Run, now: number): 0 | 1 | 2 | null {
  if (run.finishedAt === null || run.finishedAt > now || !isCrash(run)) return null;
  const back = Math.floor((now - run.finishedAt) / RATE_MS);
  return back > 2 ? null : ((2 - back) as 0 | 1 | 2);
}

function isByBackoff(trend: CrashRate['trend'], early: readonly number[], late: readonly number[]): boolean {
  if (trend === 'fewer') {
    // Without a restart in the later period, the back-off explains the drop only if there still is
    // one.
    if (early.length === 0 || late.length === 0) return late.length > 0;
    return middleOf(late) > middleOf(early) && !areAlike(middleOf(early), middleOf(late));
  }
  if (trend !== 'more' || early.length === 0 || late.length === 0) return false;
  return middleOf(late) < middleOf(early) && !areAlike(middleOf(early), middleOf(late));
}
