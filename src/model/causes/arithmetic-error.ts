import type { CauseRule } from '../cause.ts';
import { signalVerdict } from '../evidence/signal-verdict.ts';

/** A process made an impossible calculation: SIGFPE (136), usually a division by zero. */
export const arithmeticError: CauseRule = {
  id: 'arithmetic-error',
  title: 'A division by zero or similar',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'A process was ended with SIGFPE (exit code 136): nearly always an integer division by zero, or a number that does not fit.',
    'The run ended with that code, and nothing says that it was killed.',
    'Look for the input or the setting that became 0: a count of processors, a size, an empty list. On Alpine 3.16 and older, an immediate SIGFPE can also mean a binary built for a newer C library.',
  ],
  decide: (facts) => signalVerdict(facts, 136, 'STATUS_INTEGER_DIVIDE_BY_ZERO', 'arithmetic error'),
};
