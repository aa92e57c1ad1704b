import type { ContainerStatus } from './pod.ts';

/** Waiting reasons before the first try: no sign of trouble, nor that trouble is over. */
const UNTRIED: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing', '']);

/** Does the container wait for a start that was not tried yet, as far as its status says? */
export function isUntried(status: ContainerStatus | undefined): boolean {
  return status?.state.type === 'waiting' && UNTRIED.has(status.state.reason);
}

/**
 * Does the status show any sign of trouble: a restart, an end, a failing start? Without one, the
 * container is in no trouble of its own, whatever the rules of trouble.ts. The timeline's candidates
 * and the reads of a pod both begin here.
 */
export function showsTrouble(status: ContainerStatus | undefined): boolean {
  if (status === undefined) return false;
  const { state, last, restartCount } = status;
  return restartCount > 0 || last !== null || state.type === 'terminated' || (state.type === 'waiting' && !isUntried(status));
}
