import type { CauseRule } from '../cause.ts';
import { endOrWaitingEvidence } from '../evidence/end-evidence.ts';
import { describeNode, describePod } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';
import { reasonOfError, startFailureOf } from '../evidence/start-failure.ts';

/**
 * containerd and CRI-O for devices by name (CDI), runc and both for a path, the kubelet for a
 * plug-in.
 */
const DEVICE =
  /\bCDI device|gathering device information while adding custom device|could not select device driver|nvidia-container-cli: |failed to (?:get|add|create) device\b|\bdevice plug-?in\b|cannot allocate unregistered device/i;

/** A device that the container asks for is missing on its node, or cannot be passed to it. */
export const device: CauseRule = {
  id: 'device',
  title: 'A device cannot be given to the container',
  needs: ['pod status'],
  manual: [
    'The container asks for a device of its node (a GPU, a network card, a path below /dev), and the runtime cannot find it or pass it on, so the container never ran.',
    'The runtime names the device in its error when it creates or starts the container (certain). If a hook of the runtime provides the devices and fails, the cause is runtime-hook; if the kubelet does not admit the pod at all, it is rejected.',
    'Look at the pods of the device plug-in or the resource driver on that node, and whether the node still has the device: CDI names come from files below /etc/cdi and /var/run/cdi. Restrict such pods to nodes that have it.',
  ],
  decide: (facts) => {
    const message = startFailureOf(facts);
    if (message === null || !DEVICE.test(message)) return null;
    return {
      summary: `cannot start: ${reasonOfError(message)}`,
      confidence: 'certain',
      evidence: endOrWaitingEvidence(facts, lastTerminationOf(facts)),
      next: [describePod(facts), describeNode(facts)],
    };
  },
};
