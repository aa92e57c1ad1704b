import { type EstimatedRun, estimatedRuns } from '../model/estimated-runs.ts';
import { unobservedRuns } from '../model/ledger.ts';
import { skewOf } from '../timeline/node-clocks.ts';
import { backoffOf, type ClusterState, type ContainerRecord, kubeletVersionOf, type PodRecord } from '../timeline/state.ts';

const NONE: readonly EstimatedRun[] = Object.freeze([]);

/** A container's unobserved runs that can be placed, on the clock of its node. */
export function estimatesOnNode(state: ClusterState, { pod }: PodRecord, container: ContainerRecord, skewMs: number) {
  // Fast path: most containers have no unobserved runs.
  if (unobservedRuns(container.ledger, container.status) === 0) return NONE;
  return estimatedRuns({
    container: container.name,
    ledger: container.ledger,
    createdAt: pod.createdAt === null ? null : pod.createdAt - skewMs,
    events: state.events.get(pod.uid) ?? [],
    node: backoffOf(state, pod.spec.nodeName),
    kubeletVersion: kubeletVersionOf(state, pod.spec.nodeName),
  });
}

/** The same, on our clock. */
export function estimatesOnOurClock(state: ClusterState, record: PodRecord, name: string): readonly EstimatedRun[] {
  const container = state.pods.get(record.pod.uid)?.containers.find((c) => c.name === name);
  if (container === undefined) return NONE;
  const skewMs = skewOf(state, record);
  const runs = estimatesOnNode(state, record, container, skewMs);
  if (skewMs === 0) return runs;
  return runs.map((run) => ({ ...run, startedAt: run.startedAt + skewMs, finishedAt: run.finishedAt + skewMs }));
}
