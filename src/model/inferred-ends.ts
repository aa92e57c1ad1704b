import type { Ledger, Run } from './ledger.ts';

/**
 * The ledger of a container whose pod is gone: what still ran ended with it, and what had ended without a time did so before the
 * next run began, or by then. These are the latest times that can be, and marked so. The same array where every end is known.
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

/** The ledger as it was while its pod existed: that is there after all, or its containers go on in another. */
export function withoutPodsEnd(ledger: Ledger): Ledger {
  if (!ledger.some((run) => run.endIsInferred || run.stop === 'deletion')) return ledger;
  return ledger.map((run): Run => {
    const stop = run.stop === 'deletion' ? null : run.stop;
    if (!run.endIsInferred) return stop === run.stop ? run : { ...run, stop };
    const isKnown = run.exitCode !== null || run.reason !== '';
    return { ...run, stop, ended: isKnown, finishedAt: null, endIsInferred: false };
  });
}
