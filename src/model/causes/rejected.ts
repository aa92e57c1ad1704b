import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseRule } from '../cause.ts';
import { describeNode, describePod } from '../evidence/kubectl-hints.ts';
import { podFailureOf } from '../evidence/last-termination.ts';
import { pressureEvidence } from '../evidence/node-facts.ts';

/**
 * The kubelet's reasons for not admitting a pod (lifecycle handlers, cm/admission, predicates;
 * docs/kubernetes-facts.md, 3.4).
 */
const REASONS: readonly string[] = [
  ...['UnexpectedAdmissionError', 'TopologyAffinityError', 'NodeAffinity', 'NodeName', 'NodePorts', 'TaintToleration'],
  ...['InvalidNodeInfo', 'PodOSNotSupported', 'PodOSSelectorNodeLabelDoesNotMatch', 'SysctlForbidden', 'AppArmor'],
  ...['VolumeAttachmentLimitExceeded', 'SupplementalGroupsPolicyNotSupported', 'PodLevelResourcesNotSupported'],
  ...['PodFeatureUnsupported', 'UnexpectedPredicateFailureType', 'UnknownReason'],
];
/** OutOfcpu, OutOfmemory, OutOfpods, OutOfnvidia.com/gpu. */
const OUT_OF = /^OutOf\S/;
const SAYS_SO = /^Pod was rejected: /;

/** The kubelet did not admit the pod that was bound to its node: it never ran there. */
export const rejected: CauseRule = {
  id: 'rejected',
  title: 'The kubelet rejected the pod',
  needs: ['pod status', 'node'],
  manual: [
    "The pod was bound to a node whose kubelet did not admit it: the node had too little left, a device was not registered, or its labels, taints or system no longer matched. None of the pod's containers was started there.",
    'The pod is Failed, and its status gives an admission reason (OutOfcpu, OutOfpods, NodeAffinity, UnexpectedAdmissionError, TopologyAffinityError and similar), or its message begins with "Pod was rejected".',
    'The pod stays listed as Failed; its controller creates others, which the scheduler may send to the same node, so many may come in a short time. For devices look at the device plug-in on that node, which registers again after a restart of the kubelet. For NodeAffinity compare the labels of the node with the selector of the pod. Delete the failed pods once it is fixed.',
  ],
  decide: (facts) => {
    const reason = podFailureOf(facts);
    const message = firstLine(facts.pod.message);
    if (reason === null || !(OUT_OF.test(reason) || REASONS.includes(reason) || SAYS_SO.test(message))) return null;
    const why = message.replace(SAYS_SO, '');
    return {
      summary: why === '' ? `rejected: ${reason}` : `rejected, ${reason}: ${shorten(why)}`,
      confidence: 'certain',
      evidence: [`pod status: ${message === '' ? reason : `${reason}: ${shorten(message, 400)}`}`, ...pressureEvidence(facts)],
      next: [describePod(facts), describeNode(facts)],
    };
  },
};
