import type { CauseRule } from '../cause.ts';
import { portIn } from '../evidence/endpoint-in-line.ts';
import { OWN_ACCOUNT, symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ended because the port on which it wants to listen is in use. */
export const portInUse: CauseRule = {
  id: 'port-in-use',
  title: 'The port is already in use',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program could not listen on its port, because something in the same network namespace already does: another container of the pod, the program itself started twice, or with hostNetwork anything on the node.',
    `The program ended by itself with an error, and the error line names an address in use: EADDRINUSE or its message. ${OWN_ACCOUNT}`,
    'All containers of a pod share one set of ports: compare theirs, sidecars included. With hostNetwork or a hostPort look at the other pods of the node. A program that forks and restarts inside the container may collide with its own older process.',
  ],
  decide: (facts) => symptomVerdict(facts, 'port-in-use', inUse),
};

function inUse(line: string, around: string): string | null {
  const port = portIn(line) ?? portIn(around);
  return port === null ? null : `port ${port} is already in use`;
}
