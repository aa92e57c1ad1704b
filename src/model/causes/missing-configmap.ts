import type { CauseRule } from '../cause.ts';
import { describePod, kubectl } from '../evidence/commands.ts';
import { configFailureOf } from '../evidence/config-failure.ts';

const NOT_FOUND = /\bconfigmaps? "([^"]+)" not found/i;

/** A ConfigMap that the container's environment or a volume needs does not exist. */
export const missingConfigmap: CauseRule = {
  id: 'missing-configmap',
  title: 'A ConfigMap is missing',
  decide: (facts) => {
    const failure = configFailureOf(facts);
    const name = NOT_FOUND.exec(failure?.message ?? '')?.[1];
    if (failure === null || name === undefined) return null;
    return {
      summary: `configmap "${name}" not found`,
      confidence: failure.confidence,
      evidence: failure.evidence,
      next: [kubectl(facts, 'get', 'configmap', name), kubectl(facts, 'get', 'configmaps'), describePod(facts)],
    };
  },
};
