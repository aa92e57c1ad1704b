import type { CauseFacts, CauseRule } from '../cause.ts';
import type { End } from '../evidence/end.ts';
import { apiTime, forcedEndEvidence } from '../evidence/end-evidence.ts';
import { describeNode, describePod } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';

// From the end of the lost run to the kubelet's return; a machine may take minutes to boot.
const BEFORE_MS = 2 * 60_000;
const AFTER_MS = 15 * 60_000;

/**
 * The kubelet or the container runtime lost the container while it was restarted: its real end is
 * unknown.
 */
export const kubeletRestarted: CauseRule = {
  id: 'kubelet-restarted',
  title: 'Lost in a restart of the kubelet, the runtime or the node',
  needs: ['pod status', 'node', 'restart history'],
  manual: [
    'The kubelet or the container runtime no longer knew the container when it came back, and so reported an end without knowing it. The exit codes 137 and 255 are stand-ins then: they were not measured.',
    'The run ended with the reason ContainerStatusUnknown (the kubelet lost it) or Unknown (the runtime did). Likely if the kubelet of that node reported its start near that time; possible if it did not.',
    'Check whether the node was rebooted or its kubelet upgraded: then it is over, and all pods of the node show the same. A restarted kubelet forgets every back-off, and waiting containers start immediately. If it happens repeatedly, look at the log of the kubelet on that node.',
  ],
  decide: (facts) => {
    const end = lastTerminationOf(facts);
    if (end === null || (end.reason !== 'ContainerStatusUnknown' && end.reason !== 'Unknown')) return null;
    const start = startNear(facts, end);
    const who = end.reason === 'Unknown' ? `the runtime (exit ${end.exitCode}, Unknown)` : 'the kubelet (ContainerStatusUnknown)';
    return {
      summary: `lost by ${who}`,
      confidence: start === undefined ? 'possible' : 'likely',
      evidence: [
        ...forcedEndEvidence(facts, end),
        ...(start === undefined ? [] : [`the kubelet of ${facts.pod.spec.nodeName} started at ${apiTime(start)}`]),
      ],
      next: [describeNode(facts), describePod(facts)],
    };
  },
};

// The API states no times for a run that the kubelet lost: then take the kubelet's newest start.
function startNear({ kubeletStarts }: CauseFacts, { finishedAt }: End): number | undefined {
  if (finishedAt === null) return kubeletStarts.at(-1);
  return kubeletStarts.findLast((at) => at >= finishedAt - BEFORE_MS && at <= finishedAt + AFTER_MS);
}
