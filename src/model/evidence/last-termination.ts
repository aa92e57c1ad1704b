import { memoByIdentity } from '../../text/memo-by-identity.ts';
import type { CauseFacts } from '../cause.ts';
import type { Run, Stop } from '../ledger.ts';
import { isStandIn, RESTARTING_ALL } from '../restart-stand-in.ts';
import { editReportedBy } from '../stopped-runs.ts';
import type { End } from './end.ts';
import { type Kill, killOf } from './kill.ts';

/** Waiting reasons after which the newest end is still what is wrong. */
const AFTER_AN_END: readonly string[] = [
  ...['', 'CrashLoopBackOff', 'ContainerCreating', 'PodInitializing', 'PostStartHookError'],
  RESTARTING_ALL,
];
const NEVER_STARTED: readonly string[] = ['StartError', 'ContainerCannotRun'];

/**
 * The newest end of the container that nothing outside explains: not its pod's deletion, an edit of
 * its spec, or a failure of the whole pod. null if there is none, or if its status now states a
 * failure without an end.
 */
export const lastTerminationOf: (facts: CauseFacts) => End | null = memoByIdentity(lookForEnd);

function lookForEnd(facts: CauseFacts): End | null {
  if (podFailureOf(facts) !== null) return null;
  const { status } = facts;
  const ends = endsOf(facts);
  if (status?.state.type === 'waiting' && !AFTER_AN_END.includes(status.state.reason)) {
    const newest = ends[0];
    return status.state.reason === 'RunContainerError' && newest !== undefined && neverStarted(newest) ? newest : null;
  }
  const own = ends.filter((end) => !wasStopped(facts, end));
  // The API holds the end of a container whose rule restarted its pod for a moment only: an end
  // that was seen is worth more.
  return own.find(({ exitCode }) => exitCode !== null) ?? own[0] ?? null;
}

/** Did the runtime fail to start it, so that none of its own code ran? */
export function neverStarted(end: End): boolean {
  return NEVER_STARTED.includes(end.reason);
}

/** The reason why the whole pod failed (`Evicted`, `DeadlineExceeded`, ...); null if it did not. */
export function podFailureOf({ pod }: CauseFacts): string | null {
  return pod.phase === 'Failed' && pod.reason !== '' ? pod.reason : null;
}

/**
 * The ends of the container, newest first: from the status, then those that only the ledger
 * remembers.
 */
export function endsOf({ status, ledger }: CauseFacts): readonly End[] {
  const ends: End[] = [];
  if (status?.state.type === 'terminated' && !isStandIn(status.state)) ends.push(status.state);
  if (status?.last != null && !isStandIn(status.last)) ends.push(status.last);
  for (const run of ledger.toReversed()) {
    if (run.ended && !ends.some((end) => isSameEnd(end, run))) ends.push(run);
  }
  return ends;
}

function isSameEnd(end: End, run: Run): boolean {
  return end.containerID === run.containerID && (end.containerID !== '' || end.finishedAt === run.finishedAt);
}

const OF_THE_POD: ReadonlySet<Stop | null> = new Set(['pod-done', 'restart-all']);

function wasStopped(facts: CauseFacts, end: End): boolean {
  // The kubelet stops sidecars when the rest of the pod is done, and everything when a rule
  // restarts all: not a failure.
  const isOfPod = facts.ledger.some((run) => OF_THE_POD.has(run.stop) && isSameEnd(end, run));
  return isOfPod || endedByDeletion(facts, end) || endedByEdit(facts, end) !== null;
}

/** Did the container end because its pod was deleted? */
export function endedByDeletion({ pod }: CauseFacts, end: End): boolean {
  if (pod.deletionRequestedAt === null) return false;
  return end.finishedAt === null ? end.reason === 'ContainerStatusUnknown' : end.finishedAt >= pod.deletionRequestedAt;
}

const STOPPED_CODES: readonly (number | null)[] = [0, 137, 143];

/** The edit of the spec for which the kubelet stopped a run, to restart the container. */
export interface Edit {
  readonly of: 'image' | 'resources' | 'definition';
  /** The event that says so; null if only the runs show it. */
  readonly kill: Kill | null;
  /** The images of the two runs; '' if unknown. */
  readonly from: string;
  readonly to: string;
}

/**
 * The edit of the spec that ended this run; null if none did. An edit of the image stops one run,
 * and the next has the new image.
 */
export function endedByEdit(facts: CauseFacts, end: End): Edit | null {
  const index = facts.ledger.findIndex((run) => isSameEnd(end, run));
  const run = facts.ledger[index];
  const from = run?.image ?? '';
  const to = index < 0 ? '' : (facts.ledger[index + 1]?.image ?? '');
  const isOtherImage = from !== '' && to !== '' && from !== to;
  const kill = killOf(facts, end);
  if (kill?.why !== 'spec change' && run?.stop === 'resize') return { of: 'resources', kill: null, from, to };
  if (kill?.why === 'spec change') {
    const isResize = editReportedBy(kill.event) === 'resize';
    return { of: isResize ? 'resources' : isOtherImage ? 'image' : 'definition', kill, from, to };
  }
  return isOtherImage && STOPPED_CODES.includes(end.exitCode) ? { of: 'image', kill: null, from, to } : null;
}
