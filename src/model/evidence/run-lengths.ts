import type { CauseFacts } from '../cause.ts';
import { ranFor } from '../ledger.ts';
import { ALIKE_BY, ALIKE_MS, areAlike } from '../run-trend.ts';

const ENOUGH = 3;

/** Formats a duration (ms) for evidence: `45s`, `6m2s`, `1h5m`. */
export function seconds(ms: number): string {
  const total = Math.round(ms / 1000);
  if (total < 120) return `${total}s`;
  if (total < 3600) return total % 60 === 0 ? `${total / 60}m` : `${Math.floor(total / 60)}m${total % 60}s`;
  return `${Math.floor(total / 3600)}h${Math.floor((total % 3600) / 60)}m`;
}

// Runs of days ago say nothing about today's trend.
const RUNS_JUDGED = 50;
const NEWEST = 6;

function allLives({ ledger }: CauseFacts): readonly number[] {
  return ledger
    .slice(-RUNS_JUDGED)
    .map((run) => (run.ended ? ranFor(run, 0) : null))
    .filter((life): life is number => life !== null);
}

/**
 * How long the newest ended runs lived, ms, oldest first; at most six, with a known start and end.
 */
export function newestLives(facts: CauseFacts): readonly number[] {
  return allLives(facts).slice(-NEWEST);
}

/** How long the known runs lived, with their trend; empty if fewer than three are known. */
export function runLengths(facts: CauseFacts): string[] {
  const lives = allLives(facts);
  if (lives.length < ENOUGH) return [];
  const trend = trendOf(lives);
  const words = lives.map(seconds);
  // The first and the last ones show a trend; more numbers are too many to read.
  const told = words.length <= NEWEST + 2 ? words : [...words.slice(0, 2), '...', ...words.slice(-NEWEST)];
  const many = words.length <= NEWEST + 2 ? '' : ` ${words.length}`;
  return [`its${many} known runs lived ${told.join(', ')}${trend === '' ? '' : `: ${trend}`}`];
}

function trendOf(lives: readonly number[]): string {
  const first = lives[0] as number;
  const last = lives.at(-1) as number;
  const follows = (holds: (a: number, b: number) => boolean) =>
    lives.every((life, i) => i === 0 || holds(lives[i - 1] as number, life));
  const isFar = (more: number, less: number) => more - less >= ALIKE_MS && more >= less * ALIKE_BY;
  if (follows((a, b) => b <= a) && isFar(first, last)) return 'each no longer than the one before';
  if (follows((a, b) => b >= a) && isFar(last, first)) return 'each no shorter than the one before';
  return areAlike(Math.min(...lives), Math.max(...lives)) ? 'all about the same' : '';
}

/** The shortest and the longest of some durations (ms): `3s`, or `3s to 5s`. */
export function spanOf(lives: readonly number[]): string {
  const least = seconds(Math.min(...lives));
  const most = seconds(Math.max(...lives));
  return least === most ? least : `${least} to ${most}`;
}
