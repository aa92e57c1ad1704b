import type { CauseRule } from '../cause.ts';
import { endEvidence } from '../evidence/end-evidence.ts';
import { finalErrorMessage } from '../evidence/final-output.ts';
import { logsOfDead } from '../evidence/kubectl-hints.ts';
import { selfExitOf } from '../evidence/self-exit.ts';
import { ntStatusName } from '../exit-code.ts';

/**
 * The program gave up: SIGABRT (134), as raised by abort() and failed assertions, or its Windows
 * equivalent.
 */
export const abort: CauseRule = {
  id: 'abort',
  title: 'The program aborted itself',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program gave up with SIGABRT (exit code 134): a failed assertion, abort(), a heap that found itself corrupted, a runtime that ran out of its own memory, or a wrapper that passes that code on.',
    'The run ended with 134, or on Windows with the fail-fast status, and nothing says that it was killed. The summary quotes the last error of its log. Uncaught exceptions of C++ and .NET end with 134 as well; if their trace is in the log, the cause is app-panic.',
    'Read the line that was printed last: an assertion names its file and line. A virtual machine that writes "heap out of memory" or "GC overhead" has reached a limit of its own, below that of the container: raise that setting together with the memory limit. Keep a core dump if the line is missing.',
  ],
  decide: (facts) => {
    const end = selfExitOf(facts);
    if (end === null || end.exitCode === null) return null;
    const isFailFast = ntStatusName(end.exitCode) === 'STATUS_STACK_BUFFER_OVERRUN';
    if (end.exitCode !== 134 && !isFailFast) return null;
    const line = finalErrorMessage(facts, end);
    const what = isFailFast ? 'fail-fast abort' : 'exit 134: SIGABRT';
    return {
      summary: line === '' ? what : `${what}: ${line}`,
      confidence: 'likely',
      evidence: endEvidence(facts, end),
      next: [logsOfDead(facts)],
    };
  },
};
