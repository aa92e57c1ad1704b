import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../../src/model/causes/index.ts';
import type { Json } from '../../../../src/text/json.ts';
import { backingOff, ended, event, factsOf } from '../given-facts.ts';

const KILLED = event('Killing', 'Container c failed liveness probe, will be restarted', { type: 'Normal' });
const PROBES: Json = {
  livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5, failureThreshold: 2 },
};

describe('what a probe said, as the kubelet writes it', () => {
  it.each([
    ['HTTP probe failed with statuscode: 503', 'HTTP probe failed with statuscode: 503'],
    ['dial tcp 10.244.1.7:8081: connect: connection refused', 'dial tcp 10.244.1.7:8081: connect: connection refused'],
    [
      'Get "http://10.244.1.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'context deadline exceeded',
    ],
    ['command timed out: "/bin/sleep 30" timed out after 1s', 'timed out after 1s'],
    [
      'timeout: failed to connect service "10.244.1.7:9090" within 1s: context deadline exceeded',
      'failed to connect service "10.244.1.7:9090" within 1s',
    ],
    ['service unhealthy (responded with "NOT_SERVING")', 'NOT_SERVING'],
    [
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown',
      'exec: "curl": executable file not found',
    ],
  ])('%s', (said, words) => {
    const message = `Liveness probe failed: ${said}`;
    for (const unhealthy of [event('Unhealthy', message), event('Unhealthy', `(combined from similar events): ${message}`)]) {
      const cause = causeOf(factsOf({ container: PROBES, status: backingOff(ended(137)), events: [unhealthy, KILLED] }));
      expect(cause).toMatchObject({ id: 'liveness-kill', confidence: 'certain' });
      expect(cause?.summary).toContain(words);
    }
  });

  it.each([0, 1, 2, 130, 137, 143, 255])('whatever the program makes of it: exit %d', (exitCode) => {
    const logTail = 'ERROR connect ECONNREFUSED 10.0.0.1:5432\npanic: shutting down\n';
    const cause = causeOf(factsOf({ container: PROBES, status: backingOff(ended(exitCode)), events: [KILLED], logTail }));
    expect(cause).toMatchObject({ id: 'liveness-kill', confidence: 'certain' });
  });

  it('is no more than a readiness probe that fails: that ends nothing', () => {
    const events = [event('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', { count: 40 })];
    const running = { state: { running: { startedAt: '2026-11-22T14:00:00Z' } }, restartCount: 0 };
    expect(causeOf(factsOf({ status: running, events }))).toBeNull();
    expect(causeOf(factsOf({ status: backingOff(ended(1)), events, logTail: 'FATAL no license' }))).toMatchObject({
      id: 'app-error',
    });
  });

  it('is not lost for a preStop hook that fails as well', () => {
    const events = [event('FailedPreStopHook', 'PreStopHook failed'), KILLED];
    expect(causeOf(factsOf({ container: PROBES, status: backingOff(ended(137)), events }))).toMatchObject({
      id: 'liveness-kill',
    });
  });
});

describe('a postStart hook, told by its event alone', () => {
  it.each([
    ['PostStartHook failed', 'postStart hook failed'],
    [
      'Exec lifecycle hook ([/bin/sh -c register]) for Container "c" in Pod "p_n(u)" failed - error: command \'/bin/sh -c register\' exited with 1: , message: "register: no route\\n"',
      'postStart hook failed with exit 1: register: no route',
    ],
    [
      'Http lifecycle hook (register) for Container "c" in Pod "p_n(u)" failed - error: Get "http://10.244.1.7:8081//register": dial tcp 10.244.1.7:8081: connect: connection refused, message: ""',
      'postStart hook failed: Get "http://10.244.1.7:8081//register": dial tcp 10.244.1.7:8081: connect: connection refused',
    ],
  ])('%s', (message, summary) => {
    const events = [event('FailedPostStartHook', message)];
    expect(causeOf(factsOf({ status: backingOff(ended(137)), events }))).toMatchObject({ id: 'post-start-hook', summary });
  });
});

describe('memory', () => {
  it.each([0, 1, 2, 137, 143])('is what the runtime says, whatever the code: OOMKilled with exit %d', (exitCode) => {
    const cause = causeOf(factsOf({ status: backingOff(ended(exitCode, 'OOMKilled')), logTail: 'worker died, giving up' }));
    expect(cause).toMatchObject({ id: 'oom-killed', confidence: 'certain' });
    expect(cause?.summary).toBe(`OOMKilled, no memory limit of its own${exitCode === 137 ? '' : ` (exit ${exitCode})`}`);
  });

  it('tells how fast a run got there only where it ended of it: its child may have been killed long before', () => {
    const told = (exitCode: number) =>
      causeOf(factsOf({ status: backingOff(ended(exitCode, 'OOMKilled')) }))?.evidence.filter((fact) =>
        /after (?:its|their) start/.test(fact),
      );
    expect(told(137)).toEqual(['it ran out of memory 10s after its start']);
    expect(told(0)).toEqual([]);
  });

  it('is what an init container ran out of, too', () => {
    const spec = { containers: [{ name: 'app' }], initContainers: [{ name: 'c' }] };
    expect(causeOf(factsOf({ spec, status: backingOff(ended(137, 'OOMKilled')) }))).toMatchObject({ id: 'oom-killed' });
  });

  it.each([
    ['a setting of the JVM', 'Picked up JAVA_TOOL_OPTIONS: -XX:+ExitOnOutOfMemoryError -XX:+HeapDumpOnOutOfMemoryError\nstarted'],
    ['a score of the kernel', 'oom_score_adj of 1 set to -997\nOOM protection enabled'],
    ['an information', '2026-11-22T15:00:00Z INFO watching for out of memory conditions'],
    ['what it got over, long ago', `worker 7 was OOM killed\n${'served\n'.repeat(60)}`],
  ])('is not suspected more for %s', (_, logTail) => {
    const cause = causeOf(factsOf({ status: backingOff(ended(137)), logTail }));
    expect(cause).toMatchObject({
      id: 'oom-suspected',
      confidence: 'possible',
      summary: 'killed: exit 137 (SIGKILL), sender unknown',
    });
  });

  it.each([
    ['its last words', 'MemoryError: cannot allocate memory'],
    ['what a shell says of its child', '/entrypoint.sh: line 7:    12 Killed                  java -jar app.jar\nout of memory'],
  ])('is suspected more for %s', (_, logTail) => {
    expect(causeOf(factsOf({ status: backingOff(ended(137)), logTail }))).toMatchObject({
      id: 'oom-suspected',
      confidence: 'likely',
    });
  });
});

describe('exit codes and what they stand for', () => {
  it.each([
    [132, 'illegal-instruction', 'likely'],
    [133, 'app-error', 'likely'],
    [134, 'abort', 'likely'],
    [135, 'app-error', 'likely'],
    [136, 'arithmetic-error', 'likely'],
    [137, 'oom-suspected', 'possible'],
    [139, 'segfault', 'likely'],
    [141, 'app-error', 'likely'],
    [143, 'sigterm-self', 'likely'],
    [150, 'app-error', 'likely'],
    [159, 'seccomp', 'likely'],
    [255, 'app-error', 'likely'],
    // Windows: access violation, stack overflow, DLL not found, Ctrl-C (signed, as the API gives it).
    [-1073741819, 'segfault', 'likely'],
    [3221225477, 'segfault', 'likely'],
    [3221225725, 'app-error', 'likely'],
    [3221225781, 'app-error', 'likely'],
    [-1073741510, 'sigterm-self', 'likely'],
  ])('exit %d', (exitCode, id, confidence) => {
    expect(causeOf(factsOf({ status: backingOff(ended(exitCode)) }))).toMatchObject({ id, confidence });
  });

  it('is no signal where no process ends of it', () => {
    const cause = causeOf(factsOf({ status: backingOff(ended(150)) }));
    expect(cause?.summary).toBe('exit 150');
    expect(cause?.evidence[0]).toBe('terminated: Error, exit 150: program error; SIGTTOU ends no process');
  });

  it('is what the program made of SIGTERM only where it was told to: here nobody told it', () => {
    const cause = causeOf(factsOf({ container: PROBES, status: backingOff(ended(143)) }));
    const summary = 'exit 143 (SIGTERM), sender unknown';
    expect(cause).toMatchObject({ id: 'sigterm-self', confidence: 'possible', summary });
  });
});

describe('pods that the kubelet or a controller ended as a whole', () => {
  it.each([
    ['Evicted', 'The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 900Mi. ', 'evicted'],
    ['Evicted', 'Usage of EmptyDir volume "e" exceeds the limit "1Mi". ', 'evicted'],
    ['Evicted', 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ', 'evicted'],
    ['Preempting', 'Preempted in order to admit critical pod', 'evicted'],
    ['Terminated', 'Pod was terminated in response to imminent node shutdown.', 'node-not-ready'],
    ['NodeShutdown', 'Pod was rejected as the node is shutting down.', 'node-not-ready'],
    ['DeadlineExceeded', 'Pod was active on the node longer than the specified deadline', 'deadline-exceeded'],
    ['OutOfcpu', "Node didn't have enough resource: cpu, requested: 4000, used: 1000, capacity: 4000", 'rejected'],
    [
      'UnexpectedAdmissionError',
      'Allocate failed due to no healthy devices present; cannot allocate unhealthy devices nvidia.com/gpu, which is unexpected',
      'rejected',
    ],
  ])('%s: %s', (reason, message, id) => {
    const podStatus = { phase: 'Failed', reason, message };
    const cause = causeOf(
      factsOf({ podStatus, status: { state: ended(137) }, logTail: 'ERROR connect ECONNREFUSED 10.0.0.1:1' }),
    );
    expect(cause).toMatchObject({ id, confidence: 'certain' });
    expect(cause?.summary).toContain(`${reason}: ${message.trim().slice(0, 60)}`);
  });

  it('keep the failure of the program that a rule of their Job went by', () => {
    const metadata = { ownerReferences: [{ kind: 'Job', name: 'policy', uid: 'j', controller: true }] };
    const message = 'Container c for pod n/p failed with exit code 42 matching FailJob rule at index 0';
    const ownerEvents = [event('PodFailurePolicy', message)];
    const given = { metadata, spec: { restartPolicy: 'Never' }, podStatus: { phase: 'Failed' }, ownerEvents };
    expect(causeOf(factsOf({ ...given, status: { state: ended(42) }, logTail: 'schema 12 cannot be migrated' }))).toMatchObject({
      id: 'app-error',
      summary: 'exit 42: schema 12 cannot be migrated',
    });
  });
});
