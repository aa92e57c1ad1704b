import type { CauseRule } from '../cause.ts';
import { endOrWaitingEvidence } from '../evidence/end-evidence.ts';
import { describeNode, describePod } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';
import { lastLineOfError, startFailureOf } from '../evidence/start-failure.ts';

/** runc: error running hook #0; running prestart hook #1; crun: error executing hook. */
const HOOK = /\b(?:error )?(?:running|executing) (?:\w{1,20} )?hook\b/i;
/** runc puts this before the hook's output, which may be empty. */
const OUTPUT = ', stderr: ';

/** A hook of the container runtime (OCI) failed, so the container was not started. */
export const runtimeHook: CauseRule = {
  id: 'runtime-hook',
  title: 'A hook of the container runtime failed',
  needs: ['pod status'],
  manual: [
    'Before it starts a container, the runtime calls programs that are registered on the node for that, usually a GPU toolkit that passes the devices to the container. One of them failed, so the container never ran.',
    `The runtime says "error running hook" when it starts the container (certain). The hook's last words are the reason.`,
    'It is a problem of the node, not of the image: a driver that is not loaded, a library that does not match the driver, an update that needs a reboot. Run the tool that the message names on that node (nvidia-smi, nvidia-container-cli info), and restrict such pods to nodes that have the device.',
  ],
  decide: (facts) => {
    const message = startFailureOf(facts);
    if (message === null || !HOOK.test(message)) return null;
    return {
      summary: `cannot start, a hook failed: ${lastLineOfError(behind(message, OUTPUT))}`,
      confidence: 'certain',
      evidence: endOrWaitingEvidence(facts, lastTerminationOf(facts)),
      next: [describePod(facts), describeNode(facts)],
    };
  },
};

function behind(message: string, words: string): string {
  const at = message.indexOf(words);
  const rest = at < 0 ? '' : message.slice(at + words.length);
  return /^\s*(?:: unknown)?$/.test(rest) ? message : rest;
}
