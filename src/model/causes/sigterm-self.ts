import type { CauseRule } from '../cause.ts';
import { forcedEndEvidence, noKillKnown } from '../evidence/end-evidence.ts';
import { finalErrorMessage } from '../evidence/final-output.ts';
import { killOf } from '../evidence/kill.ts';
import { describePod, logsOfDead } from '../evidence/kubectl-hints.ts';
import { lastTerminationOf } from '../evidence/last-termination.ts';
import { ntStatusName, signalOf } from '../exit-code.ts';
import { hasKillingProbe } from '../pod.ts';

const TOLD: readonly (string | null)[] = [
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
  'SIGHUP',
  'STATUS_CONTROL_C_EXIT',
  'DBG_TERMINATE_PROCESS',
];

/** It was told to stop, and nothing says that the kubelet told it: something inside the container did, most likely. */
export const sigtermSelf: CauseRule = {
  id: 'sigterm-self',
  title: 'Told to stop, but not by Kubernetes',
  needs: ['pod status', 'pod spec', 'pod events', 'restart history', 'logs'],
  manual: [
    'The run ended with SIGTERM (exit code 143) or another signal that asks a program to stop, and Kubernetes did not send it: the pod is not being deleted, and no event tells of a kill.',
    'The run ended with the code of such a signal, and neither a deletion, an edit of the spec nor a kill by the kubelet is known for that time. Likely where the container has no liveness or startup probe; possible where it has one, since events may be lost, or where events are hidden.',
    'Look for what sends the signal inside the container: an entry point that stops its children when one of them ends, a supervisor, a timeout command, a reload script that signals process 1. A program that passes on the exit code of a child reads the same.',
  ],
  decide: (facts) => {
    const end = lastTerminationOf(facts);
    if (end === null || end.exitCode === null || killOf(facts, end) !== null) return null;
    const name = signalOf(end.exitCode) ?? ntStatusName(end.exitCode);
    if (!TOLD.includes(name)) return null;
    const line = finalErrorMessage(facts, end);
    // A kill by its probe would read the same where the events of it are gone.
    const mayBeKilled = facts.eventsHidden !== '' || hasKillingProbe(facts.pod, facts.container);
    const sender = mayBeKilled ? 'by whom is not known' : 'not sent by the kubelet';
    return {
      summary: `exit ${end.exitCode} (${name})${line === '' ? `, ${sender}` : `: ${line}`}`,
      confidence: mayBeKilled ? 'possible' : 'likely',
      evidence: [
        ...forcedEndEvidence(facts, end),
        noKillKnown(facts, 'no deletion, edit or kill by the kubelet is known of that time'),
      ],
      next: [logsOfDead(facts), describePod(facts)],
    };
  },
};
