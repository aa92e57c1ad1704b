import type { CauseFacts, CauseRule } from '../cause.ts';
import { describePod, logsOfDead } from '../evidence/commands.ts';
import { endEvidence } from '../evidence/end-evidence.ts';
import { killOf } from '../evidence/kill.ts';
import { newestEndOf } from '../evidence/newest-end.ts';
import { containerSpecOf, hasKillingProbe, matchingRule, policyRestarts } from '../pod.ts';

/** The program ends without an error, and its policy starts it again. A probe's kill can read the same: events tell it apart. */
export const completedLoop: CauseRule = {
  id: 'completed-loop',
  title: 'It ends without an error, and is restarted',
  needs: ['pod status', 'pod spec', 'pod events', 'restart history'],
  manual: [
    'The program does its work, ends with exit code 0, and is started again and again, because the restart policy says so. Kubernetes backs off from that as it does from crashes.',
    'The run ended with 0, its policy or a restart rule restarts it all the same, and no event says that it was told to stop. A container that answers the kill of a probe with 0 reads the same without the events, so it is less than certain where it has such a probe.',
    'If the work is meant to end, run it as a Job or a CronJob, or set restartPolicy: OnFailure. If it is meant to stay, find out why it does not: a server that goes to the background, a shell script whose last command ends, standard input that is closed.',
  ],
  decide: (facts) => {
    const end = newestEndOf(facts);
    const version = facts.node?.kubeletVersion ?? '';
    if (end?.exitCode !== 0 || !policyRestarts(facts.pod, facts.container, 0, version) || killOf(facts, end) !== null)
      return null;
    const policy = policyOf(facts);
    const mayBeKilled = hasKillingProbe(facts.pod, facts.container);
    return {
      summary: `exit 0, restarted by ${policy}`,
      confidence: mayBeKilled ? 'likely' : 'certain',
      evidence: [
        ...endEvidence(facts, end),
        `spec: restarted by ${policy}`,
        ...(mayBeKilled ? ['no event tells of a kill by its probe, which would read the same'] : []),
      ],
      next: [logsOfDead(facts), describePod(facts)],
    };
  },
};

function policyOf({ pod, container }: CauseFacts): string {
  const spec = containerSpecOf(pod, container);
  const rule = spec === undefined ? undefined : matchingRule(spec, 0);
  if (rule !== undefined) return `a restart rule (${rule.action})`;
  return `policy ${spec?.restartPolicy ?? pod.spec.restartPolicy}`;
}
