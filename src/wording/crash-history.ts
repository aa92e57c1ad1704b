import type { Subject } from '../diagnosis/subject.ts';
import { describeCrashRate, runTrendOf } from './run-trend.ts';

const RUNS_TOLD = 12;

/** Where the lengths of runs and the rate of crashes go, each in a sentence. */
export function describeTrends(subject: Subject): readonly string[] {
  return [describeLengthTrend(subject), describeCrashRate(subject.entry, subject.now)].filter((words) => words !== '');
}

/** Where the lengths of runs go: `runs 40 39 38 38s ▅▅▅▅ steady`; '' where less than two are known. */
export function describeLengthTrend({ entry, now }: Subject): string {
  const known = runTrendOf(entry, now, RUNS_TOLD);
  return known === null || known.count < 2 ? '' : `${known.numbers} ${known.bars} ${known.verdict}`;
}
