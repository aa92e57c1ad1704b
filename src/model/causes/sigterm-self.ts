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

/**
 * It was told to stop, but not by the kubelet as far as is known: most likely from inside the
 * container.
 */
export const sigtermSelf: CauseRule = {
  id: 'sigterm-self',
  title: 'Told to stop, but not by Kubernetes',
  needs: ['pod status', 'pod spec', 'pod events', 'restart history', 'logs'],
  manual: [
    'The run ended with SIGTERM (exit code 143) or another signal that asks a program to stop, and Kubernetes did not send it: the pod is not being deleted, and no event reports a kill.',
    'The run ended with the code of such a signal, and no deletion, edit of the spec or kill by the kubelet is known at that time. Likely if the container has no liveness or startup probe; possible if it has one, since events may be lost, or if events are hidden.',
    'Look for the sender inside the container: an entry point that stops its children when one of them ends, a supervisor, a timeout command, a reload script that signals process 1. A program that passes on the exit code of a child looks the same.',
  ],
  decide: (facts) => {
    const end = lastTerminationOf(facts);
    if (end === null || end.exitCode === null || killOf(facts, end) !== null) return null;
    const name = signalOf(end.exitCode) ?? ntStatusName(end.exitCode);
    if (!TOLD.includes(name)) return null;
    const line = finalErrorMessage(facts, end);
    // A kill by its probe would look the same once its events are gone.
    const mayBeKilled = facts.eventsHidden !== '' || hasKillingProbe(facts.pod, facts.container);
    const sender = mayBeKilled ? 'sender unknown' : 'not sent by the kubelet';
    return {
      summary: `exit ${end.exitCode} (${name})${line === '' ? `, ${sender}` : `: ${line}`}`,
      confidence: mayBeKilled ? 'possible' : 'likely',
      evidence: [
        ...forcedEndEvidence(facts, end),
        noKillKnown(facts, 'no deletion, edit or kill by the kubelet is known at that time'),
      ],
      next: [logsOfDead(facts), describePod(facts)],
    };
  },
};
