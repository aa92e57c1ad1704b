import { firstLine, shorten } from '../../text/truncate.ts';
import type { CauseFacts } from '../cause.ts';
import type { End } from './end.ts';
import { finalError } from './final-output.ts';
import { lastTerminationOf, neverStarted } from './last-termination.ts';
import { selfExitOf } from './self-exit.ts';

const FAILED_TO_START: readonly string[] = ['RunContainerError', 'CreateContainerError'];

/** What the runtime said when it could not create or start the container; null where it did not say so of the newest try. */
export function startFailureOf(facts: CauseFacts): string | null {
  const state = facts.status?.state;
  if (state?.type === 'waiting' && FAILED_TO_START.includes(state.reason)) return state.message;
  const end = lastTerminationOf(facts);
  return end !== null && neverStarted(end) ? end.message : null;
}

/** What could not be executed, and why; taken from a runtime's message. */
export interface ExecFailure {
  readonly program: string;
  readonly why: string;
}

// The runtime names the program behind `exec`. The same words about a mount or a working directory are something else.
const PATTERNS: readonly RegExp[] = [
  // runc: exec: "x": stat x: no such file or directory; exec: "x": executable file not found in $PATH; exec /x: exec format error
  /\bexec:? "?(?<program>[^\s":]+)"?: (?:(?:fork\/exec|stat) [^\s:]+: )?(?<why>executable file not found(?: in \$PATH)?|no such file or directory|permission denied|exec format error|is a directory)/i,
  // crun: executable file `x` not found in $PATH: No such file or directory
  /executable file [`'](?<program>[^`'\n]+)[`'] (?<why>not found)/i,
  // crun: open executable: Permission denied; exec container process `/x`: Exec format error
  /exec container process [`'](?<program>[^`'\n]+)[`']: (?<why>exec format error|permission denied|no such file or directory)/i,
  /open (?<program>executable): (?<why>permission denied|no such file or directory)/i,
  // Windows (hcsshim)
  /CreateProcess\b[^:]{0,400}: (?:failure in a Windows system call: )?(?<why>the system cannot find the (?:file|path) specified)/i,
];

/** The program that a runtime's message says it could not execute; null where the message is about something else. */
export function execFailureOf(message: string): ExecFailure | null {
  const plain = withPlainQuotes(message);
  for (const pattern of PATTERNS) {
    const groups = pattern.exec(plain)?.groups;
    if (groups !== undefined) return { program: groups.program ?? '', why: (groups.why as string).toLowerCase() };
  }
  return null;
}

/** A message without the escapes of its quotation marks: Docker wraps errors in such marks, once more with each layer. */
export function withPlainQuotes(message: string): string {
  return message.replaceAll(/(?<!\\)\\+"/g, '"');
}

/** Does this failure say that the program is there, but cannot be executed? */
export function isThere({ why }: ExecFailure): boolean {
  return /permission denied|exec format error|is a directory/.test(why);
}

// A gRPC status without a code ends in this; it says nothing. Docker asks a question behind it.
const TRAILER = /(?:: unknown){1,9}(?:: Are you trying to mount a directory .{0,400})?$/;

/** The innermost part of a wrapped error: what stands behind the last colon of its first line. Short; '' where there is none. */
export function rootOfError(message: string): string {
  const bare = firstLine(message).replace(TRAILER, '');
  const root = bare.slice(bare.lastIndexOf(': ') + 1).trim();
  return shorten(root === '' ? bare.trim() : root);
}

// Says nothing without what stands before it: an errno, a code, an address, a single word.
const BARE =
  /^(?:no such file or directory|permission denied|(?:not|is) a directory|file exists|device or resource busy|operation not permitted|invalid argument|input\/output error|context deadline exceeded|timed out|\S*)$/i;
// Of gRPC, before the words of who answered.
const RPC = /^code = \w{1,30} desc = /;
const MOST_PARTS = 3;

/** The last line of an error of several lines, which is the reason where a tool wrote what it did before; its only line else. Short. */
export function lastLineOfError(message: string): string {
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return shorten((lines.at(-1) ?? '').replace(TRAILER, '').trim());
}

/** As {@link rootOfError}, with what stands before it where it says nothing by itself: "open /dev/fuse: permission denied". */
export function reasonOfError(message: string): string {
  const parts = firstLine(message).replace(TRAILER, '').split(': ');
  let reason = (parts.pop() ?? '').trim();
  for (let taken = 1; taken < MOST_PARTS && BARE.test(reason) && parts.length > 0; taken++) {
    reason = [(parts.pop() ?? '').trim(), reason].filter((part) => part !== '').join(': ');
    if (!BARE.test(reason.slice(0, reason.lastIndexOf(': ')))) break;
  }
  return shorten(reason.replace(RPC, ''));
}

// runc, which has started the container by then: what it cannot execute it says in the container's own log.
const IN_LOG =
  /^(?:standard_init_linux\.go:\d{1,4}: )?exec (?:user process caused:?|(?<program>\S{1,400}):) "?(?<why>no such file or directory|permission denied)/;

/** The end of a run whose program the runtime could not execute, as the log says it; null where the log says no such thing. */
export function execFailureInLog(facts: CauseFacts): { readonly end: End; readonly failure: ExecFailure } | null {
  const end = selfExitOf(facts);
  const groups = end === null ? undefined : IN_LOG.exec(finalError(facts, end)?.text ?? '')?.groups;
  if (end === null || groups === undefined) return null;
  return { end, failure: { program: groups.program ?? '', why: groups.why as string } };
}
