import type { CauseFacts } from '../cause.ts';
import { canTerminate, ntStatusName, signalOf } from '../exit-code.ts';
import type { End } from './end.ts';
import { killOf } from './kill.ts';
import { lastTerminationOf, neverStarted } from './last-termination.ts';

/**
 * Signals that a program causes itself. The others (KILL, TERM, INT, ...) come from outside, which
 * is a cause of its own.
 */
const OWN_FAULTS: readonly string[] = [
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGSEGV',
  'SIGPIPE',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGSYS',
];
const TOLD_TO_STOP: readonly (string | null)[] = ['STATUS_CONTROL_C_EXIT', 'DBG_TERMINATE_PROCESS'];
/** Reasons for which the exit code says nothing about the program, or something else ended it. */
const NOT_ITS_OWN: readonly string[] = ['ContainerStatusUnknown', 'RestartingAllContainers', 'Unknown', 'OOMKilled'];

/** The newest end if the program caused it itself, with an error; else null. */
export function selfExitOf(facts: CauseFacts): End | null {
  const end = lastTerminationOf(facts);
  return end !== null && endedItself(end) && killOf(facts, end) === null ? end : null;
}

function endedItself(end: End): boolean {
  const { exitCode, reason } = end;
  if (exitCode === null || exitCode === 0 || neverStarted(end) || NOT_ITS_OWN.includes(reason)) return false;
  const signal = signalOf(exitCode);
  if (signal === null) return !TOLD_TO_STOP.includes(ntStatusName(exitCode));
  return OWN_FAULTS.includes(signal) || !canTerminate(signal);
}

/** An exit code with the name of its signal or status, if any: `exit 1`, `exit 132: SIGILL`. */
export function codeOf({ exitCode }: End): string {
  const name = exitCode === null ? null : (signalOf(exitCode) ?? ntStatusName(exitCode));
  return name === null || !canTerminate(name) ? `exit ${exitCode}` : `exit ${exitCode}: ${name}`;
}
