import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { backingOff, ended, factsOf, waiting } from './given-facts.ts';

const RUNC = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ';
const PROCESS = `${RUNC}unable to start container process: `;

function startError(message: string) {
  return ended(128, 'StartError', { startedAt: '1970-01-01T00:00:00Z', message });
}

describe('a start that fails', () => {
  it.each([
    [
      `${PROCESS}exec: "serve": executable file not found in $PATH: unknown`,
      'command-not-found',
      'cannot start: serve not found',
    ],
    [
      `${PROCESS}exec: "/bin/x": stat /bin/x: no such file or directory: unknown`,
      'command-not-found',
      'cannot start: /bin/x not found',
    ],
    [`${PROCESS}exec: "/bin/x": permission denied: unknown`, 'not-executable', 'cannot start: /bin/x: permission denied'],
    [`${PROCESS}exec: "/app": is a directory: unknown`, 'not-executable', 'cannot start: /app: is a directory'],
    [
      'crun: executable file `serve` not found in $PATH: No such file or directory',
      'command-not-found',
      'cannot start: serve not found',
    ],
    [
      'hcs::System::CreateProcess: The system cannot find the file specified.: unknown',
      'command-not-found',
      'cannot start: program not found',
    ],
    [
      `${PROCESS}container init was OOM-killed (memory limit too low?): unknown`,
      'oom-killed',
      'OOMKilled at its start, no memory limit of its own',
    ],
  ])('%s', (message, id, summary) => {
    const verdict = { id, summary, confidence: 'certain' };
    expect(causeOf(factsOf({ status: { state: startError(message) } }))).toMatchObject(verdict);
    // The same through its back-off, where only the last state still says so.
    expect(causeOf(factsOf({ status: backingOff(startError(message)) }))).toMatchObject(verdict);
  });

  it.each([
    [
      `${PROCESS}chdir to cwd ("/app") set in config.json failed: no such file or directory: unknown`,
      'cannot start: chdir to cwd ("/app") set in config.json failed: no such file or directory',
    ],
    [
      `${PROCESS}error during container init: open /proc/self/uid_map: permission denied: unknown`,
      'cannot start: open /proc/self/uid_map: permission denied',
    ],
  ])('is not blamed on its command: %s', (message, summary) => {
    expect(causeOf(factsOf({ status: backingOff(startError(message)) }))).toMatchObject({ id: 'unknown', summary });
  });

  it('is for another machine where the kernel finds no program in it: a script without its first line reads the same', () => {
    const message = `${PROCESS}exec /app: exec format error`;
    const verdict = { id: 'wrong-architecture', confidence: 'likely', summary: 'cannot start: /app: exec format error' };
    expect(causeOf(factsOf({ status: backingOff(startError(message)) }))).toMatchObject(verdict);
  });

  it('is the mount where the runtime names one', () => {
    const message = `${RUNC}error mounting "/cfg" to rootfs at "/etc/cfg": mount /cfg: not a directory: unknown`;
    expect(causeOf(factsOf({ status: backingOff(startError(message)) }))).toMatchObject({
      id: 'volume-mount',
      confidence: 'certain',
      summary: 'cannot start: /etc/cfg cannot be mounted: not a directory',
    });
  });

  it('is what CRI-O says before there is a container', () => {
    const message = `container create failed: ${PROCESS}exec: "serve": executable file not found in $PATH`;
    const status = waiting('CreateContainerError', message);
    expect(causeOf(factsOf({ status }))).toMatchObject({
      id: 'command-not-found',
      evidence: [`waiting: CreateContainerError: ${message}`],
    });
    expect(causeOf(factsOf({ status: waiting('CreateContainerError', 'context deadline exceeded') }))).toMatchObject({
      id: 'unknown',
      summary: 'CreateContainerError: context deadline exceeded',
    });
  });

  it('goes before what the container died of earlier', () => {
    const status = { ...waiting('CreateContainerError', 'failed to reserve container name'), lastState: ended(137, 'OOMKilled') };
    expect(causeOf(factsOf({ status }))).toMatchObject({
      id: 'unknown',
      summary: 'CreateContainerError: failed to reserve container name',
    });
  });

  it('is known before its end is, which goes before an older end', () => {
    const message = `${PROCESS}exec: "serve": executable file not found in $PATH: unknown`;
    const status = { ...waiting('RunContainerError', message), lastState: ended(137, 'OOMKilled') };
    expect(causeOf(factsOf({ status }))).toMatchObject({ id: 'command-not-found' });
    const other = { ...waiting('RunContainerError', 'no such device'), lastState: ended(137, 'OOMKilled') };
    expect(causeOf(factsOf({ status: other }))).toMatchObject({ id: 'unknown', summary: 'RunContainerError: no such device' });
  });

  it('is not every exit code 128', () => {
    expect(causeOf(factsOf({ status: { state: ended(128) }, logTail: 'fatal: not a git repository' }))).toMatchObject({
      id: 'app-error',
      summary: 'exit 128: fatal: not a git repository',
    });
  });
});

describe('a shell that cannot run its command', () => {
  it.each([
    [127, '/bin/sh: migrate-up: not found', 'command-not-found', 'exit 127: migrate-up: not found'],
    [127, 'sh: 1: migrate-up: not found', 'command-not-found', 'exit 127: migrate-up: not found'],
    [127, '/bin/bash: line 3: migrate-up: command not found', 'command-not-found', 'exit 127: migrate-up: command not found'],
    [127, '', 'command-not-found', 'exit 127: command not found'],
    [126, '/bin/sh: /app/run: Permission denied', 'not-executable', 'exit 126: /app/run: Permission denied'],
    [126, '', 'not-executable', 'exit 126: command not executable'],
  ])('exit %d, %s', (code, logTail, id, summary) => {
    expect(causeOf(factsOf({ status: { state: ended(code) }, logTail }))).toMatchObject({ id, summary, confidence: 'likely' });
  });

  it('is not a program that lacks a library, which ends with 127 too', () => {
    const logTail =
      '/app/serve: error while loading shared libraries: libssl.so.3: cannot open shared object file: No such file or directory';
    expect(causeOf(factsOf({ status: { state: ended(127) }, logTail }))).toMatchObject({ id: 'app-error' });
  });

  it('is not a program that ends with another code after saying so', () => {
    expect(causeOf(factsOf({ status: { state: ended(1) }, logTail: '/bin/sh: migrate-up: not found' }))).toMatchObject({
      id: 'app-error',
    });
  });
});
