import type { CauseRule } from '../cause.ts';
import { OWN_ACCOUNT, symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ended because it cannot write where it wants to. */
export const readOnlyFilesystem: CauseRule = {
  id: 'read-only-filesystem',
  title: 'It writes to a read-only file system',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program tried to write where it cannot: readOnlyRootFilesystem is set, a ConfigMap, a Secret or a volume is mounted read-only, or the node made a broken disk read-only.',
    `The program ended by itself with an error, and the error line names a read-only file system: EROFS or its message. ${OWN_ACCOUNT}`,
    'Mount an emptyDir where it writes (/tmp, caches, pid files) or let it write elsewhere. If a persistent volume became read-only by itself, look at the node: its kernel does that after disk errors.',
  ],
  decide: (facts) => symptomVerdict(facts, 'read-only-filesystem', () => null),
};
