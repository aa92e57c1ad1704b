import type { CauseFacts, CauseRule, Verdict } from '../cause.ts';
import { apiTime, waitingEvidence } from '../evidence/end-evidence.ts';
import { command, describePod } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';
import type { Run } from '../ledger.ts';
import type { ContainerSpec } from '../pod.ts';
import { followsRestartOfAll, isRestartedWithAll, RESTARTING_ALL } from '../restart-stand-in.ts';
import { restartersOf } from '../restarts-of-all.ts';

/**
 * A rule restarted all containers of the pod (KEP-5532), and this one has no known end of its own.
 */
export const restartRule: CauseRule = {
  id: 'restart-rule',
  title: 'Restarted with all containers of its pod, by a rule',
  needs: ['pod status', 'pod spec', 'restart history'],
  manual: [
    'A container of the pod has a restart rule with the action RestartAllContainers, and it ended with a code that the rule lists: all containers of the pod are ended and start again, init containers first. Containers without such a rule did nothing wrong; the exit code 137 that the API states is a stand-in.',
    'The kubelet states the reason RestartingAllContainers, without a container ID and without times. The evidence names the containers of the pod with such a rule. The API holds the end of the container whose rule it was for a moment only: if crashtop saw it, that end is its cause.',
    'Look at the container that has the rule: its end is the cause of all. No back-off separates such restarts, so a pod may restart rapidly. The containers are removed, so kubectl logs --previous cannot show them.',
  ],
  decide: (facts) => {
    if (!wasRestarted(facts) || lastTerminationOf(facts)?.exitCode != null) return null;
    const sources = restartersOf(facts.pod);
    const own = sources[0]?.name === facts.container ? sources[0] : undefined;
    return own === undefined ? verdictOnOther(facts, sources) : verdictOnItself(facts, own);
  },
};

function wasRestarted({ status, ledger }: CauseFacts): boolean {
  if (status !== undefined && (isRestartedWithAll(status) || followsRestartOfAll(status))) return true;
  if (status?.state.type === 'terminated' && status.state.reason === RESTARTING_ALL) return true;
  return newestEnded(ledger)?.stop === 'restart-all';
}

function newestEnded(ledger: CauseFacts['ledger']): Run | undefined {
  return ledger.findLast(({ ended }) => ended);
}

function verdictOnOther(facts: CauseFacts, sources: readonly ContainerSpec[]): Verdict {
  const others = sources.filter(({ name }) => name !== facts.container);
  const [only] = others;
  return {
    summary:
      others.length === 1 && only !== undefined
        ? `restarted with its pod, by a rule of ${only.name}`
        : 'restarted with all containers of its pod',
    confidence: 'certain',
    evidence: evidenceOf(facts, others),
    next: [
      describePod(facts),
      ...others.map(({ name }) => command`kubectl -n ${facts.pod.namespace} logs ${facts.pod.name} -c ${name}`),
    ],
  };
}

// The API held its end for a moment that was missed: only the codes that its rule lists are known.
function verdictOnItself(facts: CauseFacts, own: ContainerSpec): Verdict {
  return {
    summary: `its rule restarts the whole pod; ${codesOf(own)}`,
    confidence: 'likely',
    evidence: evidenceOf(facts, [own]),
    next: [command`kubectl -n ${facts.pod.namespace} logs ${facts.pod.name} -c ${own.name}`, describePod(facts)],
  };
}

function codesOf({ restartRules }: ContainerSpec): string {
  const rules = restartRules.filter(({ action }) => action === 'RestartAllContainers');
  const [rule] = rules;
  if (rules.length !== 1 || rule?.operator !== 'In' || rule.values.length !== 1) return 'its exit code was not seen';
  return `it lists exit ${rule.values[0]}, the end was not seen`;
}

function evidenceOf(facts: CauseFacts, sources: readonly ContainerSpec[]): readonly string[] {
  const waiting = waitingEvidence(facts);
  const run = newestEnded(facts.ledger);
  const ended =
    run?.finishedAt == null || !run.endIsInferred
      ? []
      : [`ended ${apiTime(run.finishedAt)} at the latest: its pod was restarted`];
  const stated = waiting.length > 0 ? waiting : ['last state: RestartingAllContainers; its exit code 137 is a stand-in'];
  return [...stated, ...ended, ...sources.map(({ name }) => `spec: ${name} has a restart rule (RestartAllContainers)`)];
}
