import type { CauseRule } from '../cause.ts';
import { endOrWaitingEvidence } from '../evidence/end-evidence.ts';
import { describeNode, describePod } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';
import { lastLineOfError, startFailureOf } from '../evidence/start-failure.ts';

/** runc: error running hook #0; running prestart hook #1; crun: error executing hook. */
const HOOK = /\b(?:error )?(?:running|executing) (?:\w{1,20} )?hook\b/i;
/** Of runc, before what the hook wrote; it need not have written anything. */
const OUTPUT = ', stderr: ';

/** A hook of the container runtime (OCI) failed, so that the container was not started. */
export const runtimeHook: CauseRule = {
  id: 'runtime-hook',
  title: 'A hook of the container runtime failed',
  needs: ['pod status'],
  manual: [
    'Before a container is started the runtime calls programs that the node has registered for that, most often the toolkit of a GPU, which gives its devices to the container. One of them failed, so that nothing of the container ran.',
    'The runtime says "error running hook" when it starts the container (certain). What the hook wrote last is the reason.',
    'It is a matter of the node, not of the image: a driver that is not loaded, a library that does not fit the driver, an update that needs a reboot. Run the tool that the message names on that node (nvidia-smi, nvidia-container-cli info), and hold such pods to nodes that have the device.',
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
