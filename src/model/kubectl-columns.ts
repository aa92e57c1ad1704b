import { humanDuration } from '../text/duration.ts';
import { type ContainerStatus, conditionOf, isPodReady, type Pod, type Termination } from './pod.ts';

/** The columns of `kubectl get pods` beside the name. */
export interface KubectlColumns {
  readonly ready: string;
  readonly status: string;
  /** `4`, or `4 (42s ago)`. */
  readonly restarts: string;
  readonly age: string;
}

function since(time: number | null, now: number): string {
  return time === null ? '<unknown>' : humanDuration(now - time);
}

// An unknown version is taken for this one, as docs/snapshot.md says.
const ASSUMED_MINOR = 35;

function minorOf(serverVersion: string | null): number {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(serverVersion ?? '') ?? [];
  if (major === undefined || minor === undefined) return ASSUMED_MINOR;
  return Number(major) === 1 ? Number(minor) : Number(major) < 1 ? 0 : Number.POSITIVE_INFINITY;
}

/** The printer's results so far. */
interface Tally {
  status: string;
  ready: number;
  restarts: number;
  /** The newest end that a restart followed, epoch ms. */
  lastEnd: number | null;
}

function laterOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function countRestarts(tally: Tally, container: ContainerStatus): void {
  tally.restarts += container.restartCount;
  tally.lastEnd = laterOf(tally.lastEnd, container.last?.finishedAt ?? null);
}

function endOf(termination: Termination): string {
  if (termination.reason !== '') return termination.reason;
  return termination.signal === 0 ? `ExitCode:${termination.exitCode}` : `Signal:${termination.signal}`;
}

/**
 * Renders the columns of `kubectl get pods` by the rules of the API server (printPod in
 * pkg/printers/internalversion/printers.go).
 * @param now the time of printing, epoch ms.
 * @param serverVersion the API server's version ("v1.35.4"); null if unknown: then the rules of
 * 1.35.
 */
export function kubectlColumns(pod: Pod, now: number, serverVersion: string | null): KubectlColumns {
  const minor = minorOf(serverVersion);
  const sidecars: Tally = { status: '', ready: 0, restarts: 0, lastEnd: null };
  const tally: Tally = { status: phaseOrReason(pod), ready: 0, restarts: 0, lastEnd: null };
  const isInitializing = printInitContainers(pod, tally, sidecars);
  if (!isInitializing || conditionOf(pod, 'Initialized')?.status === 'True') {
    // Once a pod is initialised, restarts of init containers no longer count, except those of
    // sidecars.
    tally.restarts = sidecars.restarts;
    tally.lastEnd = sidecars.lastEnd;
    printAppContainers(pod, tally, minor);
  }
  const { ready, restarts, lastEnd } = tally;
  return {
    ready: `${ready}/${pod.spec.containers.filter((c) => c.type === 'app' || c.type === 'sidecar').length}`,
    status: deletionStatus(pod, minor) ?? tally.status,
    restarts: restarts !== 0 && lastEnd !== null ? `${restarts} (${since(lastEnd, now)} ago)` : `${restarts}`,
    age: since(pod.createdAt, now),
  };
}

function phaseOrReason(pod: Pod): string {
  const isGated = pod.conditions.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated');
  return isGated ? 'SchedulingGated' : pod.reason || pod.phase;
}

// Sums up the init containers in the order of the status, up to the first that is not done. Returns
// whether there is one.
function printInitContainers(pod: Pod, tally: Tally, sidecars: Tally): boolean {
  const inSpec = pod.spec.containers.filter((c) => c.type === 'init' || c.type === 'sidecar').length;
  let index = -1;
  for (const container of pod.containers) {
    if (container.type !== 'init' && container.type !== 'sidecar') continue;
    index++;
    countRestarts(tally, container);
    if (container.type === 'sidecar') countRestarts(sidecars, container);
    const { state } = container;
    if (state.type === 'terminated' && state.exitCode === 0) continue;
    if (container.type === 'sidecar' && container.started) {
      if (container.ready) tally.ready++;
      continue;
    }
    tally.status = `Init:${initStatus(container, index, inSpec)}`;
    return true;
  }
  return false;
}

function initStatus({ state }: ContainerStatus, index: number, inSpec: number): string {
  if (state.type === 'terminated') return endOf(state);
  if (state.type === 'waiting' && state.reason !== '' && state.reason !== 'PodInitializing') return state.reason;
  return `${index}/${inSpec}`;
}

// From the last to the first: the first container with something to report has the last word.
function printAppContainers(pod: Pod, tally: Tally, minor: number): void {
  let isOneRunning = false;
  let errorReason = '';
  for (const container of pod.containers.toReversed()) {
    if (container.type !== 'app') continue;
    countRestarts(tally, container);
    const { state } = container;
    if (state.type === 'waiting' && state.reason !== '') {
      tally.status = state.reason;
    } else if (state.type === 'terminated') {
      tally.status = endOf(state);
      if (state.exitCode !== 0) errorReason = tally.status;
    } else if (state.type === 'running' && container.ready) {
      isOneRunning = true;
      tally.ready++;
    }
  }
  if (tally.status !== 'Completed') return;
  // One container's "Completed" must not hide that another is running or, since 1.35, failed.
  if (isOneRunning && isPodReady(pod)) tally.status = 'Running';
  else if (minor >= 35 && errorReason !== '') tally.status = errorReason;
  else if (isOneRunning) tally.status = 'NotReady';
}

function deletionStatus(pod: Pod, minor: number): string | null {
  if (pod.deletionAt === null) return null;
  if (pod.reason === 'NodeLost') return 'Unknown';
  const isOver = pod.phase === 'Succeeded' || pod.phase === 'Failed';
  // Until 1.30 a finished pod showed Terminating as well.
  return isOver && minor >= 31 ? null : 'Terminating';
}
