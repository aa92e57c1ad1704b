import type { CauseFacts, CauseRule } from '../cause.ts';
import { describePod, logsOfDead } from '../evidence/commands.ts';
import { endEvidence } from '../evidence/end-evidence.ts';
import { killOf } from '../evidence/kill.ts';
import { newestEndOf } from '../evidence/newest-end.ts';
import { containerSpecOf, matchingRule, policyRestarts } from '../pod.ts';

/** The program ends without an error, and its policy starts it again. A probe's kill can read the same: events tell it apart. */
export const completedLoop: CauseRule = {
  id: 'completed-loop',
  title: 'It ends without an error, and is restarted',
  decide: (facts) => {
    const end = newestEndOf(facts);
    if (end?.exitCode !== 0 || !policyRestarts(facts.pod, facts.container, 0) || killOf(facts, end) !== null) return null;
    const policy = policyOf(facts);
    return {
      summary: `exit 0, restarted by ${policy}`,
      confidence: 'certain',
      evidence: [...endEvidence(facts, end), `spec: restarted by ${policy}`],
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
