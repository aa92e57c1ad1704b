import { shorten } from '../../text/truncate.ts';
import type { CauseRule } from '../cause.ts';
import { endEvidence } from '../evidence/end-evidence.ts';
import { describePod, logsOfDead } from '../evidence/kubectl-hints.ts';
import { panicOf } from '../evidence/panic.ts';
import { codeOf, selfExitOf } from '../evidence/self-exit.ts';

/** The program ended with a panic or an exception that nobody caught: its runtime printed a stack trace and ended it. */
export const appPanic: CauseRule = {
  id: 'app-panic',
  title: 'A panic, or an exception that nobody caught',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program ended because of a panic or an exception that nobody caught. Its runtime printed the stack trace and ended it.',
    'The run ended by itself with an error, and the last that it printed is a stack trace as Java, Python, Go, Node.js, Rust, Ruby, .NET or C++ print it. A trace in the middle of the log, after which the program went on, is not taken for it. What the exception is about goes first: a refused connection, a full disk and their like have pages of their own.',
    'The evidence quotes the innermost exception, which is where it began; the log of the dead run has the frames. The topmost frame that is in your own code is the place to look. Compare the revision: panics come with new code, or with configuration and data that the code did not expect.',
  ],
  decide: (facts) => {
    const end = selfExitOf(facts);
    const panic = end === null ? null : panicOf(facts, end);
    if (end === null || panic === null) return null;
    return {
      summary: `${codeOf(end)}: ${shorten(panic.line)}`,
      confidence: 'likely',
      evidence: [...endEvidence(facts, end), `the log ends with a stack trace of ${panic.language}`],
      next: [logsOfDead(facts), describePod(facts)],
    };
  },
};
