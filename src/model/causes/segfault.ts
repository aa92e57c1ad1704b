import type { CauseRule } from '../cause.ts';
import { logsOfDead } from '../evidence/commands.ts';
import { endEvidence } from '../evidence/end-evidence.ts';
import { errorWords } from '../evidence/last-words.ts';
import { newestEndOf } from '../evidence/newest-end.ts';
import { ntStatusName } from '../exit-code.ts';

/** A process touched memory that is not its own: SIGSEGV (139), or an access violation on Windows. */
export const segfault: CauseRule = {
  id: 'segfault',
  title: 'Segmentation fault',
  decide: (facts) => {
    const end = newestEndOf(facts);
    if (end === null || end.exitCode === null) return null;
    const isViolation = ntStatusName(end.exitCode) === 'STATUS_ACCESS_VIOLATION';
    if (end.exitCode !== 139 && !isViolation) return null;
    const line = errorWords(facts, end);
    const what = isViolation ? 'access violation' : 'exit 139: SIGSEGV';
    return {
      summary: line === '' ? `${what}${isViolation ? '' : ', segmentation fault'}` : `${what}: ${line}`,
      confidence: 'likely',
      evidence: endEvidence(facts, end),
      next: [logsOfDead(facts)],
    };
  },
};
