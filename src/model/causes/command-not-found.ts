import type { CauseRule } from '../cause.ts';
import { execFailureVerdict } from '../evidence/exec-failure-verdict.ts';
import { isThere } from '../evidence/start-failure.ts';

// The dynamic linker ends with 127 too: the program is there, a library of it is not.
const LIBRARY = /shared librar(?:y|ies)|Error relocating/i;

/** The program to run does not exist: the runtime says so of the container's own command, or a shell in it of another. */
export const commandNotFound: CauseRule = {
  id: 'command-not-found',
  title: 'The command does not exist',
  needs: ['pod status', 'pod events', 'logs'],
  manual: [
    'What the container is told to run does not exist in its image: the entry point itself, or a command that a shell in the container calls.',
    'The container runtime names the file that it could not find (certain); or a run ended with 127, the code with which shells say so, and its log has their line near its end, or is not known (likely; possible where the log does not say it). A program that lacks a shared library ends with 127 too, and so do some programs for reasons of their own: that is an app-error, or what they say.',
    'Compare command and args in the spec with what the image holds: a typing error, another path in the new tag, a slim image without a shell, or args where command was meant. For a script look at its first line: an interpreter that is missing reads the same.',
  ],
  decide: (facts) =>
    execFailureVerdict(facts, {
      isIt: (failure) => !isThere(failure),
      wordsFor: ({ program }) => `cannot start: ${program === '' ? 'program' : program} not found`,
      shellCode: 127,
      shellMeaning: 'command not found',
      shellSays:
        /not found\W{0,3}$|no such file(?: or directory)?\W{0,3}$|can(?:'|no)t open \S{1,300}$|is not recognized as an? /i,
      isOther: (line) => LIBRARY.test(line),
    }),
};
