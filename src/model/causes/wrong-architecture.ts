import { shorten } from '../../text/truncate.ts';
import type { CauseFacts, CauseRule, Verdict } from '../cause.ts';
import { endEvidence, endOrWaitingEvidence } from '../evidence/end-evidence.ts';
import { describeFailure } from '../evidence/exec-failure-verdict.ts';
import { imageFailureOf, shortImage } from '../evidence/image-failure.ts';
import { describeNode, describePod, logsOfDead } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';
import { architectureEvidence } from '../evidence/node-facts.ts';
import { codeOf } from '../evidence/self-exit.ts';
import { execFailureOf, startFailureOf } from '../evidence/start-failure.ts';
import { symptomOf } from '../evidence/symptom.ts';

const NO_SUCH_PLATFORM =
  /no match for platform|no matching manifest|no child with platform|no image found in (?:manifest list|image index) for architecture/i;
const NO_EXECUTABLE = /exec format error|not a valid win32/i;

/** The program, or the whole image, is for another architecture than the node's. */
export const wrongArchitecture: CauseRule = {
  id: 'wrong-architecture',
  title: 'The program is for another architecture',
  needs: ['pod status', 'pod events', 'node', 'logs'],
  manual: [
    'The program was built for another processor or operating system than the node has: an image for arm64 on an amd64 node, or the reverse.',
    'The registry has no image for the platform of the node (certain if the status quotes it), or the kernel answered "exec format error" (likely: a script without its first line "#!" gets the same answer). Possible if a shell failed on the first line of a file, as it does when it takes a foreign binary for a script.',
    'Compare the architecture of the node (kubernetes.io/arch) with that of the image (docker manifest inspect). Images built on a laptop are often for its processor only: build for both, or restrict the pod to the right nodes with a nodeSelector.',
  ],
  decide: (facts) => byPull(facts) ?? byRuntime(facts) ?? byProgram(facts),
};

function byPull(facts: CauseFacts): Verdict | null {
  const failure = imageFailureOf(facts);
  if (failure === null || !NO_SUCH_PLATFORM.test(failure.message)) return null;
  return {
    summary: `no image for the node's platform: ${shortImage(failure.image)}`,
    confidence: failure.isStated ? 'certain' : 'likely',
    evidence: [...failure.evidence, ...architectureEvidence(facts)],
    next: [describePod(facts), describeNode(facts)],
  };
}

function byRuntime(facts: CauseFacts): Verdict | null {
  const failure = execFailureOf(startFailureOf(facts) ?? '');
  if (failure === null || !NO_EXECUTABLE.test(failure.why)) return null;
  return {
    summary: describeFailure(failure),
    confidence: 'likely',
    evidence: [...endOrWaitingEvidence(facts, lastTerminationOf(facts)), ...architectureEvidence(facts)],
    next: [describePod(facts), describeNode(facts)],
  };
}

function byProgram(facts: CauseFacts): Verdict | null {
  const symptom = symptomOf(facts);
  if (symptom?.kind !== 'wrong-architecture') return null;
  const { end, line } = symptom;
  return {
    summary: `${codeOf(end)}: ${shorten(line)}`,
    confidence: /syntax error/i.test(line) ? 'possible' : 'likely',
    evidence: [...endEvidence(facts, end), ...architectureEvidence(facts)],
    next: [logsOfDead(facts), describePod(facts), describeNode(facts)],
  };
}
