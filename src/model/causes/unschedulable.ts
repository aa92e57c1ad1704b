import type { CauseRule } from '../cause.ts';
import { describePod } from '../evidence/commands.ts';
import { firstLine, shorten } from '../evidence/one-line.ts';
import { conditionOf } from '../pod.ts';

/** No node takes the pod. A pod that waits for its scheduling gates is not meant to be taken yet. */
export const unschedulable: CauseRule = {
  id: 'unschedulable',
  title: 'No node can take the pod',
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

// "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims ..., preemption: ..."
const COUNTED = /^(\d+\/\d+) nodes are available: (.+?)\.(?: |$)/;

function whyNot(message: string): string {
  const [, nodes, why] = COUNTED.exec(message) ?? [];
  return shorten(nodes === undefined ? message : `${nodes} nodes, ${why}`);
}
