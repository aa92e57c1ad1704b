import type { CauseRule } from '../cause.ts';
import { symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ended because it may not write where it wants to. */
export const readOnlyFilesystem: CauseRule = {
  id: 'read-only-filesystem',
  title: 'It writes to a file system that is read-only',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program tried to write where writing is not possible: readOnlyRootFilesystem is set, a ConfigMap, a Secret or a volume is mounted read-only, or the node turned a broken disk read-only.',
    'The program ended by itself with an error, and the line with which it did names a file system that is read-only: EROFS or its words. Likely, because it is its own account; possible where its last line says only that it gives up and the line stands a little before, or where the line calls itself a warning or says that it tries again. A run that was killed for memory or by a probe is never explained by what it had logged.',
    'Mount an emptyDir where it writes (/tmp, caches, pid files) or let it write elsewhere. If a persistent volume became read-only by itself, look at the node: its kernel does that after errors of the disk.',
  ],
  decide: (facts) => symptomVerdict(facts, 'read-only-filesystem', () => null),
};
