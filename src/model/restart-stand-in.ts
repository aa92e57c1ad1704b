import type { ContainerStatus, Termination } from './pod.ts';

/**
 * The kubelet's reason for a container that it removed to restart the whole pod by a restart rule
 * (KEP-5532).
 */
export const RESTARTING_ALL = 'RestartingAllContainers';

const INIT_LOST = 'Unable to get init container status';

/**
 * Is this a stand-in that the kubelet writes when the runtime has no end to report? It has no ID
 * and no times, and its code is made up. It replaces a container that was removed to restart the
 * whole pod, throughout the life of the next one; and an init container that the runtime lost
 * (kubelet_pods.go, convertToAPIContainerStatuses).
 */
export function isStandIn({ containerID, startedAt, finishedAt, reason, message }: Termination): boolean {
  if (startedAt !== null || finishedAt !== null) return false;
  return reason === RESTARTING_ALL || (containerID === '' && message.startsWith(INIT_LOST));
}

/**
 * Is the only thing known of this run that its own rule restarted all containers of its pod
 * (restarts-of-all.ts)? The API held its end for a moment that was missed.
 */
export function restartedAllUnseen({ exitCode, reason }: { readonly exitCode: number | null; readonly reason: string }): boolean {
  return exitCode === null && reason === RESTARTING_ALL;
}

/** Did a restart of all containers precede its current instance, or the one to come? */
export function followsRestartOfAll({ last }: Pick<ContainerStatus, 'last'>): boolean {
  return last !== null && last.reason === RESTARTING_ALL && isStandIn(last);
}

/** Is it removed, or about to start again, because all containers of its pod are restarted? */
export function isRestartedWithAll(status: ContainerStatus): boolean {
  return status.state.type === 'waiting' && (status.state.reason === RESTARTING_ALL || isBetween(status));
}

function isBetween(status: ContainerStatus): boolean {
  return status.containerID === '' && followsRestartOfAll(status);
}
