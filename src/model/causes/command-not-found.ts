import type { CauseRule } from '../cause.ts';
import { execFailureVerdict } from '../evidence/exec-failure-verdict.ts';
import { programExists } from '../evidence/start-failure.ts';

// The dynamic linker also ends with 127: the program exists, one of its libraries does not.
const LIBRARY = /shared librar(?:y|ies)|Error relocating/i;

/**
 * The program to run does not exist: reported by the runtime for the container's own command, or by
 * a shell in the container for another.
 */
export const commandNotFound: CauseRule = {
  id: 'command-not-found',
  title: 'The command does not exist',
  needs: ['pod status', 'pod events', 'logs'],
  manual: [
    'The program that the container should run does not exist in its image: the entry point itself, or a command that a shell in the container calls.',
    "The container runtime names the file that it could not find (certain); or a run ended with 127, the shells' code for it, and their message is near the end of its log, or the log is unknown (likely; possible if the log does not say so). A program that lacks a shared library ends with 127 too, and so do some programs for reasons of their own: that is an app-error, or the cause that they name.",
    'Compare command and args in the spec with the contents of the image: a typing error, another path in the new tag, a slim image without a shell, or args instead of command. For a script check its first line: a missing interpreter gives the same message.',
  ],
  decide: (facts) =>
    execFailureVerdict(facts, {
      isIt: (failure) => !programExists(failure),
      wordsFor: ({ program }) => `cannot start: ${program === '' ? 'program' : program} not found`,
      shellCode: 127,
      shellMeaning: 'command not found',
      shellSays:
        /not found\W{0,3}$|no such file(?: or directory)?\W{0,3}$|can(?:'|no)t open \S{1,300}$|is not recognized as an? /i,
      isOther: (line) => LIBRARY.test(line),
    }),
};
