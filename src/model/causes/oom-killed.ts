import type { CauseFacts, CauseRule } from '../cause.ts';
import { describePod, kubectl, logsOfDead } from '../evidence/commands.ts';
import { endEvidence } from '../evidence/end-evidence.ts';
import { newestEndOf } from '../evidence/newest-end.ts';
import { startFailureOf } from '../evidence/start-failure.ts';
import { containerSpecOf } from '../pod.ts';

// runc, where the limit is too low for even its own first process.
const KILLED_AT_START = /container init was OOM-killed/;

/** The kernel killed a process of the container for memory, and the runtime says so. Code 137 alone says nothing of memory. */
export const oomKilled: CauseRule = {
  id: 'oom-killed',
  title: 'Out of memory: the kernel killed it at its limit',
  decide: (facts) => {
    const end = newestEndOf(facts);
    if (end === null) return null;
    const atStart = KILLED_AT_START.test(startFailureOf(facts) ?? '');
    if (end.reason !== 'OOMKilled' && !atStart) return null;
    const code = atStart || end.exitCode === 137 ? '' : ` (exit ${end.exitCode})`;
    return {
      summary: `OOMKilled${atStart ? ' at its start' : ''}, ${limitOf(facts)}${code}`,
      confidence: 'certain',
      evidence: [...endEvidence(facts, end), `spec: ${limitOf(facts)}`],
      next: [describePod(facts), logsOfDead(facts), kubectl(facts, 'top', 'pod', facts.pod.name, '--containers')],
    };
  },
};

function limitOf({ pod, container }: CauseFacts): string {
  const limit = containerSpecOf(pod, container)?.memoryLimit ?? null;
  return limit === null ? 'no memory limit of its own' : `limit ${limit}`;
}
