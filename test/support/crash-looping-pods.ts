import { Timeline } from '../../src/timeline/timeline.ts';
import { containerStatus, termination } from './container-status.ts';
import { pod } from './pod.ts';

/** A timeline that begins with the list of so many pods, each of a workload of its own and in a crash loop. */
export function crashLoopingPods(count: number, now: number): Timeline {
  const items = Array.from({ length: count }, (_, i) => {
    const number = String(i).padStart(4, '0');
    const ended = { containerID: `containerd://${number}`, startedAt: now - 30_000 - i, finishedAt: now - 20_000 - i };
    const message = `back-off 5m0s restarting failed container=api pod=api-${number}`;
    return pod({
      uid: `uid-${number}`,
      name: `api-${number}`,
      createdAt: now - 3_600_000,
      containers: [
        containerStatus({
          restartCount: 7,
          containerID: ended.containerID,
          state: { type: 'waiting', reason: 'CrashLoopBackOff', message },
          last: termination(ended),
        }),
      ],
    });
  });
  const timeline = new Timeline(now);
  timeline.append({ type: 'snapshot', kind: 'Pod', namespace: null, items, more: false, at: now, line: 1 });
  return timeline;
}
