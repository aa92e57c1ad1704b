import { humanDuration } from '../text/duration.ts';
import { type Run, ranFor } from './ledger.ts';
import { areAlike } from './run-trend.ts';

/** One crash, as it is compared with another. */
export interface Crash {
  readonly run: Run;
  /** The image that it ran; '' where that is not known. */
  readonly image: string;
  /** The node that it ran on; '' where that is not known. */
  readonly node: string;
  /** What it said last that tells why, in its message or its log; '' where nothing is known of that. */
  readonly words: string;
}

/** What two crashes can differ in. */
export type CrashAspect = 'exit' | 'words' | 'ran' | 'image' | 'node';

export interface Difference {
  readonly aspect: CrashAspect;
  readonly from: string;
  readonly to: string;
}

/** How two crashes stand to each other. */
export interface CrashComparison {
  readonly before: Crash;
  readonly last: Crash;
  /** In what they differ. */
  readonly differences: readonly Difference[];
  /** In what they are the same, of what is known of both. */
  readonly same: readonly CrashAspect[];
}

/**
 * Compares the last crash with the one before: exit code and reason, what they said last, how long they ran (alike where two
 * seconds or a quarter apart at most), image and node. What is not known of both is left out.
 * @param saysTheSame do two lines mean the same, although numbers in them differ?
 */
export function compareCrashes(
  before: Crash,
  last: Crash,
  saysTheSame: (before: string, last: string) => boolean,
): CrashComparison {
  const differences: Difference[] = [];
  const same: CrashAspect[] = [];
  const compare = (aspect: CrashAspect, from: string, to: string, isSame: boolean) => {
    if (from === '' || to === '') return;
    if (isSame) same.push(aspect);
    else differences.push({ aspect, from, to });
  };
  const exits = [exitOf(before.run), exitOf(last.run)] as const;
  compare('exit', ...exits, exits[0] === exits[1]);
  compare('words', before.words, last.words, saysTheSame(before.words, last.words));
  const lengths = [ranFor(before.run, 0), ranFor(last.run, 0)] as const;
  if (lengths[0] !== null && lengths[1] !== null)
    compare('ran', humanDuration(lengths[0]), humanDuration(lengths[1]), areAlike(lengths[0], lengths[1]));
  compare('image', before.image, last.image, before.image === last.image);
  compare('node', before.node, last.node, before.node === last.node);
  return { before, last, differences, same };
}

function exitOf({ exitCode, reason }: Run): string {
  return exitCode === null ? reason : `exit ${exitCode} ${reason}`.trimEnd();
}
