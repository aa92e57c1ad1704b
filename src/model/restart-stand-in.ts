import type { ContainerStatus, Termination } from './pod.ts';

/** The kubelet's word for a container that it removed to start its whole pod anew, by a restart rule (KEP-5532). */
export const RESTARTING_ALL = 'RestartingAllContainers';

const INIT_LOST = 'Unable to get init container status';

/**
 * Is this no end of an instance, but what the kubelet writes where the runtime has none to show? It has no ID and no times, and its
 * code is invented. So it stands for a container that was removed to start its whole pod anew, and through the whole life of
 * the next one; and for an init container that the runtime lost (kubelet_pods.go, convertToAPIContainerStatuses).
 */
export function isStandIn({ containerID, startedAt, finishedAt, reason, message }: Termination): boolean {
  if (startedAt !== null || finishedAt !== null) return false;
  return reason === RESTARTING_ALL || (containerID === '' && message.startsWith(INIT_LOST));
}

/**
 * Is it known of this run only that its own rule restarted all containers of its pod (restarts-of-all.ts)? Its end stood in the API for
 * a moment that nobody saw.
 */
export function restartedAllUnseen({ exitCode, reason }: { readonly exitCode: number | null; readonly reason: string }): boolean {
  return exitCode === null && reason === RESTARTING_ALL;
}

/** Was its current instance, or that which is to come, preceded by a restart of all containers of its pod? */
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
