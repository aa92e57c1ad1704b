import type { CauseRule } from '../cause.ts';
import { endEvidence } from '../evidence/end-evidence.ts';
import { finalErrorMessage } from '../evidence/final-output.ts';
import { logsOfDead } from '../evidence/kubectl-hints.ts';
import { type Panic, panicOf } from '../evidence/panic.ts';
import { selfExitOf } from '../evidence/self-exit.ts';
import { ntStatusName } from '../exit-code.ts';

const ENDS_BY_ABORT: readonly Panic['language'][] = ['.NET', 'C++'];

/**
 * A process accessed memory that is not its own: SIGSEGV (139), or an access violation on Windows.
 */
export const segfault: CauseRule = {
  id: 'segfault',
  title: 'Segmentation fault',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'A process accessed memory that is not its own and was ended with SIGSEGV (exit code 139), or with an access violation on Windows.',
    'The run ended with that code, and nothing says that it was killed. In a container, abort() cannot end process 1 by its own signal, so a failed assertion may look like this: the summary quotes the last error of the log. If the log ends with an uncaught exception of .NET or C++, the cause is app-panic.',
    'Look for a native library that does not match: another libc (musl and glibc), another processor, a version that changed with the image. Keep a core dump. Many containers of one node at once point to its memory or its kernel.',
  ],
  decide: (facts) => {
    const end = selfExitOf(facts);
    if (end === null || end.exitCode === null) return null;
    const isViolation = ntStatusName(end.exitCode) === 'STATUS_ACCESS_VIOLATION';
    if (end.exitCode !== 139 && !isViolation) return null;
    // These runtimes end by abort() after their trace, which appears as SIGSEGV in process 1 of a
    // container.
    const panic = panicOf(facts, end);
    if (panic !== null && ENDS_BY_ABORT.includes(panic.language)) return null;
    const line = finalErrorMessage(facts, end);
    const what = isViolation ? 'access violation' : 'exit 139: SIGSEGV';
    return {
      summary: line === '' ? `${what}${isViolation ? '' : ', segmentation fault'}` : `${what}: ${line}`,
      confidence: 'likely',
      evidence: endEvidence(facts, end),
      next: [logsOfDead(facts)],
    };
  },
};
