import type { CauseFacts, CauseRule } from '../cause.ts';
import { command, describePod } from '../evidence/commands.ts';
import { forcedEndEvidence, waitingEvidence } from '../evidence/end-evidence.ts';
import type { End } from '../evidence/kill.ts';
import { newestEndOf } from '../evidence/newest-end.ts';
import type { ContainerSpec } from '../pod.ts';

const VICTIM = 'RestartingAllContainers';

/** Another container of the pod has a rule that restarts them all (KEP-5532): this one did nothing wrong. */
export const restartRule: CauseRule = {
  id: 'restart-rule',
  title: 'Restarted with all containers of its pod, by a rule',
  needs: ['pod status', 'pod spec'],
  manual: [
    'A container of the pod has a restart rule with the action RestartAllContainers, and it ended with a code that the rule lists: all containers of the pod are ended and begin anew, init containers first. This container did nothing wrong; its exit code 137 is a stand-in.',
    'The kubelet states the reason RestartingAllContainers. The containers of the pod whose rules have that action are named.',
    'Look at the container that has the rule: how it ended is the cause of all. There is no back-off between such restarts, so that a pod may go round fast.',
  ],
  decide: (facts) => {
    const { status } = facts;
    const isWaiting = status?.state.is === 'waiting' && status.state.reason === VICTIM;
    const end = isWaiting ? null : newestEndOf(facts);
    if (!isWaiting && end?.reason !== VICTIM) return null;
    const sources = sourcesOf(facts);
    return {
      summary: summaryOf(sources),
      confidence: 'certain',
      evidence: evidenceOf(facts, end),
      next: [
        describePod(facts),
        ...sources.map(({ name }) => command`kubectl -n ${facts.pod.namespace} logs ${facts.pod.name} -c ${name} --previous`),
      ],
    };
  },
};

function sourcesOf({ pod, container }: CauseFacts): readonly ContainerSpec[] {
  return pod.spec.containers.filter(
    (c) => c.name !== container && c.restartRules.some((r) => r.action === 'RestartAllContainers'),
  );
}

function summaryOf(sources: readonly ContainerSpec[]): string {
  const [only] = sources;
  return sources.length === 1 && only !== undefined
    ? `restarted with its pod, by a rule of ${only.name}`
    : 'restarted with all containers of its pod';
}

function evidenceOf(facts: CauseFacts, end: End | null): string[] {
  return end === null ? waitingEvidence(facts) : forcedEndEvidence(facts, end);
}
