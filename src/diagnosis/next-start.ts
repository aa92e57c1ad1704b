import { ranFor } from '../model/ledger.ts';
import type { Entry } from './entry.ts';

/** True if it waits for init containers of its pod, which start over with it. */
export function waitsForInits({ container }: Pick<Entry, 'container'>): boolean {
  const state = container.status?.state;
  return state?.type === 'waiting' && state.reason === 'PodInitializing';
}

/** The median length of its last five ended runs, in ms; null if none is known. */
export function usualRun(entry: Entry, now: number): number | null {
  const lengths: number[] = [];
  for (let i = entry.container.ledger.length - 1; i >= 0 && lengths.length < 5; i--) {
    const run = entry.container.ledger[i];
    const ran = run?.ended === true ? ranFor(run, now) : null;
    if (ran !== null) lengths.push(ran);
  }
  return lengths.length === 0 ? null : (lengths.toSorted((a, b) => a - b)[lengths.length >> 1] ?? null);
}
