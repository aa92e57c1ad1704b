import { shorten } from '../../text/truncate.ts';
import type { CauseFacts, CauseRule } from '../cause.ts';
import { endEvidence, noKillKnown } from '../evidence/end-evidence.ts';
import { errorEntry, reasonBehind } from '../evidence/error-entry.ts';
import { killOf } from '../evidence/kill.ts';
import { describePod, logsOfDead } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';
import { logEntriesOf } from '../evidence/log-entries.ts';
import { containerSpecOf, hasKillingProbe, matchingRule, policyRestarts } from '../pod.ts';

/**
 * The program ends without an error, and its policy restarts it. A probe's kill can look the same:
 * events tell them apart.
 */
export const completedLoop: CauseRule = {
  id: 'completed-loop',
  title: 'It ends without an error, and is restarted',
  needs: ['pod status', 'pod spec', 'pod events', 'restart history', 'logs'],
  manual: [
    'The program does its work, ends with exit code 0, and is restarted again and again, because the restart policy says so. Kubernetes applies the same back-off as after crashes.',
    'The run ended with 0, its policy or a restart rule restarts it nevertheless, and no event says that it was told to stop. Without events, a container that exits with 0 when its probe kills it looks the same, so the cause is less than certain if it has such a probe. If its last output is an error, the summary quotes that: a supervisor, an init system or a shell script may swallow the exit code of what it runs.',
    'If the work is meant to end, run it as a Job or a CronJob, or set restartPolicy: OnFailure. If it is meant to stay, find out why it does not: a server that goes to the background, a shell script whose last command ends, standard input that is closed.',
  ],
  decide: (facts) => {
    const end = lastTerminationOf(facts);
    const version = facts.node?.kubeletVersion ?? '';
    if (end?.exitCode !== 0 || !policyRestarts(facts.pod, facts.container, 0, version) || killOf(facts, end) !== null)
      return null;
    const policy = policyOf(facts);
    const mayBeKilled = hasKillingProbe(facts.pod, facts.container);
    const error = errorAtEnd(facts);
    return {
      summary: error === '' ? `exit 0, restarted by ${policy}` : `exit 0 after an error: ${error}`,
      confidence: mayBeKilled || error !== '' ? 'likely' : 'certain',
      evidence: [
        ...endEvidence(facts, end),
        `spec: restarted by ${policy}`,
        ...(mayBeKilled ? [noKillKnown(facts, 'no event reports a kill by its probe, which would look the same')] : []),
      ],
      next: [logsOfDead(facts), describePod(facts)],
    };
  },
};

// A supervisor, or a shell that does not stop at errors, exits with 0 whatever the program did.
const AT_END = 20;

function errorAtEnd(facts: CauseFacts): string {
  const entries = logEntriesOf(facts.logTail).slice(-AT_END);
  const said = reasonBehind(entries) ?? errorEntry(entries);
  const isError = said !== undefined && said.weight === 2 && !said.isPassing;
  return isError ? shorten(said.text) : '';
}

function policyOf({ pod, container }: CauseFacts): string {
  const spec = containerSpecOf(pod, container);
  const rule = spec === undefined ? undefined : matchingRule(spec, 0);
  if (rule !== undefined) return `a restart rule (${rule.action})`;
  return `policy ${spec?.restartPolicy ?? pod.spec.restartPolicy}`;
}
