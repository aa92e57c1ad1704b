import { lastTwoCrashes, lastTwoInWords } from '../../diagnosis/last-two-crashes.ts';
import type { Subject, WorkloadSubject } from '../../diagnosis/subject.ts';
import { type Change, newestRevision } from '../../diagnosis/what-changed.ts';
import { changeInWords, changesInWords } from '../../wording/changes.ts';
import { crashRateInWords, runTrendOf } from '../../wording/run-trend.ts';
import type { Line } from '../lines/line.ts';
import { labelled, marked, paragraph, textWidth } from '../lines/paragraph.ts';

/** What changed before the trouble began, each change in lines of its own; none where nothing is known to have. */
export function changedLines(subject: Subject, width: number): Line[] {
  return labelled(
    'changed',
    changesInWords(subject).flatMap((words) => marked('· ', words, textWidth(width), 'warn')),
  );
}

/** What the newest revision of a Deployment changed whose rollout does not get on; none of another problem. */
export function rolloutLines({ state, entry, now }: WorkloadSubject, width: number): Line[] {
  const change = rolloutOf({ state, entry, now });
  return change === null ? [] : paragraph('changed', changeInWords(change, '', now), width, 'warn');
}

/** The same as a fact; null where there is none. */
export function rolloutOf({ state, entry }: WorkloadSubject): Change | null {
  const owner = state.statuses.get(entry.workload.key)?.owner;
  return entry.problem.kind === 'stuck-rollout' && owner !== undefined ? newestRevision(state, owner) : null;
}

/** How the last two crashes compare, and how the lengths of runs and the rate of crashes go; none where too little is known. */
export function crashHistoryLines(subject: Subject, width: number): Line[] {
  const trend = trendInWords(subject);
  const two = lastTwoCrashes(subject);
  return [
    ...(two === null ? [] : paragraph('last two', lastTwoInWords(two), width)),
    ...labelled(
      'trend',
      trend.flatMap((words) => marked('', words, textWidth(width))),
    ),
  ];
}

const RUNS_TOLD = 12;

/** Where the lengths of runs and the rate of crashes go, each in a sentence. */
export function trendInWords(subject: Subject): readonly string[] {
  return [lengthTrendInWords(subject), crashRateInWords(subject.entry, subject.now)].filter((words) => words !== '');
}

/** Where the lengths of runs go: `runs 40 39 38 38s ▅▅▅▅ steady`; '' where less than two are known. */
export function lengthTrendInWords({ entry, now }: Subject): string {
  const known = runTrendOf(entry, now, RUNS_TOLD);
  return known === null || known.count < 2 ? '' : `${known.numbers} ${known.bars} ${known.verdict}`;
}
