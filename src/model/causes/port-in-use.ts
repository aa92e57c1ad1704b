import type { CauseRule } from '../cause.ts';
import { portIn } from '../evidence/endpoint-in-line.ts';
import { symptomVerdict } from '../evidence/symptom-verdict.ts';

/** The program ended because the port on which it wants to listen is taken. */
export const portInUse: CauseRule = {
  id: 'port-in-use',
  title: 'The port to listen on is taken',
  needs: ['pod status', 'restart history', 'logs'],
  manual: [
    'The program could not listen on its port, because something in the same network namespace already does: another container of the pod, the program itself started twice, or with hostNetwork anything on the node.',
    'The program ended by itself with an error, and the line with which it did names an address that is taken: EADDRINUSE or its words. Likely, because it is its own account; possible where its last line says only that it gives up and the line stands a little before, or where the line calls itself a warning or says that it tries again. A run that was killed for memory or by a probe is never explained by what it had logged.',
    'All containers of a pod share one set of ports: compare theirs, sidecars included. With hostNetwork or a hostPort look at the other pods of the node. A program that forks and restarts inside the container may meet its own older process.',
  ],
  decide: (facts) => symptomVerdict(facts, 'port-in-use', inUse),
};

function inUse(line: string, around: string): string | null {
  const port = portIn(line) ?? portIn(around);
  return port === null ? null : `port ${port} is already in use`;
}
