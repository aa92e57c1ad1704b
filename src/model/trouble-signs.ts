import type { ContainerStatus } from './pod.ts';

/** What a container waits for before it was tried: no sign of trouble, and no sign that one is over. */
const UNTRIED: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing', '']);

/** Does the container wait for a start that was not tried yet, as far as its status says? */
export function isUntried(status: ContainerStatus | undefined): boolean {
  return status?.state.type === 'waiting' && UNTRIED.has(status.state.reason);
}

/**
 * Does the status show any sign of trouble: a restart, an end, a start that fails? Without one, its container is in no trouble
 * of its own, whatever the rules of trouble.ts are: the timeline's candidates and what is read of a pod both begin here.
 */
export function showsTrouble(status: ContainerStatus | undefined): boolean {
  if (status === undefined) return false;
  const { state, last, restartCount } = status;
  return restartCount > 0 || last !== null || state.type === 'terminated' || (state.type === 'waiting' && !isUntried(status));
}
