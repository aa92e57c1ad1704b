import { lastTwoCrashes } from '../../diagnosis/last-two-crashes.ts';
import { rolloutOf } from '../../diagnosis/revision-change.ts';
import type { Subject, WorkloadSubject } from '../../diagnosis/subject.ts';
import { describeChange, describeChanges, describeConfigsForNextStart, describeHiddenConfigs } from '../../wording/changes.ts';
import { describeTrends } from '../../wording/crash-history.ts';
import { describeLastTwo } from '../../wording/last-two-crashes.ts';
import type { Line } from '../lines/line.ts';
import { labelled, marked, paragraph, textWidth } from '../lines/paragraph.ts';

/**
 * Changes before the problem began, and of configs since then, each on lines of its own, and which
 * of them missing permissions hide; none if none are known.
 */
export function changedLines(subject: Subject, width: number): Line[] {
  const marks = (words: string) => marked('· ', words, textWidth(width), 'warn');
  const hidden = describeHiddenConfigs(subject);
  return labelled('changed', [
    ...[...describeChanges(subject), ...describeConfigsForNextStart(subject)].flatMap(marks),
    ...(hidden === '' ? [] : marked('· ', hidden, textWidth(width), 'dim')),
  ]);
}

/**
 * The changes in the newest revision of a Deployment with a stuck rollout; none for another
 * problem.
 */
export function rolloutLines({ state, entry, now }: WorkloadSubject, width: number): Line[] {
  const change = rolloutOf({ state, entry, now });
  return change === null ? [] : paragraph('changed', describeChange(change, '', now), width, 'warn');
}

/**
 * Compares the last two crashes, and gives the trends of run lengths and crash rate; none if too
 * little is known.
 */
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
