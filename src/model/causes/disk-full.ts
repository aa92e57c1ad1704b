import type { CauseFacts, CauseRule, Verdict } from '../cause.ts';
import { imageFailureOf, shortImage } from '../evidence/image-failure.ts';
import { describeNode, describePod } from '../evidence/kubectl-hints.ts';
import { pressureEvidence } from '../evidence/node-facts.ts';
import { symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ended because there is no space left to write. */
export const diskFull: CauseRule = {
  id: 'disk-full',
  title: 'No space is left to write',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program could not write because a file system or a quota is full: a volume, an emptyDir with a sizeLimit, or the disk of the node.',
    'The program ended by itself with an error, and the line with which it did names a disk that is full: ENOSPC, EDQUOT or their words. Likely, because it is its own account; possible where its last line says only that it gives up and the line stands a little before, or where the line calls itself a warning or says that it tries again. A run that was killed for memory or by a probe is never explained by what it had logged. The limit of file watches, which is also called ENOSPC, is not taken for it. A pull that finds no space on the node is told as this, too (certain where the status quotes it).',
    'Find out which file system: the path is often in the line. Look at the condition DiskPressure of the node and at the size of the volume. Logs and temporary files that nobody removes are the usual reason.',
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
