import type { CauseFacts, CauseRule } from '../cause.ts';
import { containerSpecOf } from '../pod.ts';
import { appError } from './app-error.ts';

/**
 * An init container ended with an error without a more specific cause: the pod cannot get past it.
 */
export const initFailed: CauseRule = {
  id: 'init-failed',
  title: 'An init container failed',
  needs: ['pod status', 'pod spec', 'restart history', 'logs'],
  manual: [
    'An init container ended with an error. Init containers run one after another, and the app containers are not created before the last of them has ended with 0: the pod stays Pending.',
    'The container is an init container and ended by itself with an error. If its end or its last words name a more specific cause (a missing command, a refused connection, memory), that one is shown instead; the evidence is that of the init container in any case.',
    'Read the log of the init container: kubectl shows it only with -c and its name. Init containers often wait for a dependency or migrate a schema: check whether that succeeded in part, and whether it may run twice.',
  ],
  decide: (facts) => {
    if (containerSpecOf(facts.pod, facts.container)?.type !== 'init') return null;
    const own = appError.decide(facts);
    if (own === null) return null;
    return {
      ...own,
      summary: `init container failed: ${own.summary}`,
      evidence: [...own.evidence, waitingForIt(facts)],
    };
  },
};

function waitingForIt({ pod, container }: CauseFacts): string {
  const inits = pod.spec.containers.filter(({ type }) => type === 'init' || type === 'sidecar');
  const index = inits.findIndex(({ name }) => name === container);
  return `spec: init container ${index + 1} of ${inits.length}; the app containers wait for it`;
}
