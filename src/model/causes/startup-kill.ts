import type { CauseRule } from '../cause.ts';
import { probeKill } from '../evidence/probe-kill.ts';

/** The kubelet killed the container because its startup probe failed. */
export const startupKill: CauseRule = {
  id: 'startup-kill',
  title: 'Its startup probe failed, and the kubelet killed it',
  needs: ['pod status', 'pod spec', 'pod events', 'restart history'],
  manual: [
    'The startup probe did not pass within its time, so the kubelet killed the container before it was ever up.',
    'An event of the kubelet says "failed startup probe" while this run lived (certain), or during earlier runs that ended alike (likely). The evidence compares the time that the probe allows, initialDelay + period x threshold + grace, with how long the runs lived.',
    'Check how far the start got: the log of the dead run ends where it hung. If it only needs longer, raise failureThreshold: that costs nothing once it is up. If it waits for something, look at that.',
  ],
  decide: (facts) => probeKill(facts, 'startup'),
};
