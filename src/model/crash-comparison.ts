import { humanDuration } from '../text/duration.ts';
import { type Run, ranFor } from './ledger.ts';
import { areAlike } from './run-trend.ts';

/** One crash, for comparison with another. */
export interface Crash {
  readonly run: Run;
  /** The image that it ran; '' if unknown. */
  readonly image: string;
  /** The node that it ran on; '' if unknown. */
  readonly node: string;
  /** The last words that explain it, from its message or its log; '' if there are none. */
  readonly words: string;
}

/** The aspects in which two crashes can differ. */
export type CrashAspect = 'exit' | 'words' | 'ran' | 'image' | 'node';

export interface Difference {
  readonly aspect: CrashAspect;
  readonly from: string;
  readonly to: string;
}

/** The last crash compared with the one before. */
export interface CrashComparison {
  readonly before: Crash;
  readonly last: Crash;
  /** The aspects that differ. */
  readonly differences: readonly Difference[];
  /** The aspects that are the same, of those known of both. */
  readonly same: readonly CrashAspect[];
}

/**
 * Compares the last crash with the one before: exit code and reason, last words, duration (alike if
 * at most two seconds or a quarter apart), image and node. Leaves out what is not known of both.
 * @param saysTheSame do two lines mean the same, apart from numbers in them?
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
