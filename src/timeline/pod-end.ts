import { withInferredEnds, withoutPodsEnd } from '../model/inferred-ends.ts';
import type { Pod } from '../model/pod.ts';
import type { ContainerRecord, PodRecord } from './state.ts';

/**
 * When the deletion of a pod was requested, epoch ms on our clock; null if it was not.
 * @param before what was known of the pod before this arrival at `at`.
 * @param skewMs our clock minus its node's.
 */
export function deletionAskedAt(
  before: PodRecord | undefined,
  pod: Pod,
  isDeleted: boolean,
  at: number,
  skewMs: number,
): number | null {
  const isAsked = isDeleted || pod.deletionAt !== null;
  // A deletion request is never withdrawn; a pod that only left a selection may come back.
  if (before?.deletionAskedAt != null && (isAsked || before.pod.deletionAt !== null)) return before.deletionAskedAt;
  if (!isAsked) return null;
  // The request came no later than this arrival. Take the API server's clock for ours; if the pod
  // was watched before, for its node's where that is behind: then the arrival is the bound.
  const told = pod.deletionRequestedAt ?? at;
  return Math.min(at, told + (before === undefined ? 0 : Math.max(0, skewMs)));
}

/**
 * A pod that was gone and is back only left a selection for a while, or was missing from an
 * outdated list.
 */
export function withoutGone(container: ContainerRecord): ContainerRecord {
  return { ...container, ledger: withoutPodsEnd(container.ledger) };
}

/**
 * Marks a pod as gone at `at`, and known to exist until `goneAfter` (epoch ms): its running
 * containers ended with it.
 * @param skewMs our clock minus its node's.
 */
export function gone(record: PodRecord, at: number, goneAfter: number, skewMs: number): PodRecord {
  const containers = record.containers.map((container) => {
    const ledger = withInferredEnds(container.ledger, at - skewMs);
    return ledger === container.ledger ? container : { ...container, ledger };
  });
  return { ...record, goneAt: at, goneAfter, deletionAskedAt: record.deletionAskedAt ?? at, containers };
}
