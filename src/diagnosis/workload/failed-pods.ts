import { CLOCKS_MS } from '../../model/stopped-runs.ts';
import { LOOP_WINDOW_MS } from '../../model/trouble.ts';
import { timeOfDay } from '../../text/duration.ts';
import { firstLine, shorten } from '../../text/truncate.ts';
import { podsOf } from '../../timeline/members.ts';
import { skewOf } from '../../timeline/node-clocks.ts';
import type { ClusterState, ContainerRecord, PodRecord, Workload } from '../../timeline/state.ts';
import { causeAt } from '../problems.ts';

/** A pod that failed for good, so its controller creates another. */
export interface FailedPod {
  readonly record: PodRecord;
  /** The container whose end failed the pod; the first one if none ended. */
  readonly container: ContainerRecord;
  /** Epoch ms. */
  readonly at: number;
}

/** The ended pods of one workload. */
export interface EndedPods {
  readonly workload: Workload;
  /** Oldest first. */
  readonly failed: readonly FailedPod[];
  /** When one of them last succeeded, epoch ms; null if none did. */
  readonly succeededAt: number | null;
  /** True if any pod of the workload exists. */
  readonly exists: boolean;
}

/**
 * By workload key, every workload with a pod that failed within the window before `now` (epoch ms),
 * deletions excepted. Includes those that failed within the window before the newest, so their
 * number does not shrink as time passes.
 */
export function endedPods(state: ClusterState, now: number): ReadonlyMap<string, EndedPods> {
  const failed = new Map<string, FailedPod[]>();
  for (const record of state.unhealthyCandidates.values()) {
    const failure = record.pod.phase === 'Failed' && record.workload.kind !== 'Pod' ? failureOf(state, record) : null;
    if (failure === null || failure.at <= now - 2 * LOOP_WINDOW_MS || failure.at > now) continue;
    const known = failed.get(record.workload.key);
    if (known === undefined) failed.set(record.workload.key, [failure]);
    else known.push(failure);
  }
  const newest = new Map(Array.from(failed, ([key, pods]) => [key, Math.max(...pods.map((p) => p.at))]));
  for (const [key, at] of newest) if (at <= now - LOOP_WINDOW_MS) failed.delete(key);
  if (failed.size === 0) return NONE;
  return new Map(
    Array.from(failed, ([key, pods]) => {
      const from = (newest.get(key) as number) - LOOP_WINDOW_MS;
      const sorted = pods.filter((p) => p.at > from).sort((a, b) => a.at - b.at);
      const all = podsOf(state, key);
      const exists = all.some((record) => record.goneAt === null);
      const { workload } = (sorted[0] as FailedPod).record;
      return [key, { workload, failed: sorted, succeededAt: lastSuccess(state, all), exists }];
    }),
  );
}

const NONE: ReadonlyMap<string, EndedPods> = new Map();

function lastSuccess(state: ClusterState, pods: readonly PodRecord[]): number | null {
  let last: number | null = null;
  for (const record of pods) {
    const at = record.pod.phase === 'Succeeded' ? endOf(state, record) : null;
    if (at !== null) last = Math.max(last ?? 0, at);
  }
  return last;
}

// A pod deleted while running also ends in phase Failed (its containers were killed), but did not
// fail otherwise. A reason on the pod (Evicted, OutOfcpu, DeadlineExceeded, NodeShutdown, ...) does
// not come from a deletion. Without one, the restart policy must allow the pod to fail by itself.
function failureOf(state: ClusterState, record: PodRecord): FailedPod | null {
  const { pod, deletionAskedAt, arrivedAt } = record;
  const container = record.containers.find(
    ({ type, status }) => type !== 'ephemeral' && status?.state.type === 'terminated' && status.state.exitCode !== 0,
  );
  const endedAt = endOf(state, record);
  const at = endedAt ?? pod.createdAt ?? arrivedAt;
  const first = container ?? record.containers[0];
  if (first === undefined) return null;
  if (pod.reason === '') {
    if (pod.spec.restartPolicy !== 'Never') return null;
    if (deletionAskedAt !== null && (endedAt === null || endedAt >= deletionAskedAt - CLOCKS_MS)) return null;
  }
  return { record, container: first, at };
}

// When the pod's last container ended, on our clock, else when the pod last became not ready; null
// if neither is known.
function endOf(state: ClusterState, record: PodRecord): number | null {
  let last: number | null = null;
  for (const { type, state: current } of record.pod.containers) {
    if (type === 'ephemeral') continue;
    if (current.type === 'terminated' && current.finishedAt !== null) last = Math.max(last ?? 0, current.finishedAt);
  }
  const at = last ?? record.pod.conditions.find((c) => c.type === 'Ready')?.since ?? null;
  return at === null ? null : at + skewOf(state, record);
}

const PODS_QUOTED = 6;

/** The newest failed pods as evidence, newest first. @param now epoch ms. */
export function failedEvidence(state: ClusterState, failed: readonly FailedPod[], now: number): string[] {
  return failed
    .slice(-PODS_QUOTED)
    .toReversed()
    .map((pod) => `pod ${pod.record.pod.name} failed at ${timeOfDay(pod.at)}: ${describeEnd(state, pod, now)}`);
}

/**
 * How a pod failed, in a few words. A reason on the pod says more than how its containers ended.
 * @param now epoch ms.
 */
export function describeEnd(state: ClusterState, { record, container }: FailedPod, now: number): string {
  const { reason, message } = record.pod;
  if (reason === 'Evicted' && message !== '') return shorten(firstLine(message));
  if (reason !== '') return message === '' ? reason : shorten(`${reason}: ${firstLine(message)}`);
  const ended = container.ledger.findLast((r) => r.ended);
  if (ended === undefined) return 'exit status unknown';
  return causeAt(state, record, container, now)?.summary ?? `exit ${ended.exitCode}`;
}
