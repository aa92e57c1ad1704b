import type { CauseFacts } from '../cause.ts';
import { type ContainerStatus, newestEnd } from '../pod.ts';
import type { KubeEvent } from '../resources.ts';
import { BLOCKING_EVENTS } from '../trouble.ts';

const MOVING_ON: readonly string[] = ['Pulling', 'Pulled', 'Created', 'Started'];
const BEFORE_A_START: readonly string[] = ['', 'ContainerCreating', 'PodInitializing'];

/**
 * The newest event that explains why no container of the pod can start: a volume or the sandbox.
 * Statuses never say it; they stay at ContainerCreating (docs/kubernetes-facts.md, 3.2). null if
 * nothing blocks the container, or something has happened since.
 */
export function blockOf({ pod, status, events }: CauseFacts): KubeEvent | null {
  if (status !== undefined && !(status.state.type === 'waiting' && BEFORE_A_START.includes(status.state.reason))) return null;
  const index = events.findLastIndex((e) => BLOCKING_EVENTS.has(e.reason));
  const event = events[index];
  if (event === undefined || events.slice(index + 1).some((e) => MOVING_ON.includes(e.reason))) return null;
  if (!pod.containers.every((c) => wasQuietSince(c, event.lastAt))) return null;
  return ONLY_WAITED.test(event.message) ? (reasonBefore(events.slice(0, index)) ?? event) : event;
}

/**
 * The kubelet repeats this every two minutes while a pod's volumes are missing; an earlier event
 * says why they are.
 */
const ONLY_WAITED = /unmounted volumes=|timeout expired waiting for volumes/;

function reasonBefore(earlier: readonly KubeEvent[]): KubeEvent | undefined {
  const since = earlier.slice(earlier.findLastIndex((e) => MOVING_ON.includes(e.reason)) + 1);
  return since.findLast((e) => BLOCKING_EVENTS.get(e.reason) === 'volume' && !ONLY_WAITED.test(e.message));
}

function wasQuietSince(status: ContainerStatus, at: number): boolean {
  if (status.state.type === 'running') return false;
  const ended = newestEnd(status)?.finishedAt ?? null;
  return ended === null || ended < at;
}
