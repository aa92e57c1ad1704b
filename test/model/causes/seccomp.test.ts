import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectRefusedStart } from '../../support/cause-expectations.ts';
import { backingOff, ended, factsOf, waiting } from '../../support/cause-facts.ts';

describe('signals that a program brings on itself', () => {
  it.each([[159, 'seccomp', 'exit 159: SIGSYS, a forbidden system call']])('exit %d is %s', (code, id, summary) => {
    expect(causeOf(factsOf({ status: { state: ended(code) } }))).toMatchObject({ id, confidence: 'likely', summary });
    // The numbers of the signals themselves are exit codes like any other.
    expect(causeOf(factsOf({ status: { state: ended(code & 31 || 1) } }))?.id).toBe('app-error');
  });

  it('seccomp is certain where the runtime says so', () => {
    expect(causeOf(factsOf({ status: { state: ended(159, 'seccomp killed') } }))).toMatchObject({
      id: 'seccomp',
      confidence: 'certain',
    });
    const message =
      'failed to generate spec opts: cannot load seccomp profile "/var/lib/kubelet/seccomp/x.json": no such file or directory';
    expect(causeOf(factsOf({ status: waiting('CreateContainerError', message) }))).toMatchObject({
      id: 'seccomp',
      confidence: 'certain',
      summary: 'cannot start: seccomp profile: no such file or directory',
    });
    const named = 'failed to reserve container name seccomp-test_p_n: name is reserved';
    expect(causeOf(factsOf({ status: waiting('CreateContainerError', named) }))?.id).toBe('unknown');
    const logTail = 'fatal: operation not permitted';
    expect(causeOf(factsOf({ status: { state: ended(1) }, logTail }))?.id).toBe('permission-denied');
  });
});

describe('exit codes and what they stand for', () => {
  it.each([[159, 'seccomp', 'likely']])('exit %d', (exitCode, id, confidence) => {
    expect(causeOf(factsOf({ status: backingOff(ended(exitCode)) }))).toMatchObject({ id, confidence });
  });
});

describe('starts that a runtime refuses, in its words', () => {
  it.each([
    [
      'a seccomp profile that is not on the node',
      'CreateContainerError',
      'failed to create containerd container: cannot load seccomp profile "/var/lib/kubelet/seccomp/profiles/audit.json": open /var/lib/kubelet/seccomp/profiles/audit.json: no such file or directory',
      'seccomp',
      'cannot start: seccomp profile: no such file or directory',
    ],
  ])('%s', (_, reason, message, id, summary) => expectRefusedStart(reason, message, id, summary));
});
