/** Linux signals 1 to 31 by their number (signal(7); the numbers of x86, Arm and RISC-V). */
const SIGNALS: readonly (readonly [name: string, words: string])[] = [
  ['SIGHUP', 'hung up'],
  ['SIGINT', 'interrupted'],
  ['SIGQUIT', 'quit'],
  ['SIGILL', 'illegal instruction'],
  ['SIGTRAP', 'trace or breakpoint trap'],
  ['SIGABRT', 'aborted'],
  ['SIGBUS', 'bad memory access'],
  ['SIGFPE', 'arithmetic error'],
  ['SIGKILL', 'killed'],
  ['SIGUSR1', 'user-defined signal 1'],
  ['SIGSEGV', 'segmentation fault'],
  ['SIGUSR2', 'user-defined signal 2'],
  ['SIGPIPE', 'wrote to a closed pipe'],
  ['SIGALRM', 'alarm clock'],
  ['SIGTERM', 'told to stop'],
  ['SIGSTKFLT', 'stack fault'],
  ['SIGCHLD', 'child ended'],
  ['SIGCONT', 'continued'],
  ['SIGSTOP', 'stopped'],
  ['SIGTSTP', 'stopped from the terminal'],
  ['SIGTTIN', 'read from the terminal in the background'],
  ['SIGTTOU', 'wrote to the terminal in the background'],
  ['SIGURG', 'urgent data'],
  ['SIGXCPU', 'CPU time limit exceeded'],
  ['SIGXFSZ', 'file size limit exceeded'],
  ['SIGVTALRM', 'virtual alarm clock'],
  ['SIGPROF', 'profiling timer'],
  ['SIGWINCH', 'window resized'],
  ['SIGIO', 'I/O possible'],
  ['SIGPWR', 'power failure'],
  ['SIGSYS', 'forbidden system call, as seccomp does'],
];

function signalEntry(exitCode: number): readonly [name: string, words: string] | undefined {
  return exitCode > 128 ? SIGNALS[exitCode - 129] : undefined;
}

/**
 * The signal of an exit code from 129 to 159 (128 + its number), as `SIGKILL`; null for every other
 * code. A convention of runtimes and shells: a program may return such a code by itself.
 */
export function signalOf(exitCode: number): string | null {
  return signalEntry(exitCode)?.[0] ?? null;
}

/** Signals that are ignored by default, or that stop or continue a process: signal(7). */
const NEVER_FATAL: readonly string[] = ['SIGCHLD', 'SIGCONT', 'SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGWINCH'];

/**
 * Can this signal end a process? If not, the program means something else by the code (the .NET
 * host: 150).
 */
export function canTerminate(signal: string): boolean {
  return !NEVER_FATAL.includes(signal);
}

/** NTSTATUS values with which Windows processes end (MS-ERREF 2.3.1), by their unsigned value. */
const NTSTATUS: ReadonlyMap<number, readonly [name: string, words: string]> = new Map([
  [0x40010004, ['DBG_TERMINATE_PROCESS', 'terminated by a debugger or a shutdown']],
  [0xc0000005, ['STATUS_ACCESS_VIOLATION', 'bad memory access']],
  [0xc0000017, ['STATUS_NO_MEMORY', 'not enough memory']],
  [0xc000001d, ['STATUS_ILLEGAL_INSTRUCTION', 'illegal instruction']],
  [0xc000007b, ['STATUS_INVALID_IMAGE_FORMAT', 'not a program for this machine']],
  [0xc0000094, ['STATUS_INTEGER_DIVIDE_BY_ZERO', 'division by zero']],
  [0xc00000fd, ['STATUS_STACK_OVERFLOW', 'stack overflow']],
  [0xc0000135, ['STATUS_DLL_NOT_FOUND', 'a DLL is missing']],
  [0xc0000139, ['STATUS_ENTRYPOINT_NOT_FOUND', 'a function is missing in a DLL']],
  [0xc000013a, ['STATUS_CONTROL_C_EXIT', 'told to stop']],
  [0xc0000142, ['STATUS_DLL_INIT_FAILED', 'a DLL could not be initialised']],
  [0xc0000374, ['STATUS_HEAP_CORRUPTION', 'heap corruption']],
  [0xc0000409, ['STATUS_STACK_BUFFER_OVERRUN', 'aborted, or a stack buffer overrun']],
]);

/**
 * The unsigned NTSTATUS of a Windows exit code (signed in the API, so negative); null for codes
 * from 0 to 255.
 */
function ntStatusOf(exitCode: number): number | null {
  return exitCode < 0 || exitCode > 255 ? exitCode >>> 0 : null;
}

/**
 * The name of a Windows exit code, as `STATUS_ACCESS_VIOLATION`; null without a name, and for codes
 * from 0 to 255.
 */
export function ntStatusName(exitCode: number): string | null {
  const status = ntStatusOf(exitCode);
  return status === null ? null : (NTSTATUS.get(status)?.[0] ?? null);
}

/**
 * Describes an exit code briefly and accurately: "exit 137: SIGKILL (killed; not necessarily out of
 * memory)".
 * @param reason the termination's reason, '' without one: it says more than the code.
 */
export function describeExitCode(exitCode: number, reason: string): string {
  return `exit ${exitCode}: ${textByReason(exitCode, reason) ?? textByCode(exitCode)}`;
}

function textByReason(exitCode: number, reason: string): string | null {
  switch (reason) {
    case 'OOMKilled':
      // The runtime also marks the container if only a child of its first process was killed.
      return exitCode === 137 ? 'SIGKILL, out of memory' : 'a process in it was killed, out of memory';
    case 'StartError':
    case 'ContainerCannotRun':
      return 'the runtime could not start it';
    case 'ContainerStatusUnknown':
      return 'the kubelet lost the container; the code says nothing';
    case 'RestartingAllContainers':
      return 'restarted with all containers of its pod; the code says nothing';
    case 'Unknown':
      return 'the runtime lost the container; the code says nothing';
    default:
      return null;
  }
}

function textByCode(exitCode: number): string {
  const signal = signalEntry(exitCode);
  if (signal !== undefined) {
    const [name, words] = signal;
    if (!canTerminate(name)) return `program error; ${name} ends no process`;
    return name === 'SIGKILL' ? `${name} (${words}; not necessarily out of memory)` : `${name} (${words})`;
  }
  const status = ntStatusOf(exitCode);
  if (status !== null) {
    const hex = `0x${status.toString(16).toUpperCase().padStart(8, '0')}`;
    const known = NTSTATUS.get(status);
    return known === undefined ? `${hex}, a Windows status` : `${hex} ${known[0]} (${known[1]})`;
  }
  switch (exitCode) {
    case 0:
      return 'ended without an error';
    case 126:
      return 'a command was found but could not be executed';
    case 127:
      return 'a command was not found';
    case 128:
      return 'program error, or a failed start; no signal';
    case 255:
      return 'program error, often -1';
    default:
      return 'program error';
  }
}
