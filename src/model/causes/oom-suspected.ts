import { shorten } from '../../text/truncate.ts';
import type { CauseFacts, CauseRule } from '../cause.ts';
import type { End } from '../evidence/end.ts';
import { forcedEndEvidence, noKillKnown } from '../evidence/end-evidence.ts';
import { finalOutputOf } from '../evidence/final-output.ts';
import { killOf } from '../evidence/kill.ts';
import { command, describeNode, describePod, logsOfDead } from '../evidence/kubectl-hints.ts';
import { endsOf, lastTerminationOf } from '../evidence/last-termination.ts';
import { memoryLimitEvidence } from '../evidence/memory-limit.ts';
import { nodeEventEvidence, pressureEvidence, systemOomOf } from '../evidence/node-facts.ts';
import { probeHint } from '../evidence/probe-kill.ts';

/** Reasons that explain the code 137, or for which it is only a stand-in. */
const EXPLAINED: readonly string[] = ['OOMKilled', 'ContainerStatusUnknown', 'RestartingAllContainers'];
const SPEAKS_OF_MEMORY = /out of memory|\boom\b|cannot allocate memory|OutOfMemoryError|\bENOMEM\b|oom[-_ ]?kill/i;
/** Settings about running out of memory, which programs print at their start. */
const IS_A_SETTING =
  /(?:Exit|Crash|HeapDump)OnOutOfMemoryError|\boom[-_ ]?(?:score|killer (?:is )?(?:disabled|enabled)|protection)|-XX:/i;
// Words about memory this many lines before the end did not end it.
const NEAR = 30;

/**
 * SIGKILL from an unknown sender: running out of memory is one explanation, never more than a
 * suspicion.
 */
export const oomSuspected: CauseRule = {
  id: 'oom-suspected',
  title: 'Killed by an unknown sender; perhaps out of memory',
  needs: ['pod status', 'pod spec', 'pod events', 'node', 'restart history', 'logs'],
  manual: [
    'A process of the container was ended with SIGKILL (exit code 137), and nothing says who sent it. The kernel does that when memory runs out, but others may do it as well: a script in the container, a tool on the node, a probe whose event was lost.',
    "The run ended with 137, the runtime does not state OOMKilled, and no event reports a kill by the kubelet. Likely only if more evidence points to memory: an earlier run that was OOMKilled, a log that mentions it, or the kubelet's SystemOOM event of its node at that time; else possible. The runtime may miss the kernel's message, and a node that runs out of memory kills containers below their limits.",
    'Look at the memory of the container against its limit and at the events of its node (SystemOOM). If memory stayed low, look for the sender of the signal: entry points that kill their own children, watchdogs, a liveness probe whose events are gone. If the runs lived exactly as long as a probe allows, the evidence says so.',
  ],
  decide: (facts) => {
    const end = lastTerminationOf(facts);
    if (end?.exitCode !== 137 || EXPLAINED.includes(end.reason) || killOf(facts, end) !== null) return null;
    const hints = hintsOf(facts, end);
    const said = 'killed: exit 137 (SIGKILL), sender unknown';
    return {
      summary: hints.length === 0 ? said : `${said}; perhaps out of memory`,
      confidence: hints.length === 0 ? 'possible' : 'likely',
      evidence: [
        ...hints,
        ...forcedEndEvidence(facts, end),
        memoryLimitEvidence(facts),
        noKillKnown(facts, 'no known event reports a kill'),
        ...pressureEvidence(facts),
        ...probeHint(facts),
      ],
      next: [
        describePod(facts),
        logsOfDead(facts),
        command`kubectl -n ${facts.pod.namespace} top pod ${facts.pod.name} --containers`,
        describeNode(facts),
      ],
    };
  },
};

function hintsOf(facts: CauseFacts, end: End): string[] {
  const wasOom = endsOf(facts).some(({ reason }) => reason === 'OOMKilled');
  const { message, log } = finalOutputOf(facts, end);
  const said = [...message, ...log].slice(-NEAR);
  const line = said.findLast(({ text, isQuiet }) => !isQuiet && SPEAKS_OF_MEMORY.test(text) && !IS_A_SETTING.test(text));
  return [
    ...nodeEventEvidence(facts, systemOomOf(facts, end)),
    ...(wasOom ? ['an earlier run was OOMKilled'] : []),
    ...(line === undefined ? [] : [`its log mentions memory: "${shorten(line.text)}"`]),
  ];
}
