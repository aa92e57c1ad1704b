import type { CauseFacts, CauseRule, Verdict } from '../cause.ts';
import { imageFailureOf, shortImage } from '../evidence/image-failure.ts';
import { describeNode, describePod } from '../evidence/kubectl-hints.ts';
import { pressureEvidence } from '../evidence/node-facts.ts';
import { OWN_ACCOUNT, symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ended because no space is left to write. */
export const diskFull: CauseRule = {
  id: 'disk-full',
  title: 'No space left to write',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program could not write because a file system or a quota is full: a volume, an emptyDir with a sizeLimit, or the disk of the node.',
    `The program ended by itself with an error, and the error line names a full disk: ENOSPC, EDQUOT or their messages. ${OWN_ACCOUNT} The limit of file watches is also called ENOSPC, but does not count. An image pull that finds no space on the node has this cause, too (certain if the status quotes it).`,
    'Find out which file system: the path is often in the line. Look at the condition DiskPressure of the node and at the size of the volume. The usual reasons are logs and temporary files that are never removed.',
  ],
  decide: (facts) => byPull(facts) ?? symptomVerdict(facts, 'disk-full', () => null, [describeNode(facts)]),
};

function byPull(facts: CauseFacts): Verdict | null {
  const failure = imageFailureOf(facts);
  if (failure === null || !/no space left on device/i.test(failure.message)) return null;
  return {
    summary: `no space left on the node to pull ${shortImage(failure.image)}`,
    confidence: failure.isStated ? 'certain' : 'likely',
    evidence: [...failure.evidence, ...pressureEvidence(facts)],
    next: [describeNode(facts), describePod(facts)],
  };
}
