import type { CauseFacts } from '../cause.ts';
import { containerSpecOf } from '../pod.ts';

/** The memory limit that a container meets first, in words: `limit 512Mi`, `the pod's limit 1Gi`, or that there is none. */
export function describeMemoryLimit({ pod, container }: Pick<CauseFacts, 'pod' | 'container'>): string {
  const own = containerSpecOf(pod, container)?.memoryLimit ?? null;
  if (own !== null) return `limit ${own}`;
  return pod.spec.memoryLimit === undefined ? 'no memory limit of its own' : `the pod's limit ${pod.spec.memoryLimit}`;
}

/** The limits that its spec states, as evidence: those of all containers of the pod together as well. */
export function memoryLimitEvidence(facts: Pick<CauseFacts, 'pod' | 'container'>): string {
  const { pod, container } = facts;
  const words = describeMemoryLimit(facts);
  const isOwn = (containerSpecOf(pod, container)?.memoryLimit ?? null) !== null;
  return isOwn && pod.spec.memoryLimit !== undefined
    ? `spec: ${words}; the pod's limit ${pod.spec.memoryLimit}`
    : `spec: ${words}`;
}
