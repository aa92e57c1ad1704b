import { shorten } from '../../text/truncate.ts';
import type { CauseRule } from '../cause.ts';
import { endEvidence } from '../evidence/end-evidence.ts';
import { describePod, logsOfDead } from '../evidence/kubectl-hints.ts';
import { panicOf } from '../evidence/panic.ts';
import { codeOf, selfExitOf } from '../evidence/self-exit.ts';

/** The program ended with a panic or an uncaught exception: its runtime printed a stack trace. */
export const appPanic: CauseRule = {
  id: 'app-panic',
  title: 'A panic or an uncaught exception',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program ended because of a panic or an uncaught exception. Its runtime printed the stack trace and ended it.',
    'The run ended by itself with an error, and its last output is a stack trace in the form of Java, Python, Go, Node.js, Rust, Ruby, .NET or C++. A trace in the middle of the log, after which the program went on, does not count. The subject of the exception comes first: a refused connection, a full disk and similar problems have pages of their own.',
    'The evidence quotes the innermost exception, where it began; the log of the dead run has the frames. Look at the topmost frame in your own code. Compare the revision: panics come with new code, or with configuration and data that the code did not expect.',
  ],
  decide: (facts) => {
    const end = selfExitOf(facts);
    const panic = end === null ? null : panicOf(facts, end);
    if (end === null || panic === null) return null;
    return {
      summary: `${codeOf(end)}: ${shorten(panic.line)}`,
      confidence: 'likely',
      evidence: [...endEvidence(facts, end), `the log ends with a ${panic.language} stack trace`],
      next: [logsOfDead(facts), describePod(facts)],
    };
  },
};
