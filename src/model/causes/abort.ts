import type { CauseRule } from '../cause.ts';
import { logsOfDead } from '../evidence/commands.ts';
import { endEvidence } from '../evidence/end-evidence.ts';
import { errorWords } from '../evidence/last-words.ts';
import { newestEndOf } from '../evidence/newest-end.ts';
import { ntStatusName } from '../exit-code.ts';

/** A program gave itself up: SIGABRT (134), as abort() and failed assertions raise it, or the same on Windows. */
export const abort: CauseRule = {
  id: 'abort',
  title: 'The program aborted itself',
  decide: (facts) => {
    const end = newestEndOf(facts);
    if (end === null || end.exitCode === null) return null;
    const isFailFast = ntStatusName(end.exitCode) === 'STATUS_STACK_BUFFER_OVERRUN';
    if (end.exitCode !== 134 && !isFailFast) return null;
    const line = errorWords(facts, end);
    const what = isFailFast ? 'fail-fast abort' : 'exit 134: SIGABRT';
    return {
      summary: line === '' ? what : `${what}: ${line}`,
      confidence: 'likely',
      evidence: endEvidence(facts, end),
      next: [logsOfDead(facts)],
    };
  },
};
