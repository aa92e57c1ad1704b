import type { EstimatedRun } from '../../model/estimated-runs.ts';
import { type Ledger, newestTimeOf, type Run, timeOfRun, unseenBefore } from '../../model/ledger.ts';
import { isCrash } from '../../model/trouble.ts';
import type { Line, Span, Tone } from '../lines/line.ts';

/** What a container did in one cell of the strip. */
export type HistoryCell = 'crash' | 'running' | 'estimated' | 'waiting' | 'unseen' | 'absent';

/** How each is drawn: distinct without colour, one terminal cell each. */
export const HISTORY_GLYPHS: Readonly<Record<HistoryCell, { readonly glyph: string; readonly tone: Tone }>> = {
  crash: { glyph: '✗', tone: 'crash' },
  running: { glyph: '━', tone: 'running' },
  estimated: { glyph: '○', tone: 'unseen' },
  waiting: { glyph: '·', tone: 'waiting' },
  unseen: { glyph: '?', tone: 'unseen' },
  absent: { glyph: ' ', tone: 'plain' },
};

/** How far back the strip reaches, in ms. */
export const HISTORY_MS = 30 * 60_000;

export interface HistoryFacts {
  readonly ledger: Ledger;
  /** Unobserved runs that can be placed, on the clock of the ledger; defaults to none. */
  readonly estimated?: readonly EstimatedRun[];
  /** When its pod was created, epoch ms. */
  readonly createdAt: number | null;
  /** The container's restartCount, which shows how many runs are unknown. */
  readonly restartCount: number;
  /** When its pod was gone; null while it exists. */
  readonly goneAt: number | null;
  /** Nothing was seen after this (epoch ms); null if fully up to date. */
  readonly seenUntil: number | null;
}

// In a shared cell the stronger one wins: a crash between two runs must stay visible.
const STRENGTH: Readonly<Record<HistoryCell, number>> = { absent: 0, waiting: 1, unseen: 2, estimated: 3, running: 4, crash: 5 };

/**
 * The last `spanMs` (default 30 minutes) before `now` as `cells` cells, oldest first; unknown times
 * are `unseen`.
 */
export function historyCells(facts: HistoryFacts, now: number, cells: number, spanMs = HISTORY_MS): HistoryCell[] {
  const begin = now - spanMs;
  const perCell = spanMs / cells;
  const strip = new Array<HistoryCell>(cells).fill('absent');
  const paint = (from: number, to: number, as: HistoryCell) => {
    const last = Math.min(cells - 1, Math.ceil((to - begin) / perCell) - 1);
    for (let i = Math.max(0, Math.floor((from - begin) / perCell)); i <= last; i++) {
      if (STRENGTH[as] > STRENGTH[strip[i] as HistoryCell]) strip[i] = as;
    }
  };
  const until = Math.min(now, facts.goneAt ?? now);
  const seen = Math.min(until, facts.seenUntil ?? until);
  paint(facts.createdAt ?? begin, until, 'waiting');
  for (const [from, to] of unseenStretches(facts, seen)) paint(from, to, 'unseen');
  if (seen < until) paint(seen, until, 'unseen');
  for (const { startedAt, finishedAt } of facts.estimated ?? [])
    paint(startedAt, Math.max(finishedAt, startedAt + 1), 'estimated');
  paintRuns(facts.ledger, seen, paint);
  return strip;
}

function paintRuns(ledger: Ledger, seen: number, paint: (from: number, to: number, as: HistoryCell) => void): void {
  for (const run of ledger) {
    const end = run.finishedAt ?? (run.ended ? null : seen);
    if (run.startedAt !== null && end !== null) paint(run.startedAt, Math.max(end, run.startedAt + 1), 'running');
    if (run.finishedAt !== null && isCrash(run)) paint(run.finishedAt, run.finishedAt + 1, 'crash');
  }
}

// A jump in attempts between two known runs means unobserved runs; so does one before the first
// known run.
function unseenStretches(facts: HistoryFacts, seen: number): [number, number][] {
  const { ledger, createdAt, restartCount } = facts;
  const stretches: [number, number][] = [];
  if (ledger.length === 0 && restartCount > 0) stretches.push([createdAt ?? 0, seen]);
  // A run without times lies between its neighbours with times.
  let from = createdAt ?? 0;
  for (const [index, run] of ledger.entries()) {
    const until = knownFrom(ledger, index) ?? seen;
    if (unseenBefore(ledger, index) > 0) stretches.push(...withoutEstimated(facts, index, from, until));
    else if (timeOfRun(run) === null) stretches.push([from, until]);
    if (run.ended && run.finishedAt === null) stretches.push([run.startedAt ?? from, knownFrom(ledger, index + 1) ?? seen]);
    from = newestTimeOf(run) ?? from;
  }
  return stretches;
}

// Between consecutive placed runs, the container's activity is known.
function withoutEstimated(
  { ledger, estimated = [] }: HistoryFacts,
  index: number,
  from: number,
  until: number,
): [number, number][] {
  const run = ledger[index] as Run;
  const first = run.attempt - unseenBefore(ledger, index);
  const placed = estimated.filter(({ attempt }) => attempt >= first && attempt < run.attempt);
  const stretches: [number, number][] = [];
  let next = first;
  let since = from;
  for (const { attempt, startedAt, finishedAt } of placed) {
    if (attempt > next) stretches.push([since, startedAt]);
    next = attempt + 1;
    since = finishedAt;
  }
  if (next < run.attempt) stretches.push([since, until]);
  return stretches;
}

// The first known time of a run from `index` on.
function knownFrom(ledger: Ledger, index: number): number | null {
  for (let i = index; i < ledger.length; i++) {
    const time = timeOfRun(ledger[i] as Run);
    if (time !== null) return time;
  }
  return null;
}

/** The strip as a line of the same number of cells. */
export function historyLine(cells: readonly HistoryCell[]): Line {
  const line: Span[] = [];
  for (const cell of cells) {
    const { glyph, tone } = HISTORY_GLYPHS[cell];
    const last = line.at(-1);
    if (last !== undefined && last.tone === tone) line[line.length - 1] = { text: last.text + glyph, tone };
    else line.push({ text: glyph, tone });
  }
  return line;
}
