import { ratedRuns } from '../diagnosis/crash-rate.ts';
import type { Entry } from '../diagnosis/entry.ts';
import { type CrashRate, crashRate, type LengthTrend, lengthTrend, RATE_MS, runLengths } from '../model/run-trend.ts';
import { counted, duration } from '../text/duration.ts';
import { sparkline } from '../text/sparkline.ts';

const VERDICTS: Readonly<Record<LengthTrend, string>> = {
  outlived: 'this one has outlived them',
  'too-few': 'too few to tell',
  steady: 'steady',
  uneven: 'uneven',
  longer: 'longer and longer',
  shorter: 'shorter and shorter',
};

/** The lengths of the newest runs, and their trend. */
export interface RunTrend {
  /** Oldest first: `runs 60 45 33 25s`. */
  readonly numbers: string;
  /** The same as bars. */
  readonly bars: string;
  /** `steady`, `shorter and shorter`, ...; `too few to tell` for fewer than four. */
  readonly verdict: string;
  readonly trend: LengthTrend;
  /** The number of lengths shown. */
  readonly count: number;
}

/**
 * The trend with the last `most` run lengths shown; the verdict uses twelve. null if no length is
 * known.
 */
export function runTrendOf({ container }: Pick<Entry, 'container'>, now: number, most: number): RunTrend | null {
  const judged = runLengths(container.ledger, now);
  if (judged.lengths.length === 0) return null;
  const told = judged.lengths.slice(-most);
  const trend = lengthTrend(judged);
  return { numbers: `runs ${describeLengths(told)}`, bars: sparkline(told), verdict: VERDICTS[trend], trend, count: told.length };
}

function describeLengths(lengths: readonly number[]): string {
  const inSeconds = lengths.every((length) => length < 120_000);
  return inSeconds ? `${lengths.map((l) => Math.floor(l / 1000)).join(' ')}s` : lengths.map(duration).join(' ');
}

/**
 * How often a container crashed, in a sentence: `12 crashes in 30m: 2, 4, 6 in each 10m ▃▅█, more
 * often`; '' for fewer than two, and if its pod is being deleted or gone.
 */
export function describeCrashRate(entry: Entry, now: number): string {
  const { pod, goneAt } = entry.record;
  if (goneAt !== null || pod.deletionAt !== null) return '';
  const rate = crashRate([ratedRuns(entry)], now);
  const age = now - (pod.createdAt ?? 0);
  // A period in which the pod did not exist all the time cannot be compared.
  const told = age < rate.counts.length * RATE_MS ? rate.counts.slice(1) : rate.counts;
  const isUnknown = rate.trend === 'unknown';
  const sum = (isUnknown ? rate.counts : told).reduce((total, count) => total + count, 0);
  if (sum < 2) return '';
  const spanMs = isUnknown ? Math.min(rate.counts.length * RATE_MS, age) : told.length * RATE_MS;
  const known = `${counted(sum, 'crash', 'crashes')} in ${duration(spanMs)}`;
  if (isUnknown) return `${known}: ${age < 2 * RATE_MS ? 'too early' : 'too little was seen'} to compare`;
  return `${known}: ${told.join(', ')} in each ${duration(RATE_MS)} ${sparkline(told)}, ${rateVerdict(rate)}`;
}

function rateVerdict({ trend, isByBackoff }: CrashRate): string {
  if (trend === 'more') return isByBackoff ? 'more often, because its back-off was reset' : 'more often';
  if (trend === 'fewer') return isByBackoff ? 'less often, but only because its back-off has grown' : 'less often';
  return 'as often as before';
}
