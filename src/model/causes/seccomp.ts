import type { CauseFacts, CauseRule, Verdict } from '../cause.ts';
import type { End } from '../evidence/end.ts';
import { endEvidence, endOrWaitingEvidence } from '../evidence/end-evidence.ts';
import { describeNode, describePod, logsOfDead } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';
import { selfExitOf } from '../evidence/self-exit.ts';
import { rootOfError, startFailureOf } from '../evidence/start-failure.ts';

/** CRI-O's reason for a container that its profile ended. */
const STATED = 'seccomp killed';

/** Matches no name that contains the word: a message holds the names of pod and container. */
const PROFILE = /seccomp (?:profile|filter|not supported)|seccomp: /i;

/**
 * A system call that the seccomp profile forbids: the runtime says so, or the process ended with
 * SIGSYS (159).
 */
export const seccomp: CauseRule = {
  id: 'seccomp',
  title: 'Its seccomp profile forbids a system call, or cannot be loaded',
  needs: ['pod status', 'restart history'],
  manual: [
    'A process made a system call that its seccomp profile does not allow, and the kernel ended it with SIGSYS (exit code 159); or the profile is not on the node, and nothing is started without it.',
    'CRI-O states the reason "seccomp killed" (certain); containerd states only the exit code 159 (likely: hardly anything else ends like this). A profile that cannot be loaded is named in the error of the start (certain). Most profiles answer a forbidden call with "operation not permitted" instead, which ends as permission-denied.',
    'Find the call: the audit log of the node has its number. Compare the securityContext (seccompProfile) with what the new version of the program needs; a new C library often brings new calls.',
  ],
  decide: (facts) => byRuntime(facts) ?? byEnd(facts),
};

// The profile itself is not available: nothing is started without it.
function byRuntime(facts: CauseFacts): Verdict | null {
  const message = startFailureOf(facts) ?? '';
  if (!PROFILE.test(message)) return null;
  return {
    summary: `cannot start: seccomp profile: ${rootOfError(message)}`,
    confidence: 'certain',
    evidence: endOrWaitingEvidence(facts, lastTerminationOf(facts)),
    next: [describePod(facts), describeNode(facts)],
  };
}

function byEnd(facts: CauseFacts): Verdict | null {
  const end = stated(facts) ?? selfExitOf(facts);
  if (end === null || (end.reason !== STATED && end.exitCode !== 159)) return null;
  const isStated = end.reason === STATED;
  return {
    summary: isStated ? `${STATED} (exit ${end.exitCode})` : 'exit 159: SIGSYS, a forbidden system call',
    confidence: isStated ? 'certain' : 'likely',
    evidence: endEvidence(facts, end),
    next: [describePod(facts), logsOfDead(facts)],
  };
}

function stated(facts: CauseFacts): End | null {
  const end = lastTerminationOf(facts);
  return end?.reason === STATED ? end : null;
}
