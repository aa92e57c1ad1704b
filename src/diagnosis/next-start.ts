import { ranFor } from '../model/ledger.ts';
import type { Entry } from './entry.ts';

/** Does it wait for init containers of its pod, which begin anew with it? */
export function waitsForInits({ container }: Pick<Entry, 'container'>): boolean {
  const state = container.status?.state;
  return state?.type === 'waiting' && state.reason === 'PodInitializing';
}

/** How long its ended runs lasted, in ms: the middle one of the last five; null where none is known. */
export function usualRun(entry: Entry, now: number): number | null {
  const lengths: number[] = [];
  for (let i = entry.container.ledger.length - 1; i >= 0 && lengths.length < 5; i--) {
    const run = entry.container.ledger[i];
    const ran = run?.ended === true ? ranFor(run, now) : null;
    if (ran !== null) lengths.push(ran);
  }
  return lengths.length === 0 ? null : (lengths.toSorted((a, b) => a - b)[lengths.length >> 1] ?? null);
}
