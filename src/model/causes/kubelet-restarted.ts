import type { CauseFacts, CauseRule } from '../cause.ts';
import type { End } from '../evidence/end.ts';
import { apiTime, forcedEndEvidence } from '../evidence/end-evidence.ts';
import { describeNode, describePod } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';

// From the end of the run that was lost to a kubelet that is up again; a machine may take minutes to boot.
const BEFORE_MS = 2 * 60_000;
const AFTER_MS = 15 * 60_000;

/** The kubelet or the container runtime lost the container while it was restarted: how it really ended nobody knows. */
export const kubeletRestarted: CauseRule = {
  id: 'kubelet-restarted',
  title: 'Lost in a restart of the kubelet, the runtime or the node',
  needs: ['pod status', 'node', 'restart history'],
  manual: [
    'The kubelet or the container runtime no longer knew the container when it came back, and so stated an end without knowing it. The exit codes 137 and 255 are stand-ins then: nobody measured them.',
    'The run ended with the reason ContainerStatusUnknown (the kubelet lost it) or Unknown (the runtime did). Likely where the kubelet of that node told of its own start near that time; possible where it did not.',
    'Look whether the node was rebooted or its kubelet upgraded: then it is over, and all pods of the node have the same. After a restart of the kubelet every back-off is forgotten and the containers that waited start at once. If it comes again and again look at the log of the kubelet on that node.',
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

// The API gives no times of a run that the kubelet lost: then the newest start of the kubelet is the one.
function startNear({ kubeletStarts }: CauseFacts, { finishedAt }: End): number | undefined {
  if (finishedAt === null) return kubeletStarts.at(-1);
  return kubeletStarts.findLast((at) => at >= finishedAt - BEFORE_MS && at <= finishedAt + AFTER_MS);
}
