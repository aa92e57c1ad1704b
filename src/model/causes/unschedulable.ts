import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseRule } from '../cause.ts';
import { describePod } from '../evidence/kubectl-hints.ts';
import { conditionOf } from '../pod.ts';

/**
 * No node can take the pod. A pod that waits for its scheduling gates is not meant to be scheduled
 * yet.
 */
export const unschedulable: CauseRule = {
  id: 'unschedulable',
  title: 'No node can take the pod',
  needs: ['pod status'],
  manual: [
    'No node can take the pod: resources, taints, selectors, affinity, or a volume that belongs elsewhere.',
    "The condition PodScheduled is False with the reason Unschedulable; the scheduler's message counts the nodes by obstacle. A pod that waits for its scheduling gates is not meant to be scheduled yet.",
    'Read the counts: they add up to the number of nodes. Insufficient cpu or memory are requests, not use. With a cluster autoscaler look at its events on the pod.',
  ],
  decide: (facts) => {
    const scheduled = conditionOf(facts.pod, 'PodScheduled');
    if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return null;
    const message = firstLine(scheduled.message);
    return {
      summary: message === '' ? 'unschedulable' : `unschedulable: ${whyNot(message)}`,
      confidence: 'certain',
      evidence: [`condition PodScheduled is False: Unschedulable${message === '' ? '' : `: ${shorten(message, 400)}`}`],
      next: [describePod(facts), 'kubectl get nodes --show-labels', 'kubectl describe nodes'],
    };
  },
};

// "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new ..."
const COUNTED = /^(\d+\/\d+) nodes are available: (.+?)\.(?: |$)/;

function whyNot(message: string): string {
  const [, nodes, why] = COUNTED.exec(message) ?? [];
  return shorten(nodes === undefined ? message : `${nodes} nodes, ${why}`);
}
