import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { describeExitCode, ntStatusName, signalOf } from '../../src/model/exit-code.ts';

describe('signalOf', () => {
  it('names the signals of 129 to 159 and nothing else', () => {
    const named = Array.from({ length: 600 }, (_, i) => i - 200).filter((code) => signalOf(code) !== null);
    expect(named).toEqual(Array.from({ length: 31 }, (_, i) => 129 + i));
  });

  it.runIf(process.platform === 'linux')('agrees with the machine about every number', () => {
    const known = Object.entries(constants.signals).filter(([, number]) => number <= 31);
    // Some numbers have two names: SIGIOT is SIGABRT, SIGPOLL is SIGIO, SIGUNUSED is SIGSYS.
    const aliases: Record<string, string> = { SIGIOT: 'SIGABRT', SIGPOLL: 'SIGIO', SIGUNUSED: 'SIGSYS' };
    expect(known.length).toBeGreaterThanOrEqual(31);
    for (const [name, number] of known) expect(signalOf(128 + number)).toBe(aliases[name] ?? name);
  });
});

describe('exitCodeInWords', () => {
  it.each([
    [0, 'Completed', 'exit 0: ended without an error'],
    [1, 'Error', 'exit 1: program error'],
    [126, 'Error', 'exit 126: a command was found but could not be executed'],
    [127, 'Error', 'exit 127: a command was not found'],
    [128, 'StartError', 'exit 128: the runtime could not start it'],
    [128, 'ContainerCannotRun', 'exit 128: the runtime could not start it'],
    [128, 'Error', 'exit 128: program error, or a failed start; no signal'],
    [134, 'Error', 'exit 134: SIGABRT (aborted)'],
    [137, 'Error', 'exit 137: SIGKILL (killed; not necessarily out of memory)'],
    [137, 'OOMKilled', 'exit 137: SIGKILL, out of memory'],
    [0, 'OOMKilled', 'exit 0: a process in it was killed, out of memory'],
    [137, 'ContainerStatusUnknown', 'exit 137: the kubelet lost the container; the code says nothing'],
    [137, 'RestartingAllContainers', 'exit 137: restarted with all containers of its pod; the code says nothing'],
    [139, 'Error', 'exit 139: SIGSEGV (segmentation fault)'],
    [143, '', 'exit 143: SIGTERM (told to stop)'],
    [159, 'seccomp killed', 'exit 159: SIGSYS (forbidden system call, as seccomp does)'],
    [160, 'Error', 'exit 160: program error'],
    [255, 'Error', 'exit 255: program error, often -1'],
    [255, 'Unknown', 'exit 255: the runtime lost the container; the code says nothing'],
    [-1073741819, 'Error', 'exit -1073741819: 0xC0000005 STATUS_ACCESS_VIOLATION (bad memory access)'],
    [3221225477, 'Error', 'exit 3221225477: 0xC0000005 STATUS_ACCESS_VIOLATION (bad memory access)'],
    [1073807364, 'Error', 'exit 1073807364: 0x40010004 DBG_TERMINATE_PROCESS (terminated by a debugger or a shutdown)'],
    [-1, 'Error', 'exit -1: 0xFFFFFFFF, a Windows status'],
  ])('of %d %s', (exitCode, reason, words) => {
    expect(describeExitCode(exitCode, reason)).toBe(words);
  });

  it('never says out of memory of a code alone, but to warn', () => {
    for (let code = -300; code < 600; code++) {
      const claims = describeExitCode(code, 'Error').replace('not necessarily out of memory', '');
      expect(claims).not.toContain('out of memory');
    }
  });
});

describe('ntStatusName', () => {
  it('knows Windows codes only', () => {
    expect(ntStatusName(-1073740791)).toBe('STATUS_STACK_BUFFER_OVERRUN');
    expect(ntStatusName(-5)).toBeNull();
    expect(ntStatusName(139)).toBeNull();
  });
});
