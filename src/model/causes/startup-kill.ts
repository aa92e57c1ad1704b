import type { CauseRule } from '../cause.ts';
import { probeKill } from '../evidence/probe-kill.ts';

/** The kubelet killed the container because its startup probe failed. */
export const startupKill: CauseRule = {
  id: 'startup-kill',
  title: 'Its startup probe failed, and the kubelet killed it',
  needs: ['pod status', 'pod spec', 'pod events', 'restart history'],
  manual: [
    'The startup probe did not pass in the time that it gives, so that the kubelet killed the container before it was ever up.',
    'An event of the kubelet says "failed startup probe" while this run lived (certain), or did so of runs before that ended alike (likely). The evidence holds the time that the probe gives, initialDelay + period x threshold + grace, against how long the runs lived.',
    'See how far the start came: the log of the dead run ends where it hung. If it only needs longer, raise failureThreshold: that costs nothing once it is up. If it waits for something, that is the cause to look at.',
  ],
  decide: (facts) => probeKill(facts, 'startup'),
};
