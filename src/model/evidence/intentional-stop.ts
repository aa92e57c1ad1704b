import type { CauseFacts } from '../cause.ts';
import type { End } from './end.ts';
import { type Edit, endedByDeletion, endedByEdit, endsOf, lastTerminationOf, podFailureOf } from './last-termination.ts';

/** The newest end of a container whose known ends all came from outside and were not failures. */
export interface IntentionalStop {
  readonly end: End;
  readonly byDeletion: boolean;
  /** What was edited; null if it ended by the deletion of its pod. */
  readonly edit: Edit | null;
}

/**
 * How a restarted container without a known failure was stopped: it explains the count in RESTARTS.
 * null if a failure is known, or it never restarted: the first run of a pod being deleted needs no
 * explanation.
 */
export function stopOf(facts: CauseFacts): IntentionalStop | null {
  const { status } = facts;
  if (podFailureOf(facts) !== null || lastTerminationOf(facts) !== null || (status?.restartCount ?? 0) === 0) return null;
  // What it waits for now is not how it ended.
  if (status?.state.type === 'waiting' && status.state.reason !== '' && status.state.reason !== 'CrashLoopBackOff') return null;
  const end = endsOf(facts)[0];
  if (end === undefined) return null;
  const byDeletion = endedByDeletion(facts, end);
  const edit = byDeletion ? null : endedByEdit(facts, end);
  return byDeletion || edit !== null ? { end, byDeletion, edit } : null;
}
