import type { CauseFacts } from '../cause.ts';
import type { Run } from '../run.ts';
import { type End, killOf } from './kill.ts';

/** Waiting reasons that leave the newest end standing as what is wrong. */
const AFTER_AN_END: readonly string[] = ['', 'CrashLoopBackOff', 'ContainerCreating', 'PodInitializing', 'PostStartHookError'];
const NEVER_STARTED: readonly string[] = ['StartError', 'ContainerCannotRun'];

/**
 * The newest end of the container that is not explained from outside it: by its pod's deletion, by an edit of its spec, or by a
 * failure of the whole pod. null where there is none, and where its status now states a failure that followed no end.
 */
export function newestEndOf(facts: CauseFacts): End | null {
  if (podFailureOf(facts) !== null) return null;
  const { status } = facts;
  const ends = endsOf(facts);
  if (status?.state.is === 'waiting' && !AFTER_AN_END.includes(status.state.reason)) {
    const newest = ends[0];
    return status.state.reason === 'RunContainerError' && newest !== undefined && neverStarted(newest) ? newest : null;
  }
  return ends.find((end) => !wasStopped(facts, end)) ?? null;
}

/** Did the runtime fail to start it, so that none of its own code ran? */
export function neverStarted(end: End): boolean {
  return NEVER_STARTED.includes(end.reason);
}

/** The reason why the pod as a whole failed (`Evicted`, `DeadlineExceeded`, ...); null where it did not. */
export function podFailureOf({ pod }: CauseFacts): string | null {
  return pod.phase === 'Failed' && pod.reason !== '' ? pod.reason : null;
}

// Newest first: what the status states, then what only the ledger remembers.
function endsOf({ status, ledger }: CauseFacts): readonly End[] {
  const ends: End[] = [];
  if (status?.state.is === 'terminated') ends.push(status.state);
  if (status?.last != null) ends.push(status.last);
  for (const run of ledger.toReversed()) {
    if (run.ended && !ends.some((end) => isSameEnd(end, run))) ends.push(run);
  }
  return ends;
}

function isSameEnd(end: End, run: Run): boolean {
  return end.containerID === run.containerID && (end.containerID !== '' || end.finishedAt === run.finishedAt);
}

function wasStopped(facts: CauseFacts, end: End): boolean {
  return endedByDeletion(facts, end) || endedByEdit(facts, end);
}

function endedByDeletion({ pod }: CauseFacts, end: End): boolean {
  if (pod.deletionRequestedAt === null) return false;
  return end.finishedAt === null ? end.reason === 'ContainerStatusUnknown' : end.finishedAt >= pod.deletionRequestedAt;
}

const STOPPED_CODES: readonly (number | null)[] = [0, 137, 143];

// A container whose image is edited is stopped, and the next run has the new image.
function endedByEdit(facts: CauseFacts, end: End): boolean {
  if (killOf(facts, end)?.why === 'spec change') return true;
  if (!STOPPED_CODES.includes(end.exitCode)) return false;
  const index = facts.ledger.findIndex((run) => isSameEnd(end, run));
  const run = facts.ledger[index];
  const next = facts.ledger[index + 1];
  if (run === undefined || next === undefined) return false;
  return run.image !== '' && next.image !== '' && run.image !== next.image;
}
