import { type Ledger, newestTimeOf, type Run, timeOfRun } from './ledger.ts';
import { isCrash, isShort, LOOP_WINDOW_MS, slowEnds, startOfChain } from './trouble.ts';

/**
 * Drops most runs in the middle of long loops; returns the same array if it drops none. Keeps the
 * newest runs, those within half an hour before the newest one's start, and of the older ones those
 * that determine trouble and the next start: these stay the same, now and later.
 * @param newest the minimum number of newest runs to keep: enough for each back-off to reach its
 * longest delay (10).
 */
export function forgetRuns(ledger: Ledger, newest: number): Ledger {
  const from = firstOfRecent(ledger, newest);
  if (from <= 0) return ledger;
  const kept = keptBefore(ledger, from);
  return kept.size === from ? ledger : dropOthers(ledger, from, kept);
}

// The last half hour before the newest run is counted and drawn run by run.
function firstOfRecent(ledger: Ledger, newest: number): number {
  const begin = newestTime(ledger) - LOOP_WINDOW_MS;
  const first = ledger.findIndex((run) => (newestTimeOf(run) ?? begin) > begin);
  return Math.min(ledger.length - newest, first < 0 ? ledger.length : first);
}

// No later judgement uses an earlier `now` than this.
function newestTime(ledger: Ledger): number {
  const newest = ledger.findLast((run) => timeOfRun(run) !== null);
  return newest === undefined ? Number.POSITIVE_INFINITY : (timeOfRun(newest) as number);
}

function keptBefore(ledger: Ledger, from: number): ReadonlySet<number> {
  // Keep the run before the recent ones as well: it shows how many lie between.
  const kept = new Set([from - 1, ...landmarks(ledger)].filter((index) => index >= 0 && index < from));
  // Each of the two may need a run that the other would drop: repeat until neither adds one.
  for (let size = 0; size < kept.size; ) {
    size = kept.size;
    keepPace(ledger, from, kept);
    keepEdits(ledger, from, kept);
  }
  return kept;
}

// The run before shows how many were not seen in between.
function withNeighbour(index: number): number[] {
  return [index - 1, index];
}

// The run after an image edit shows when it happened.
function keepEdits(ledger: Ledger, from: number, kept: Set<number>): void {
  for (const index of [...kept]) {
    if (index + 1 >= from) continue;
    if (isEdited(ledger[index] as Run, ledger[index + 1])) kept.add(index + 1);
  }
}

function isEdited(run: Run, after: Run | undefined): boolean {
  return after !== undefined && run.image !== '' && after.image !== '' && run.image !== after.image;
}

// A later run may change the judgement of the newest end: keep the ends that would replace it. Keep
// all ends that count towards a slow leak, which include those that will count later.
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

// The duration of the run before decides whether an end counts by itself: its new neighbour must
// give the same answer.
function keepPace(ledger: Ledger, from: number, kept: Set<number>): void {
  let before = 0;
  for (const index of [...kept, from].sort((a, b) => a - b)) {
    if (index > before + 1 && isShortAt(ledger, before) !== isShortAt(ledger, index - 1)) kept.add(firstAlike(ledger, index - 1));
    before = index;
  }
}

// The first of the consecutive runs up to this one that are all short, or all not: an end after it
// counts like an end after this one.
function firstAlike(ledger: Ledger, index: number): number {
  let first = index;
  while (isShortAt(ledger, first - 1) === isShortAt(ledger, index)) first--;
  return first;
}

function isShortAt(ledger: Ledger, index: number): boolean {
  return isShort(ledger[index] as Run, newestTime(ledger));
}

function dropOthers(ledger: Ledger, from: number, kept: ReadonlySet<number>): Ledger {
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
  // A grown array reserves room for more.
  return runs.concat(ledger.slice(from + 1));
}
