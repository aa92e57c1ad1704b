import type { Subject } from '../diagnosis/subject.ts';
import { describeCrashRate, runTrendOf } from './run-trend.ts';

const RUNS_TOLD = 12;

/** The trends of run lengths and crash rate, each in a sentence. */
export function describeTrends(subject: Subject): readonly string[] {
  return [describeLengthTrend(subject), describeCrashRate(subject.entry, subject.now)].filter((words) => words !== '');
}

/** The trend of run lengths: `runs 40 39 38 38s ▅▅▅▅ steady`; '' if fewer than two are known. */
export function describeLengthTrend({ entry, now }: Subject): string {
  const known = runTrendOf(entry, now, RUNS_TOLD);
  return known === null || known.count < 2 ? '' : `${known.numbers} ${known.bars} ${known.verdict}`;
}
