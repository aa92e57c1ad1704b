import type { CauseFacts } from '../cause.ts';
import { containerSpecOf } from '../pod.ts';

/**
 * The memory limit that a container reaches first, in words: `limit 512Mi`, `the pod's limit 1Gi`,
 * or that it has none.
 */
export function describeMemoryLimit({ pod, container }: Pick<CauseFacts, 'pod' | 'container'>): string {
  const own = containerSpecOf(pod, container)?.memoryLimit ?? null;
  if (own !== null) return `limit ${own}`;
  return pod.spec.memoryLimit === undefined ? 'no memory limit of its own' : `the pod's limit ${pod.spec.memoryLimit}`;
}

/** The limits in its spec, as evidence: also the one that all containers of the pod share. */
export function memoryLimitEvidence(facts: Pick<CauseFacts, 'pod' | 'container'>): string {
  const { pod, container } = facts;
  const words = describeMemoryLimit(facts);
  const isOwn = (containerSpecOf(pod, container)?.memoryLimit ?? null) !== null;
  return isOwn && pod.spec.memoryLimit !== undefined
    ? `spec: ${words}; the pod's limit ${pod.spec.memoryLimit}`
    : `spec: ${words}`;
}
