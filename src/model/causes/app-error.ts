import type { CauseFacts, CauseRule } from '../cause.ts';
import type { End } from '../evidence/end.ts';
import { endEvidence } from '../evidence/end-evidence.ts';
import { finalErrorLine, loggedNoError } from '../evidence/final-output.ts';
import { describePod, logsOfDead } from '../evidence/kubectl-hints.ts';
import { codeOf, selfExitOf } from '../evidence/self-exit.ts';
import { containerSpecOf, knowsRestartRules, matchingRule } from '../pod.ts';
import { restartsAll } from '../restarts-of-all.ts';

/** The program ended by itself with an error. Its last words are the best explanation there is. */
export const appError: CauseRule = {
  id: 'app-error',
  title: 'The program ended with an error',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program ended by itself with an exit code other than 0. Kubernetes restarts it and can say no more: the reason is in what the program printed.',
    'The run ended with a code from 1 to 255 that does not mean a kill from outside, no event says that the kubelet killed it, and its last words name no cause that has a page of its own. The error line is quoted as found, from the termination message or else from the log. An error that the program outlived by more than 30 lines is mentioned as such, but not taken for the cause.',
    'Read the log of the run that died, not of the one that runs. Compare what changed since it last worked: image, configuration, the services that it calls. If a program ends silently, set terminationMessagePolicy: FallbackToLogsOnError and raise its log level.',
  ],
  decide: (facts) => {
    const end = selfExitOf(facts);
    if (end === null) return null;
    return {
      summary: summaryOf(facts, end),
      confidence: 'likely',
      evidence: [...endEvidence(facts, end), ...ruleOf(facts, end)],
      next: [logsOfDead(facts), describePod(facts)],
    };
  },
};

function summaryOf(facts: CauseFacts, end: End): string {
  const said = lastWordsOf(facts, end);
  if (!restartsAll(containerSpecOf(facts.pod, facts.container), end.exitCode)) return said;
  // The rule is how this end affects the others; beside it a silent log matters little.
  return said.startsWith(`${codeOf(end)}: `) ? `${said}; ${WHOLE_POD}` : `${codeOf(end)}: ${WHOLE_POD}`;
}

const WHOLE_POD = 'its rule restarts the whole pod';

function lastWordsOf(facts: CauseFacts, end: End): string {
  const line = finalErrorLine(facts, end);
  if (line !== '') return `${codeOf(end)}: ${line}`;
  const silent = loggedNoError(facts, end);
  return silent === null
    ? codeOf(end)
    : `${codeOf(end)}; its log tells of no error${silent === 'nowhere' ? '' : ' near its end'}`;
}

// Names the rule, since the pod's policy alone would not restart it.
function ruleOf({ pod, container, node }: CauseFacts, { exitCode }: End): string[] {
  const spec = containerSpecOf(pod, container);
  if (spec === undefined || exitCode === null || !knowsRestartRules(node?.kubeletVersion ?? '')) return [];
  const rule = matchingRule(spec, exitCode);
  return rule === undefined ? [] : [`spec: restarted by a restart rule (${rule.action}); policy ${spec.restartPolicy}`];
}
