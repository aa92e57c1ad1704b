import type { CauseRule } from '../cause.ts';
import { signalVerdict } from '../evidence/signal-verdict.ts';

/** A process met an instruction that its processor does not support: SIGILL (132). */
export const illegalInstruction: CauseRule = {
  id: 'illegal-instruction',
  title: 'An instruction that the processor does not support',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'A process was ended with SIGILL (exit code 132): it met an instruction that this processor does not support, or a trap that a compiler puts into unreachable code.',
    'The run ended with that code, and nothing says that it was killed.',
    'A binary or library built for a newer processor (AVX, SSE4) fails like this on an older node, or in an emulated or nested virtual machine: check whether it is always the same nodes. Select nodes with the feature by a label, or build for an older level.',
  ],
  decide: (facts) => signalVerdict(facts, 132, 'STATUS_ILLEGAL_INSTRUCTION', 'illegal instruction'),
};
