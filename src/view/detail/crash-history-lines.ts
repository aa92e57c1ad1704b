import { lastTwoCrashes } from '../../diagnosis/last-two-crashes.ts';
import { rolloutOf } from '../../diagnosis/revision-change.ts';
import type { Subject, WorkloadSubject } from '../../diagnosis/subject.ts';
import { describeChange, describeChanges, describeConfigsForNextStart, describeHiddenConfigs } from '../../wording/changes.ts';
import { describeTrends } from '../../wording/crash-history.ts';
import { describeLastTwo } from '../../wording/last-two-crashes.ts';
import type { Line } from '../lines/line.ts';
import { labelled, marked, paragraph, textWidth } from '../lines/paragraph.ts';

/**
 * What changed before the trouble began, and of configs since, each change in lines of its own, and what rights hide of it; none where
 * nothing is known to have.
 */
export function changedLines(subject: Subject, width: number): Line[] {
  const marks = (words: string) => marked('· ', words, textWidth(width), 'warn');
  const hidden = describeHiddenConfigs(subject);
  return labelled('changed', [
    ...[...describeChanges(subject), ...describeConfigsForNextStart(subject)].flatMap(marks),
    ...(hidden === '' ? [] : marked('· ', hidden, textWidth(width), 'dim')),
  ]);
}

/** What the newest revision of a Deployment changed whose rollout does not get on; none of another problem. */
export function rolloutLines({ state, entry, now }: WorkloadSubject, width: number): Line[] {
  const change = rolloutOf({ state, entry, now });
  return change === null ? [] : paragraph('changed', describeChange(change, '', now), width, 'warn');
}

/** How the last two crashes compare, and how the lengths of runs and the rate of crashes go; none where too little is known. */
export function crashHistoryLines(subject: Subject, width: number): Line[] {
  const trend = describeTrends(subject);
  const two = lastTwoCrashes(subject);
  return [
    ...(two === null ? [] : paragraph('last two', describeLastTwo(two), width)),
    ...labelled(
      'trend',
      trend.flatMap((words) => marked('', words, textWidth(width))),
    ),
  ];
}
