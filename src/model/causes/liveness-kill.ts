import type { CauseRule } from '../cause.ts';
import { probeKill } from '../evidence/probe-kill.ts';

/** The kubelet killed the container because its liveness probe failed. */
export const livenessKill: CauseRule = {
  id: 'liveness-kill',
  title: 'Its liveness probe failed, and the kubelet killed it',
  needs: ['pod status', 'pod spec', 'pod events', 'restart history'],
  manual: [
    'The liveness probe failed as many times in a row as its failureThreshold allows, so the kubelet told the container to stop, and killed it after its grace period. The exit code depends on how the program reacts: 137, 143, or any of its own, even 0.',
    'An event of the kubelet says "failed liveness probe" while this run lived (certain). Equal events are merged, and the kubelet writes fewer of them as they repeat: a run that ended like the killed ones counts as killed, certain if its probe was reported to fail up to its end, else likely. The evidence compares initialDelay + period x threshold + grace with how long the runs lived: runs that live no longer than that never passed it once.',
    "If the runs never passed it, the probe asks at the wrong place, or too early: give slow starts a startup probe. If they were healthy for a while, the program hung or was too slow: read the probe's message, look at CPU throttling, and keep dependencies out of a liveness probe, or one slow database restarts everything.",
  ],
  decide: (facts) => probeKill(facts, 'liveness'),
};
