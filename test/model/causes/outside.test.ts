import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import type { Json } from '../../../src/text/json.ts';
import { backingOff, ended, event, factsOf, waiting } from './given-facts.ts';

const at = (time: string) => ({ firstTimestamp: time, lastTimestamp: time });
const running = { state: { running: { startedAt: '2026-11-22T15:01:00Z' } }, restartCount: 1, containerID: 'containerd://2' };
const node = (ready: string, since = '2026-11-22T15:00:40Z'): Json => ({
  metadata: { name: 'node-a', uid: 'node' },
  status: { conditions: [{ type: 'Ready', status: ready, lastTransitionTime: since }] },
});

describe('evicted', () => {
  const podStatus = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: ephemeral-storage.' };

  it('is what the status of the pod says, with the node to look at', () => {
    const cause = causeOf(factsOf({ podStatus, status: { state: ended(137) } }));
    expect(cause).toMatchObject({ id: 'evicted', confidence: 'certain', summary: `Evicted: ${podStatus.message}` });
    expect(cause?.next).toContain('kubectl describe node node-a');
  });

  it('is not any other failure of a pod, nor a pod that is running', () => {
    const deadline = { phase: 'Failed', reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than' };
    expect(causeOf(factsOf({ podStatus: deadline, status: { state: ended(143) } }))?.id).toBe('deadline-exceeded');
    expect(causeOf(factsOf({ podStatus: { reason: 'Evicted' }, status: { state: ended(1) } }))?.id).toBe('app-error');
  });
});

describe('node-not-ready', () => {
  const lost = ended(137, 'ContainerStatusUnknown', { startedAt: null, finishedAt: null });

  it('explains what was lost or killed from outside when the node went away', () => {
    const cause = causeOf(factsOf({ status: { state: ended(137) }, node: node('Unknown') }));
    expect(cause).toMatchObject({
      id: 'node-not-ready',
      confidence: 'likely',
      summary: 'node node-a is not ready; killed (exit 137)',
    });
    expect(cause?.evidence[0]).toBe(
      'node node-a: Ready is Unknown since 2026-11-22T15:00:40Z; the status of its pods may be outdated',
    );
    expect(cause?.next[0]).toBe('kubectl describe node node-a');
    expect(causeOf(factsOf({ status: { state: lost }, node: node('False') }))?.id).toBe('node-not-ready');
  });

  it('is certain where the status of the pod says it', () => {
    const podStatus = {
      phase: 'Failed',
      reason: 'Terminated',
      message: 'Pod was terminated in response to imminent node shutdown.',
    };
    expect(causeOf(factsOf({ podStatus, status: { state: ended(143) } }))).toMatchObject({
      id: 'node-not-ready',
      confidence: 'certain',
    });
  });

  it.each([
    ['a program that failed by itself', ended(1), 'app-error'],
    ['memory', ended(137, 'OOMKilled'), 'oom-killed'],
    [
      'a kill of long before',
      ended(137, 'Error', { finishedAt: '2026-11-22T14:50:00Z', startedAt: '2026-11-22T14:49:00Z' }),
      'oom-suspected',
    ],
  ])('does not explain %s', (_, end, id) => {
    const cause = causeOf(factsOf({ status: { state: end }, node: node('Unknown') }));
    expect(cause?.id).toBe(id);
    // The state of the node is told all the same.
    expect(cause?.evidence.at(-1)).toMatch(/^node node-a: Ready is Unknown since /);
  });

  it('is not said on a node that is ready, nor of a container that never failed', () => {
    expect(causeOf(factsOf({ status: { state: ended(137) }, node: node('True') }))?.id).toBe('oom-suspected');
    expect(causeOf(factsOf({ status: { state: running.state }, node: node('Unknown') }))).toBeNull();
    expect(causeOf(factsOf({ status: waiting('ContainerCreating'), node: node('Unknown') }))).toBeNull();
  });
});

describe('kubelet-restarted', () => {
  it('is likely where the kubelet tells of its start, and possible where it does not', () => {
    const status = { ...running, lastState: ended(255, 'Unknown') };
    const start = Date.parse('2026-11-22T15:00:40Z');
    const cause = causeOf(factsOf({ status, kubeletStarts: [start] }));
    expect(cause).toMatchObject({
      id: 'kubelet-restarted',
      confidence: 'likely',
      summary: 'lost by the runtime (exit 255, Unknown)',
    });
    expect(cause?.evidence.at(-1)).toBe('the kubelet of node-a started at 2026-11-22T15:00:40Z');
    expect(causeOf(factsOf({ status, kubeletStarts: [start - 3_600_000] }))?.confidence).toBe('possible');
    const lost = ended(137, 'ContainerStatusUnknown', { startedAt: null, finishedAt: null });
    expect(causeOf(factsOf({ status: { state: lost } }))).toMatchObject({ id: 'kubelet-restarted', confidence: 'possible' });
  });

  it('does not explain a program that ended with 255 by itself while the kubelet restarted', () => {
    const start = Date.parse('2026-11-22T15:00:40Z');
    expect(causeOf(factsOf({ status: { state: ended(255) }, kubeletStarts: [start] }))?.id).toBe('app-error');
  });
});

describe('sandbox', () => {
  const changed = (time: string) => event('SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.', at(time));

  it('took its containers with it', () => {
    expect(
      causeOf(factsOf({ status: { ...running, lastState: ended(137) }, events: [changed('2026-11-22T15:00:12Z')] })),
    ).toMatchObject({
      id: 'sandbox',
      confidence: 'likely',
      summary: "the pod's sandbox changed, killed with it (exit 137)",
    });
  });

  it('did not, where it changed at another time, or the program failed by itself', () => {
    const killed = { ...running, lastState: ended(137) };
    expect(causeOf(factsOf({ status: killed, events: [changed('2026-11-22T14:30:00Z')] }))?.id).toBe('oom-suspected');
    const failed = { ...running, lastState: ended(1) };
    expect(causeOf(factsOf({ status: failed, events: [changed('2026-11-22T15:00:12Z')] }))?.id).toBe('app-error');
  });
});

describe('oom-suspected', () => {
  const container = { resources: { limits: { memory: '64Mi' } } };

  it('is no more than possible of a SIGKILL that nobody owned up to', () => {
    const cause = causeOf(factsOf({ container, status: backingOff(ended(137)) }));
    expect(cause).toMatchObject({
      id: 'oom-suspected',
      confidence: 'possible',
      summary: 'killed: exit 137 (SIGKILL), sender unknown',
    });
    expect(cause?.evidence).toEqual(expect.arrayContaining(['spec: limit 64Mi', 'no known event reports a kill']));
  });

  it('is likely where more points to memory', () => {
    const summary = 'killed: exit 137 (SIGKILL), sender unknown; perhaps out of memory';
    const verdict = { id: 'oom-suspected', confidence: 'likely', summary };
    const earlier = [
      { state: ended(137, 'OOMKilled', { containerID: 'containerd://0', finishedAt: '2026-11-22T14:59:00Z' }), restartCount: 0 },
    ];
    expect(causeOf(factsOf({ earlier, status: { ...backingOff(ended(137)), restartCount: 1 } }))).toMatchObject(verdict);
    expect(causeOf(factsOf({ status: { state: ended(137) }, logTail: 'Out of memory: Killed process 17' }))).toMatchObject(
      verdict,
    );
  });

  it('names a probe that fits, where its events were not seen', () => {
    const livenessProbe = { exec: { command: ['false'] }, initialDelaySeconds: 2, periodSeconds: 4, failureThreshold: 2 };
    const hint = 'it lived 10s, as long as its liveness probe allows without a success: the probe may have killed it';
    const evidenceWith = (probe: Json) => causeOf(factsOf({ container: probe, status: backingOff(ended(137)) }))?.evidence;
    expect(evidenceWith({ livenessProbe })).toContain(hint);
    expect(evidenceWith({ livenessProbe: { ...livenessProbe, periodSeconds: 60 } })?.join()).not.toContain('probe');
    expect(evidenceWith({})?.join()).not.toContain('probe');
  });

  it('is not a kill that has an owner', () => {
    const kill = event('Killing', 'Container c failed liveness probe, will be restarted');
    expect(causeOf(factsOf({ status: { state: ended(137) }, events: [kill] }))?.id).toBe('liveness-kill');
    expect(causeOf(factsOf({ status: { state: ended(137, 'OOMKilled') } }))?.id).toBe('oom-killed');
    const metadata = { deletionTimestamp: '2026-11-22T15:00:12Z', deletionGracePeriodSeconds: 3 };
    expect(causeOf(factsOf({ metadata, status: { state: ended(137) } }))).toBeNull();
  });
});

describe('sigterm-self', () => {
  const probe = { livenessProbe: { exec: { command: ['true'] } } };

  it('is a SIGTERM that Kubernetes did not send, and less sure where a probe may have', () => {
    const status = backingOff(ended(143));
    expect(causeOf(factsOf({ status }))).toMatchObject({ id: 'sigterm-self', confidence: 'likely' });
    expect(causeOf(factsOf({ status, container: probe }))).toMatchObject({ id: 'sigterm-self', confidence: 'possible' });
  });

  it('is not the SIGTERM of a probe, nor of a deletion', () => {
    const kill = event('Killing', 'Container c failed liveness probe, will be restarted');
    expect(causeOf(factsOf({ status: backingOff(ended(143)), events: [kill] }))?.id).toBe('liveness-kill');
    const metadata = { deletionTimestamp: '2026-11-22T15:00:30Z', deletionGracePeriodSeconds: 30 };
    expect(causeOf(factsOf({ metadata, status: { state: ended(143) }, events: [] }))).toBeNull();
  });
});

describe('what is no failure', () => {
  const metadata: Json = { deletionTimestamp: '2026-11-22T15:00:37Z', deletionGracePeriodSeconds: 30 };
  const stopped = { state: ended(143), restartCount: 1 };

  it('deleted: of a container that restarted before, for reasons that nobody saw', () => {
    const cause = causeOf(factsOf({ metadata, status: stopped }));
    expect(cause).toMatchObject({ id: 'deleted', confidence: 'certain', summary: 'ended by the deletion of its pod (exit 143)' });
    expect(cause?.evidence[0]).toBe('deletion requested at 2026-11-22T15:00:07Z');
  });

  it('deleted: a failure before it stays the cause, and the first run of a pod needs no cause', () => {
    const earlier = [
      { state: ended(1, 'Error', { containerID: 'containerd://0', finishedAt: '2026-11-22T14:59:00Z' }), restartCount: 0 },
    ];
    expect(causeOf(factsOf({ metadata, earlier, status: stopped }))?.id).toBe('app-error');
    expect(causeOf(factsOf({ metadata, status: { state: ended(143) } }))).toBeNull();
  });

  it('job-backoff: where its Job says that it gave up, and only then', () => {
    const ownerReferences = [{ kind: 'Job', name: 'import', uid: 'job', controller: true }];
    const ownerEvents = [event('BackoffLimitExceeded', 'Job has reached the specified backoff limit')];
    const ofJob = { ...metadata, ownerReferences };
    const cause = causeOf(factsOf({ metadata: ofJob, status: stopped, ownerEvents }));
    expect(cause).toMatchObject({ id: 'job-backoff', summary: 'its Job gave up: BackoffLimitExceeded' });
    expect(cause?.next[0]).toBe('kubectl -n n describe job import');
    expect(causeOf(factsOf({ metadata: ofJob, status: stopped }))?.id).toBe('deleted');
    // What made its tries fail lies deeper.
    const earlier = [
      { state: ended(13, 'Error', { containerID: 'containerd://0', finishedAt: '2026-11-22T14:59:00Z' }), restartCount: 0 },
    ];
    expect(causeOf(factsOf({ metadata: ofJob, earlier, status: stopped, ownerEvents }))?.id).toBe('app-error');
  });
});

describe('signals that a program brings on itself', () => {
  it.each([
    [132, 'illegal-instruction', 'exit 132: SIGILL, illegal instruction'],
    [-1073741795, 'illegal-instruction', 'STATUS_ILLEGAL_INSTRUCTION, illegal instruction'],
    [136, 'arithmetic-error', 'exit 136: SIGFPE, arithmetic error'],
    [-1073741676, 'arithmetic-error', 'STATUS_INTEGER_DIVIDE_BY_ZERO, arithmetic error'],
    [159, 'seccomp', 'exit 159: SIGSYS, a forbidden system call'],
  ])('exit %d is %s', (code, id, summary) => {
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
