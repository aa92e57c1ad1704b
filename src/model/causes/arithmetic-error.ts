import type { CauseRule } from '../cause.ts';
import { signalVerdict } from '../evidence/signal-verdict.ts';

/** A process computed what cannot be: SIGFPE (136), most often a division by zero. */
export const arithmeticError: CauseRule = {
  id: 'arithmetic-error',
  title: 'A division by zero, or the like',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'A process was ended with SIGFPE (exit code 136): nearly always a whole number divided by zero, or a number that does not fit.',
    'The run ended with that code, and nothing says that somebody killed it.',
    'Look for the input or the setting that became 0: a count of processors, a size, an empty list. On Alpine 3.16 and before, SIGFPE at once is also how a binary for a newer C library ends.',
  ],
  decide: (facts) => signalVerdict(facts, 136, 'STATUS_INTEGER_DIVIDE_BY_ZERO', 'arithmetic error'),
};
