import type { CauseFacts, CauseRule, Verdict } from '../cause.ts';
import { blockOf } from '../evidence/blocked-pod.ts';
import type { End } from '../evidence/end.ts';
import { eventEvidence, forcedEndEvidence, waitingEvidence } from '../evidence/end-evidence.ts';
import { endedInError, killOf } from '../evidence/kill.ts';
import { describeNode, describePod } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';
import { reasonOfError } from '../evidence/start-failure.ts';
import { type Condition, conditionOf } from '../pod.ts';
import { BLOCKING_EVENTS } from '../trouble.ts';

/**
 * The pod's sandbox, which holds its network, cannot be created; or it changed, and all containers
 * with it.
 */
export const sandbox: CauseRule = {
  id: 'sandbox',
  title: "The pod's sandbox or network failed",
  needs: ['pod status', 'pod events', 'restart history'],
  manual: [
    'Every pod has a sandbox that holds its network and its namespaces. Without it no container can be created; when it dies, all containers of the pod die with it and are created again.',
    'The newest event about the start of the pod is FailedCreatePodSandBox or NetworkNotReady, without progress since; or the kubelet says SandboxChanged just after containers were killed from outside, or within a second of their end with any exit code: Go as process 1 ends with 2 when told to stop. From 1.37 on, the condition PodReadyToStartContainers says what is wrong with an existing sandbox. It is likely at most.',
    'Read the last part of the message: usually it is the network plug-in (no free addresses, an agent that is not up on that node). Look at the pods of the network plug-in on that node, and whether other new pods there wait as well. A sandbox that changed once is a sign of a reboot.',
  ],
  decide: (facts) => byEvent(facts) ?? byCondition(facts) ?? byEnd(facts),
};

function byEvent(facts: CauseFacts): Verdict | null {
  const event = blockOf(facts);
  if (event === null || BLOCKING_EVENTS.get(event.reason) !== 'sandbox') return null;
  return {
    summary: `${event.reason}: ${reasonOfError(event.message)}`,
    confidence: 'likely',
    evidence: [...waitingEvidence(facts), eventEvidence({ event }), ...conditionEvidence(facts)],
    next: [describePod(facts), describeNode(facts)],
  };
}

// Said of every new pod, and of a pod that waits for a volume (kubelet/types/constants.go, from
// 1.37 on).
const NOT_MADE_YET = 'no pod sandbox exists';

function brokenSandbox({ pod }: CauseFacts): Condition | undefined {
  const condition = conditionOf(pod, 'PodReadyToStartContainers');
  return condition?.status === 'False' && condition.reason === 'PodSandboxNotReady' ? condition : undefined;
}

function conditionEvidence(facts: CauseFacts): string[] {
  const condition = brokenSandbox(facts);
  return condition === undefined ? [] : [`condition PodReadyToStartContainers: ${condition.reason}: ${condition.message}`];
}

// If events are hidden or gone, the status says what is wrong with an existing sandbox.
function byCondition(facts: CauseFacts): Verdict | null {
  const { pod, status } = facts;
  const condition = brokenSandbox(facts);
  if (pod.phase !== 'Pending' || status?.state.type !== 'waiting' || condition === undefined) return null;
  if (condition.message === '' || condition.message === NOT_MADE_YET) return null;
  return {
    summary: `sandbox: ${condition.message}`,
    confidence: 'likely',
    evidence: [...conditionEvidence(facts), ...waitingEvidence(facts)],
    next: [describePod(facts), describeNode(facts)],
  };
}

const KILLED: readonly (number | null)[] = [0, 137, 143, 255];
// The kubelet checks its pods every second, and reports after that.
const BEFORE_MS = 2000;
const AFTER_MS = 15_000;
// A program that is told to stop may end with any code; then only an event in that very second
// shows it.
const AT_ONCE_MS = 1000;

function byEnd(facts: CauseFacts): Verdict | null {
  const end = lastTerminationOf(facts);
  if (end === null || end.reason === 'OOMKilled') return null;
  const kill = killOf(facts, end);
  if (kill !== null && kill.why !== 'stop') return null;
  const isKilled = KILLED.includes(end.exitCode) || kill !== null;
  if (!isKilled && endedInError(facts, end)) return null;
  const after = isKilled ? AFTER_MS : AT_ONCE_MS;
  const event = facts.events.findLast((e) => e.reason === 'SandboxChanged' && isAt([e.firstAt, e.lastAt], end, after));
  if (event === undefined) return null;
  return {
    summary: `the pod's sandbox changed, killed with it (exit ${end.exitCode})`,
    confidence: 'likely',
    evidence: [eventEvidence({ event }), ...forcedEndEvidence(facts, end)],
    next: [describePod(facts), describeNode(facts)],
  };
}

function isAt(times: readonly number[], { finishedAt }: End, afterMs: number): boolean {
  return finishedAt !== null && times.some((at) => at >= finishedAt - BEFORE_MS && at <= finishedAt + afterMs);
}
