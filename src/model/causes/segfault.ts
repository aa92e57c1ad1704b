import type { CauseRule } from '../cause.ts';
import { logsOfDead } from '../evidence/commands.ts';
import { endEvidence } from '../evidence/end-evidence.ts';
import { errorWords } from '../evidence/last-words.ts';
import { ownEndOf } from '../evidence/own-end.ts';
import { ntStatusName } from '../exit-code.ts';

/** A process touched memory that is not its own: SIGSEGV (139), or an access violation on Windows. */
export const segfault: CauseRule = {
  id: 'segfault',
  title: 'Segmentation fault',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'A process touched memory that is not its own and was ended with SIGSEGV (exit code 139), or with an access violation on Windows.',
    'The run ended with that code, and nothing says that somebody killed it. In a container the first process cannot be ended by the signal of its own abort(), so that a failed assertion may read like this: the last error of the log stands in the summary.',
    'Look for a native library that does not fit: another libc (musl and glibc), another processor, a version that changed with the image. Keep a core dump. Many containers of one node at once point to its memory or its kernel.',
  ],
  decide: (facts) => {
    const end = ownEndOf(facts);
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
