import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseFacts, CauseRule, Verdict } from '../cause.ts';
import type { End } from '../evidence/end.ts';
import { forcedEndEvidence, nodeEvidence } from '../evidence/end-evidence.ts';
import { killOf } from '../evidence/kill.ts';
import { describeNode, describePod } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf, podFailureOf } from '../evidence/last-termination.ts';
import { nodeEventEvidence, rebootOf } from '../evidence/node-facts.ts';

/** Reasons in the status of a pod whose node went away, or was shut down in an orderly way. */
const OF_THE_NODE: readonly string[] = ['NodeLost', 'NodeShutdown', 'Terminated'];
const LOST: readonly string[] = ['ContainerStatusUnknown', 'Unknown'];
const KILLED: readonly (number | null)[] = [137, 143, 255];
// The control plane notices a lost node after 40 to 50 s.
const SEEN_LATE_MS = 90_000;

/**
 * The pod's node is not ready, and the container's end matches that. An earlier crash keeps its own
 * cause.
 */
export const nodeNotReady: CauseRule = {
  id: 'node-not-ready',
  title: 'Its node is not ready',
  needs: ['pod status', 'node', 'restart history'],
  manual: [
    "The pod's node does not report, or reports that it is not ready. What the API says about its pods is outdated, and nothing that a pod itself does is to blame.",
    'The status of the pod says that its node was lost or shut down (certain); or the Ready condition of the node is not True, and the run was lost or killed from outside at about the time when that began; or the kubelet says soon afterwards that its node was rebooted (both likely). A container that failed by itself before keeps its own cause: a node does not explain exit code 1.',
    'Look at the node, not at the pods: its conditions, its kubelet, its container runtime, the machine under it. All of its pods are affected. After five minutes, pods with a controller are recreated elsewhere, except those of StatefulSets and those with volumes that only one node can hold.',
  ],
  decide: (facts) => byPod(facts) ?? byEnd(facts),
};

function byPod(facts: CauseFacts): Verdict | null {
  const reason = podFailureOf(facts) ?? (facts.pod.reason === 'NodeLost' ? 'NodeLost' : null);
  if (reason === null || !OF_THE_NODE.includes(reason)) return null;
  const message = firstLine(facts.pod.message);
  const summary = message === '' ? reason : `${reason}: ${shorten(message)}`;
  return { summary, confidence: 'certain', evidence: [`pod status: ${summary}`, ...nodeEvidence(facts)], next: nextOf(facts) };
}

function byEnd(facts: CauseFacts): Verdict | null {
  const { node } = facts;
  const end = lastTerminationOf(facts);
  if (end === null || !isFromOutside(end) || (killOf(facts, end)?.why ?? 'stop') !== 'stop') return null;
  const about = nodeEvidence(facts);
  const boot = rebootOf(facts, end);
  const isDown = node !== undefined && about.length > 0 && fitsTo(end, node.readySince);
  if (!isDown && boot === undefined) return null;
  const ended = LOST.includes(end.reason) ? 'the container was lost' : `killed (exit ${end.exitCode})`;
  return {
    summary: `node ${facts.pod.spec.nodeName} ${isDown ? 'is not ready' : 'was rebooted'}; ${ended}`,
    confidence: 'likely',
    evidence: [...about, ...nodeEventEvidence(facts, boot), ...forcedEndEvidence(facts, end)],
    next: nextOf(facts),
  };
}

function isFromOutside({ reason, exitCode }: End): boolean {
  if (LOST.includes(reason)) return true;
  return KILLED.includes(exitCode) && reason !== 'OOMKilled' && exitCode !== 255;
}

function fitsTo({ reason, finishedAt }: End, notReadySince: number | null): boolean {
  if (finishedAt === null) return LOST.includes(reason);
  return notReadySince !== null && finishedAt >= notReadySince - SEEN_LATE_MS;
}

function nextOf(facts: CauseFacts): Verdict['next'] {
  return [describeNode(facts), 'kubectl get nodes', describePod(facts)];
}
