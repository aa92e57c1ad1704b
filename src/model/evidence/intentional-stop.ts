import type { CauseFacts } from '../cause.ts';
import type { End } from './end.ts';
import { type Edit, endedByDeletion, endedByEdit, endsOf, lastTerminationOf, podFailureOf } from './last-termination.ts';

/** The newest end of a container of which every known end was brought about from outside, and is no failure. */
export interface IntentionalStop {
  readonly end: End;
  readonly byDeletion: boolean;
  /** What was edited; null where it ended by the deletion of its pod. */
  readonly edit: Edit | null;
}

/**
 * How a container was stopped that restarted, and of which no failure is known; null where one is, and where it has not restarted:
 * the first run of a pod that is being deleted is nothing to explain. Whoever looks at RESTARTS wants to know these.
 */
export function stopOf(facts: CauseFacts): IntentionalStop | null {
  const { status } = facts;
  if (podFailureOf(facts) !== null || lastTerminationOf(facts) !== null || (status?.restartCount ?? 0) === 0) return null;
  // What it waits for now is another matter than how it ended.
  if (status?.state.type === 'waiting' && status.state.reason !== '' && status.state.reason !== 'CrashLoopBackOff') return null;
  const end = endsOf(facts)[0];
  if (end === undefined) return null;
  const byDeletion = endedByDeletion(facts, end);
  const edit = byDeletion ? null : endedByEdit(facts, end);
  return byDeletion || edit !== null ? { end, byDeletion, edit } : null;
}
