import type { Ledger, Run } from './ledger.ts';

/**
 * The ledger of a container whose pod is gone. Its running container ended with it; an end without
 * a time came before the next run began, or before the pod was gone. These are the latest possible
 * times, marked as inferred. Returns the same array if every end is known.
 * @param at when the pod was gone, epoch ms on the clock of the ledger.
 */
export function withInferredEnds(ledger: Ledger, at: number): Ledger {
  if (ledger.every((run) => run.finishedAt !== null)) return ledger;
  return ledger.map((run, index) => {
    if (run.finishedAt !== null) return run;
    const finishedAt = Math.max(run.startedAt ?? 0, ledger[index + 1]?.startedAt ?? at);
    return { ...run, ended: true, finishedAt, endIsInferred: true };
  });
}

/**
 * Undoes {@link withInferredEnds}: the pod exists after all, or its containers continue in another
 * pod.
 */
export function withoutPodsEnd(ledger: Ledger): Ledger {
  if (!ledger.some((run) => run.endIsInferred || run.stop === 'deletion')) return ledger;
  return ledger.map((run): Run => {
    const stop = run.stop === 'deletion' ? null : run.stop;
    if (!run.endIsInferred) return stop === run.stop ? run : { ...run, stop };
    const isKnown = run.exitCode !== null || run.reason !== '';
    return { ...run, stop, ended: isKnown, finishedAt: null, endIsInferred: false };
  });
}
