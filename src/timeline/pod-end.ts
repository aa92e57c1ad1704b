import { withInferredEnds, withoutPodsEnd } from '../model/inferred-ends.ts';
import type { Pod } from '../model/pod.ts';
import type { ContainerRecord, PodRecord } from './state.ts';

/**
 * When the deletion of a pod was asked for, epoch ms on our clock; null where nobody did.
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
  // What is asked for is never taken back; only who left a selection comes again.
  if (before?.deletionAskedAt != null && (isAsked || before.pod.deletionAt !== null)) return before.deletionAskedAt;
  if (!isAsked) return null;
  // Nothing was asked for after it arrived. The API server's clock is taken for ours; where somebody watched the pod before, for the
  // node's if that is behind: then the arrival bounds it.
  const told = pod.deletionRequestedAt ?? at;
  return Math.min(at, told + (before === undefined ? 0 : Math.max(0, skewMs)));
}

/** A pod that was gone and is there again only left a selection for a while, or a list that was too old named it no more. */
export function asBeforeItWent(container: ContainerRecord): ContainerRecord {
  return { ...container, ledger: withoutPodsEnd(container.ledger) };
}

/** The pod that was gone at `at`, and there for certain until `goneAfter` (epoch ms): what still ran in it ended with it. */
export function gone(record: PodRecord, at: number, goneAfter: number, skewMs: number): PodRecord {
  const containers = record.containers.map((container) => {
    const ledger = withInferredEnds(container.ledger, at - skewMs);
    return ledger === container.ledger ? container : { ...container, ledger };
  });
  return { ...record, goneAt: at, goneAfter, deletionAskedAt: record.deletionAskedAt ?? at, containers };
}
