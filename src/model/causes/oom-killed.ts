import type { CauseFacts, CauseRule } from '../cause.ts';
import { forcedEndEvidence } from '../evidence/end-evidence.ts';
import { command, describePod, logsOfDead } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';
import { describeMemoryLimit, memoryLimitEvidence } from '../evidence/memory-limit.ts';
import { nodeEventEvidence, systemOomOf } from '../evidence/node-facts.ts';
import { seconds, spanOf } from '../evidence/run-lengths.ts';
import { startFailureOf } from '../evidence/start-failure.ts';
import { ranFor } from '../ledger.ts';
import { containerSpecOf } from '../pod.ts';

// runc, if the limit is too low even for its own first process.
const KILLED_AT_START = /container init was OOM-killed/;

/**
 * The kernel killed a process of the container for memory, and the runtime says so. Exit code 137
 * alone says nothing about memory.
 */
export const oomKilled: CauseRule = {
  id: 'oom-killed',
  title: 'Out of memory: the kernel killed it at its limit',
  needs: ['pod status', 'pod spec', 'restart history', 'node'],
  manual: [
    'The kernel killed a process of the container because the container had reached its memory limit. Since Kubernetes 1.28 on cgroup v2, the kernel kills the whole container.',
    'The container runtime states the reason OOMKilled. The exit code need not be 137: if only a child was killed, its parent may end with a code of its own. How long the runs lived shows how fast they reached the limit. Exit code 137 alone never counts: see oom-suspected. If only the pod has a limit, all its containers share it.',
    'If the runs get shorter and shorter, or all last about as long, memory grows with work or with time: look for the leak, and for an unbounded cache. If they die immediately, the limit is below what a start needs. Runtimes with a heap of their own (JVM, Node.js) must be told the limit. Measure before you raise the limit.',
  ],
  decide: (facts) => {
    const end = lastTerminationOf(facts);
    if (end === null) return null;
    const atStart = KILLED_AT_START.test(startFailureOf(facts) ?? '');
    if (end.reason !== 'OOMKilled' && !atStart) return null;
    const code = atStart || end.exitCode === 137 ? '' : ` (exit ${end.exitCode})`;
    return {
      summary: `OOMKilled${atStart ? ' at its start' : ''}, ${describeMemoryLimit(facts)}${code}`,
      confidence: 'certain',
      evidence: [
        ...forcedEndEvidence(facts, end),
        memoryLimitEvidence(facts),
        ...howFast(facts),
        ...nodeEventEvidence(facts, systemOomOf(facts, end)),
      ],
      next: [
        describePod(facts),
        logsOfDead(facts),
        command`kubectl -n ${facts.pod.namespace} top pod ${facts.pod.name} --containers`,
      ],
    };
  },
};

/** The number of runs whose durations are shown. */
const RUNS = 6;

function howFast({ pod, container, ledger }: CauseFacts): string[] {
  const lives = ledger
    // With another code only a child was killed, and the run went on.
    .filter((run) => run.reason === 'OOMKilled' && run.exitCode === 137)
    .map((run) => ranFor(run, 0))
    .filter((life): life is number => life !== null)
    .slice(-RUNS);
  if (lives.length === 0) return [];
  const limit = containerSpecOf(pod, container)?.memoryLimit ?? null;
  const reached = limit === null ? 'ran out of memory' : `reached ${limit}`;
  const mean = lives.reduce((sum, life) => sum + life, 0) / lives.length;
  const span = spanOf(lives);
  if (lives.length === 1) return [`it ${reached} ${span} after its start`];
  const average = span === seconds(mean) ? '' : `, ${seconds(mean)} on average`;
  return [`its last ${lives.length} OOMKilled runs ${reached} ${span} after their start${average}`];
}
