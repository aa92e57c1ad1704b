import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseRule } from '../cause.ts';
import { describeNode, describePod } from '../evidence/kubectl-hints.ts';
import { podFailureOf } from '../evidence/last-termination.ts';
import { pressureEvidence } from '../evidence/node-facts.ts';

const EVICTIONS: readonly string[] = ['Evicted', 'Preempting', 'Preempted'];

/**
 * The kubelet ended the whole pod: its node ran short of a resource, it used more than its limit,
 * or a critical pod needed its place.
 */
export const evicted: CauseRule = {
  id: 'evicted',
  title: 'The kubelet evicted the pod',
  needs: ['pod status', 'node'],
  manual: [
    'The kubelet ended the whole pod: its node ran short of memory, disk or process IDs, the pod used more disk than its limit, or a critical pod needed its place. The pod stays listed as Failed and does not start again; its controller creates a new one, often elsewhere.',
    "The pod is Failed, and its status gives the reason Evicted (or Preempting) with the kubelet's message.",
    'Read what the node was short of. Pods that use more than they request go first: set requests to what they need. For ephemeral storage look at logs, emptyDirs and files written into the container itself. Many evictions on one node are a problem of that node.',
  ],
  decide: (facts) => {
    const reason = podFailureOf(facts);
    if (reason === null || !EVICTIONS.includes(reason)) return null;
    const message = firstLine(facts.pod.message);
    return {
      summary: message === '' ? reason : `${reason}: ${shorten(message)}`,
      confidence: 'certain',
      evidence: [`pod status: ${message === '' ? reason : `${reason}: ${shorten(message, 400)}`}`, ...pressureEvidence(facts)],
      next: [describePod(facts), describeNode(facts)],
    };
  },
};
