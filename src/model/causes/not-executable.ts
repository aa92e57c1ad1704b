import type { CauseRule } from '../cause.ts';
import { describeFailure, execFailureVerdict } from '../evidence/exec-failure-verdict.ts';
import { programExists } from '../evidence/start-failure.ts';

/**
 * The program exists, but cannot be executed: no permission, a directory, or another architecture.
 */
export const notExecutable: CauseRule = {
  id: 'not-executable',
  title: 'The command cannot be executed',
  needs: ['pod status', 'pod events', 'logs'],
  manual: [
    'The file that the container should run exists, but cannot be executed: it lacks the permission, or it is a directory.',
    "The container runtime names the file (certain), or a run ended with 126, the shells' code for it, and their message is near the end of its log, or the log is unknown (likely; possible if the log does not say so). A program for another architecture has a page of its own: wrong-architecture.",
    'Set the permission where the image is built (COPY --chmod=755). A volume that is mounted over the file, with noexec or from a ConfigMap without defaultMode, hides the permission that the image had.',
  ],
  decide: (facts) =>
    execFailureVerdict(facts, {
      isIt: programExists,
      wordsFor: describeFailure,
      shellCode: 126,
      shellMeaning: 'command not executable',
      shellSays: /permission denied\W{0,3}$|cannot execute|is a directory\W{0,3}$|exec format error\W{0,3}$/i,
    }),
};
