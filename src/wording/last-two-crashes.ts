import type { LastTwoCrashes } from '../diagnosis/last-two-crashes.ts';
import type { Crash, CrashAspect, Difference } from '../model/crash-comparison.ts';
import { ranFor } from '../model/ledger.ts';
import { duration } from '../text/duration.ts';
import { shorten } from '../text/truncate.ts';
import { runNumber } from './runs.ts';

const LONGEST_WORDS = 70;

/** The comparison in a sentence: `#12 and #13 are alike: exit 1 Error, "boom", ran 4s and 4s`. */
export function describeLastTwo({ before, last, differences, same, isOfEarlierPod }: LastTwoCrashes): string {
  const which = `${runNumber(before.run)}${isOfEarlierPod ? ' of an earlier pod' : ''} and ${runNumber(last.run)}`;
  const alike = same.map((aspect) => describeSame(aspect, before, last)).filter((words) => words !== '');
  if (differences.length === 0) return `${which} are alike${alike.length === 0 ? '' : `: ${alike.join(', ')}`}`;
  const rest = alike.length === 0 ? '' : `; alike: ${alike.join(', ')}`;
  return `${which} differ: ${differences.map(describeDifference).join(', ')}${rest}`;
}

function describeSame(aspect: CrashAspect, before: Crash, last: Crash): string {
  switch (aspect) {
    case 'exit':
      return last.run.exitCode === null ? last.run.reason : `exit ${last.run.exitCode} ${last.run.reason}`.trimEnd();
    case 'words':
      return `"${shorten(last.words, LONGEST_WORDS)}"`;
    case 'ran':
      return `ran ${duration(ranFor(before.run, 0) ?? 0)} and ${duration(ranFor(last.run, 0) ?? 0)}`;
    case 'image':
      return 'same image';
    case 'node':
      return 'same node';
  }
}

function describeDifference({ aspect, from, to }: Difference): string {
  switch (aspect) {
    case 'exit':
      return `${from} → ${to}`;
    case 'words':
      return `"${shorten(from, LONGEST_WORDS)}" → "${shorten(to, LONGEST_WORDS)}"`;
    case 'ran':
      return `ran ${from} → ${to}`;
    case 'image':
    case 'node':
      return `${aspect} ${from} → ${to}`;
  }
}
