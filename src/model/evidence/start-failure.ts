import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseFacts } from '../cause.ts';
import type { End } from './end.ts';
import { finalError } from './final-output.ts';
import { lastTerminationOf, neverStarted } from './last-termination.ts';
import { selfExitOf } from './self-exit.ts';

const FAILED_TO_START: readonly string[] = ['RunContainerError', 'CreateContainerError'];

/**
 * The runtime's message when it could not create or start the container; null if the newest attempt
 * has none.
 */
export function startFailureOf(facts: CauseFacts): string | null {
  const state = facts.status?.state;
  if (state?.type === 'waiting' && FAILED_TO_START.includes(state.reason)) return state.message;
  const end = lastTerminationOf(facts);
  return end !== null && neverStarted(end) ? end.message : null;
}

/** The program that could not be executed, and why, from a runtime's message. */
export interface ExecFailure {
  readonly program: string;
  readonly why: string;
}

// The runtime names the program after `exec`. The same words about a mount or a working directory
// mean something else.
const PATTERNS: readonly RegExp[] = [
  // runc:
  //   exec: "x": stat x: no such file or directory
  //   exec: "x": executable file not found in $PATH
  //   exec /x: exec format error
  /\bexec:? "?(?<program>[^\s":]+)"?: (?:(?:fork\/exec|stat) [^\s:]+: )?(?<why>executable file not found(?: in \$PATH)?|no such file or directory|permission denied|exec format error|is a directory)/i,
  // crun: executable file `x` not found in $PATH: No such file or directory
  /executable file [`'](?<program>[^`'\n]+)[`'] (?<why>not found)/i,
  // crun: open executable: Permission denied; exec container process `/x`: Exec format error
  /exec container process [`'](?<program>[^`'\n]+)[`']: (?<why>exec format error|permission denied|no such file or directory)/i,
  /open (?<program>executable): (?<why>permission denied|no such file or directory)/i,
  // Windows (hcsshim)
  /CreateProcess\b[^:]{0,400}: (?:failure in a Windows system call: )?(?<why>the system cannot find the (?:file|path) specified)/i,
];

/**
 * The program that a runtime's message says it could not execute; null if the message is about
 * something else.
 */
export function execFailureOf(message: string): ExecFailure | null {
  const plain = withPlainQuotes(message);
  for (const pattern of PATTERNS) {
    const groups = pattern.exec(plain)?.groups;
    if (groups !== undefined) return { program: groups.program ?? '', why: (groups.why as string).toLowerCase() };
  }
  return null;
}

/** Removes the escapes from quotation marks: each layer of Docker quotes the error once more. */
export function withPlainQuotes(message: string): string {
  return message.replaceAll(/(?<!\\)\\+"/g, '"');
}

/** Does this failure mean that the program exists, but cannot be executed? */
export function programExists({ why }: ExecFailure): boolean {
  return /permission denied|exec format error|is a directory/.test(why);
}

// A gRPC status without a code ends like this, which says nothing. Docker adds a question.
const TRAILER = /(?:: unknown){1,9}(?:: Are you trying to mount a directory .{0,400})?$/;

/**
 * The innermost part of a wrapped error: the text after the last colon of its first line,
 * shortened; '' if there is none.
 */
export function rootOfError(message: string): string {
  const bare = firstLine(message).replace(TRAILER, '');
  const root = bare.slice(bare.lastIndexOf(': ') + 1).trim();
  return shorten(root === '' ? bare.trim() : root);
}

// Says nothing without the text before it: an errno, a code, an address, a single word.
const BARE =
  /^(?:no such file or directory|permission denied|(?:not|is) a directory|file exists|device or resource busy|operation not permitted|invalid argument|input\/output error|context deadline exceeded|timed out|\S*)$/i;
// gRPC's prefix to the words of the server.
const RPC = /^code = \w{1,30} desc = /;
const MAX_PARTS = 3;

/**
 * The last line of a multi-line error, shortened: the reason, if a tool first wrote what it did.
 */
export function lastLineOfError(message: string): string {
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return shorten((lines.at(-1) ?? '').replace(TRAILER, '').trim());
}

/**
 * As {@link rootOfError}, with the text before it if it says nothing by itself: "open /dev/fuse:
 * permission denied".
 */
export function reasonOfError(message: string): string {
  const parts = firstLine(message).replace(TRAILER, '').split(': ');
  let reason = (parts.pop() ?? '').trim();
  for (let taken = 1; taken < MAX_PARTS && BARE.test(reason) && parts.length > 0; taken++) {
    reason = [(parts.pop() ?? '').trim(), reason].filter((part) => part !== '').join(': ');
    if (!BARE.test(reason.slice(0, reason.lastIndexOf(': ')))) break;
  }
  return shorten(reason.replace(RPC, ''));
}

// runc has started the container by then: it reports what it cannot execute in the container's own
// log.
const IN_LOG =
  /^(?:standard_init_linux\.go:\d{1,4}: )?exec (?:user process caused:?|(?<program>\S{1,400}):) "?(?<why>no such file or directory|permission denied)/;

/**
 * The end of a run whose program the runtime could not execute, by the log; null if the log does
 * not say so.
 */
export function execFailureInLog(facts: CauseFacts): { readonly end: End; readonly failure: ExecFailure } | null {
  const end = selfExitOf(facts);
  const groups = end === null ? undefined : IN_LOG.exec(finalError(facts, end)?.text ?? '')?.groups;
  if (end === null || groups === undefined) return null;
  return { end, failure: { program: groups.program ?? '', why: groups.why as string } };
}
