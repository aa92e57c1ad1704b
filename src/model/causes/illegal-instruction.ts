import type { CauseRule } from '../cause.ts';
import { signalVerdict } from '../evidence/signal-verdict.ts';

/** A process met an instruction that its processor does not have: SIGILL (132). */
export const illegalInstruction: CauseRule = {
  id: 'illegal-instruction',
  title: 'An instruction that the processor does not have',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'A process was ended with SIGILL (exit code 132): it met an instruction that this processor does not have, or a trap that a compiler put where code must never come.',
    'The run ended with that code, and nothing says that somebody killed it.',
    'A binary or a library that was built for a newer processor (AVX, SSE4) does so on an older node, or in an emulated or nested virtual machine: see whether it is always the same nodes. Ask for nodes with the feature by a label, or build for an older level.',
  ],
  decide: (facts) => signalVerdict(facts, 132, 'STATUS_ILLEGAL_INSTRUCTION', 'illegal instruction'),
};
