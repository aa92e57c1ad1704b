import type { CauseRule } from '../cause.ts';
import { describePod, kubectl } from '../evidence/commands.ts';
import { configFailureOf } from '../evidence/config-failure.ts';

const NOT_FOUND = /\bsecrets? "([^"]+)" not found/i;

/** A Secret that the container's environment or a volume needs does not exist. */
export const missingSecret: CauseRule = {
  id: 'missing-secret',
  title: 'A Secret is missing',
  decide: (facts) => {
    const failure = configFailureOf(facts);
    const name = NOT_FOUND.exec(failure?.message ?? '')?.[1];
    if (failure === null || name === undefined) return null;
    return {
      summary: `secret "${name}" not found`,
      confidence: failure.confidence,
      evidence: failure.evidence,
      next: [kubectl(facts, 'get', 'secret', name), kubectl(facts, 'get', 'secrets'), describePod(facts)],
    };
  },
};
