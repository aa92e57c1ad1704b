import { type Ledger, newestTimeOf, type Run, timeOfRun } from './ledger.ts';
import { isCrash, isShort, LOOP_WINDOW_MS, slowEnds, startOfChain } from './trouble.ts';

/**
 * The ledger without most runs inside of long loops: the same array where none is forgotten. Kept are the newest runs, those of
 * the last half hour before the newest began, and of the older ones those by which trouble and the next start are told: they are
 * the same before and after it, now and later.
 * @param newest how many of the newest runs are kept at least: enough for each back-off to reach its longest delay (10).
 */
export function forgetRuns(ledger: Ledger, newest: number): Ledger {
  const from = firstOfRecent(ledger, newest);
  if (from <= 0) return ledger;
  const kept = keptBefore(ledger, from);
  return kept.size === from ? ledger : withoutOthers(ledger, from, kept);
}

// What the last half hour before the newest began says is counted and drawn run by run.
function firstOfRecent(ledger: Ledger, newest: number): number {
  const begin = newestTime(ledger) - LOOP_WINDOW_MS;
  const first = ledger.findIndex((run) => (newestTimeOf(run) ?? begin) > begin);
  return Math.min(ledger.length - newest, first < 0 ? ledger.length : first);
}

// Nothing that is still to be judged is judged by an earlier time than this.
function newestTime(ledger: Ledger): number {
  const newest = ledger.findLast((run) => timeOfRun(run) !== null);
  return newest === undefined ? Number.POSITIVE_INFINITY : (timeOfRun(newest) as number);
}

function keptBefore(ledger: Ledger, from: number): ReadonlySet<number> {
  // The recent runs keep the one before them, too: by that is told what lies between.
  const kept = new Set([from - 1, ...landmarks(ledger)].filter((index) => index >= 0 && index < from));
  // What one of these adds may be told by what the other one would forget.
  for (let size = 0; size < kept.size; ) {
    size = kept.size;
    keepPace(ledger, from, kept);
    keepEdits(ledger, from, kept);
  }
  return kept;
}

// How many runs before it were not seen is told by the run before.
function withNeighbour(index: number): number[] {
  return [index - 1, index];
}

// An edit of the image is dated by the run behind it.
function keepEdits(ledger: Ledger, from: number, kept: Set<number>): void {
  for (const index of [...kept]) {
    if (index + 1 >= from) continue;
    if (isEdited(ledger[index] as Run, ledger[index + 1])) kept.add(index + 1);
  }
}

function isEdited(run: Run, after: Run | undefined): boolean {
  return after !== undefined && run.image !== '' && after.image !== '' && run.image !== after.image;
}

// The newest end is judged by the run after it, which may still come: what would count instead of it is kept, too. Ends that count
// towards a slow leak are all kept: those that count later are among them.
function landmarks(ledger: Ledger): number[] {
  return [
    0,
    ledger.findIndex((run) => run.ended),
    ledger.findIndex((run) => run.finishedAt !== null),
    startOfChain(ledger, ledger.length - 2),
    ledger.findLastIndex((run, index) => isEdited(run, ledger[index + 1])),
    ...lastCrashes(ledger, 3),
    ...slowEnds(ledger, newestTime(ledger)),
  ].flatMap(withNeighbour);
}

function lastCrashes(ledger: Ledger, most: number): number[] {
  const found: number[] = [];
  for (let i = ledger.length - 1; i >= 0 && found.length < most; i--) {
    const run = ledger[i] as Run;
    if ((run.exitCode !== null || run.reason !== '') && isCrash(run)) found.push(i);
  }
  return found;
}

// Whether an end counts by itself is told by the length of the run before it: with another one there, it must be told alike.
function keepPace(ledger: Ledger, from: number, kept: Set<number>): void {
  let before = 0;
  for (const index of [...kept, from].sort((a, b) => a - b)) {
    if (index > before + 1 && isShortAt(ledger, before) !== isShortAt(ledger, index - 1)) kept.add(firstAlike(ledger, index - 1));
    before = index;
  }
}

// The first of the runs up to this one that are all short, or all not: an end behind it counts as one behind this one does.
function firstAlike(ledger: Ledger, index: number): number {
  let first = index;
  while (isShortAt(ledger, first - 1) === isShortAt(ledger, index)) first--;
  return first;
}

function isShortAt(ledger: Ledger, index: number): boolean {
  return isShort(ledger[index] as Run, newestTime(ledger));
}

function withoutOthers(ledger: Ledger, from: number, kept: ReadonlySet<number>): Ledger {
  const runs: Run[] = [];
  let forgotten = 0;
  for (let i = 0; i <= from; i++) {
    const run = ledger[i] as Run;
    if (i < from && !kept.has(i)) {
      forgotten += 1 + run.forgottenBefore;
      continue;
    }
    runs.push(forgotten === 0 ? run : { ...run, forgottenBefore: forgotten + run.forgottenBefore });
    forgotten = 0;
  }
  // An array that grew keeps room for more.
  return runs.concat(ledger.slice(from + 1));
}
