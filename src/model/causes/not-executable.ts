import type { CauseRule } from '../cause.ts';
import { describeFailure, execFailureVerdict } from '../evidence/exec-failure-verdict.ts';
import { isThere } from '../evidence/start-failure.ts';

/** The program is there, but cannot be executed: no permission, a directory, or not a program for this machine. */
export const notExecutable: CauseRule = {
  id: 'not-executable',
  title: 'The command cannot be executed',
  needs: ['pod status', 'pod events', 'logs'],
  manual: [
    'The file that the container is told to run is there, but cannot be executed: it lacks the permission to, or it is a directory.',
    'The container runtime names the file (certain), or a run ended with 126, the code with which shells say so, and its log has their line near its end, or is not known (likely; possible where the log does not say it). A program for another machine has a page of its own: wrong-architecture.',
    'Set the permission where the image is built (COPY --chmod=755). A volume that is mounted over the file, with noexec or from a ConfigMap without defaultMode, hides the permission that the image had.',
  ],
  decide: (facts) =>
    execFailureVerdict(facts, {
      isIt: isThere,
      wordsFor: describeFailure,
      shellCode: 126,
      shellMeaning: 'command not executable',
      shellSays: /permission denied\W{0,3}$|cannot execute|is a directory\W{0,3}$|exec format error\W{0,3}$/i,
    }),
};
