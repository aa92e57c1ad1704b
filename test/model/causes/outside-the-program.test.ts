import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { backingOff, ended, event, factsOf, waiting } from './given-facts.ts';

const QUIET = 'I1122 15:00:00.101000       1 cache.go:88] Caches are synced\n';
const POD = { involvedObject: { kind: 'Pod', namespace: 'n', name: 'p', uid: 'u' } };

describe('a kill from outside, whatever the exit code', () => {
  it('is the sandbox that changed in the second of the end', () => {
    const events = [
      event('Killing', 'Stopping container c'),
      event('SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.', POD),
    ];
    expect(causeOf(factsOf({ status: backingOff(ended(2)), events, logTail: QUIET }))).toMatchObject({
      id: 'sandbox',
      confidence: 'likely',
    });
  });

  it('is a stop by the kubelet that says nothing of why, of which nothing is certain', () => {
    const events = [event('Killing', 'Stopping container c')];
    for (const code of [0, 1, 2, 137, 143])
      expect(causeOf(factsOf({ status: backingOff(ended(code)), events, logTail: QUIET }))).toMatchObject({
        id: 'unknown',
        confidence: 'likely',
        summary: `stopped by the kubelet (exit ${code}); reason unknown`,
      });
  });

  it('is no stop of another time, nor of another container', () => {
    const before = { firstTimestamp: '2026-11-22T14:40:00Z', lastTimestamp: '2026-11-22T14:50:00Z' };
    const other = { involvedObject: { ...POD.involvedObject, fieldPath: 'spec.containers{d}' } };
    for (const more of [before, other])
      expect(
        causeOf(factsOf({ status: backingOff(ended(2)), events: [event('Killing', 'Stopping container c', more)] }))?.id,
      ).toBe('app-error');
  });

  const container = { livenessProbe: { httpGet: { path: '/', port: 1 }, initialDelaySeconds: 30, periodSeconds: 10 } };
  const old = { firstTimestamp: '2026-11-22T14:20:00Z', lastTimestamp: '2026-11-22T14:50:00Z', count: 6 };
  const probeFailed = [
    event('Killing', 'Container c failed liveness probe, will be restarted', old),
    event('Unhealthy', 'Liveness probe failed: context deadline exceeded', { firstTimestamp: old.firstTimestamp, count: 20 }),
  ];
  const lived = (startedAt: string) => backingOff(ended(2, 'Error', { startedAt }));

  it('is a liveness probe that failed up to the end of a run which lived as long as it allows', () => {
    const facts = { container, status: lived('2026-11-22T14:59:00Z'), events: probeFailed, logTail: QUIET };
    expect(causeOf(factsOf(facts))).toMatchObject({ id: 'liveness-kill', confidence: 'likely' });
  });

  it('is not a probe that failed because the program had crashed', () => {
    const crashed = { container, events: probeFailed };
    expect(causeOf(factsOf({ ...crashed, status: lived('2026-11-22T15:00:05Z'), logTail: QUIET }))?.id).toBe('app-error');
    const log = 'panic: no route\n\ngoroutine 1 [running]:\nmain.main()\n';
    expect(causeOf(factsOf({ ...crashed, status: lived('2026-11-22T14:59:00Z'), logTail: log }))?.id).toBe('app-panic');
  });
});

describe('a postStart hook', () => {
  const hook = (error: string) => [
    event('FailedPostStartHook', `Exec lifecycle hook ([/h]) for Container "c" in Pod "p_n(u)" failed - error: ${error}`),
    event('Killing', 'FailedPostStartHook'),
  ];

  it.each([
    ['command \'/h\' exited with 137: , message: ""'],
    ['rpc error: code = Unknown desc = container is not running, message: ""'],
    ['rpc error: code = NotFound desc = failed to exec in container: task 7c54 not found, message: ""'],
    ['command \'/h\' exited with 1: , message: ""'],
  ])('that failed because the program had died is not to blame: %s', (error) => {
    const facts = { status: backingOff(ended(1)), events: hook(error), logTail: 'Error: unknown flag: --x\n' };
    expect(causeOf(factsOf(facts))).toMatchObject({ id: 'app-error', summary: 'exit 1: Error: unknown flag: --x' });
  });

  it('that failed for a reason of its own is, whatever the program logged', () => {
    const events = hook('command \'/h\' exited with 7: , message: "no token"');
    for (const code of [0, 1, 137, 143])
      expect(causeOf(factsOf({ status: backingOff(ended(code)), events, logTail: 'ERROR told to stop\n' }))?.id).toBe(
        'post-start-hook',
      );
  });
});

describe('what the API gives a word for', () => {
  it.each([
    [
      'OutOfnvidia.com/gpu',
      "Pod was rejected: Node didn't have enough resource: nvidia.com/gpu, requested: 1, used: 0, capacity: 0",
    ],
    ['NodeAffinity', 'Pod was rejected: Predicate NodeAffinity failed'],
    ['TopologyAffinityError', 'Resources cannot be allocated with Topology locality'],
    ['SomethingNew', 'Pod was rejected: no such feature'],
  ])('is rejected: %s', (reason, message) => {
    const cause = causeOf(factsOf({ podStatus: { phase: 'Failed', reason, message } }));
    expect(cause).toMatchObject({ id: 'rejected', confidence: 'certain' });
    expect(cause?.summary).toContain(reason);
  });

  it.each([
    [
      'runtime-hook',
      "OCI runtime create failed: runc create failed: unable to start container process: error during container init: error running hook #0: error running hook: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'\nnvidia-container-cli: initialization error: nvml error: driver not loaded: unknown",
      'nvidia-container-cli: initialization error: nvml error: driver not loaded',
    ],
    [
      'runtime-hook',
      'OCI runtime create failed: error executing hook `/usr/bin/toolkit` (exit code: 1): unknown',
      '(exit code: 1)',
    ],
    [
      'device',
      'failed to generate spec: failed to inject CDI devices: unresolvable CDI devices nvidia.com/gpu=all: unknown',
      'unresolvable CDI devices nvidia.com/gpu=all',
    ],
    [
      'device',
      'error gathering device information while adding custom device "/dev/net/tun": no such file or directory',
      '"/dev/net/tun": no such file or directory',
    ],
  ])('is %s, of which the last line is the reason', (id, message, says) => {
    const end = ended(128, 'StartError', { message, startedAt: '1970-01-01T00:00:00Z' });
    for (const status of [backingOff(end), waiting('CreateContainerError', message)]) {
      const cause = causeOf(factsOf({ status }));
      expect(cause).toMatchObject({ id, confidence: 'certain' });
      expect(cause?.summary).toContain(says);
    }
  });
});

describe('where events are hidden', () => {
  const eventsHidden = 'no right to list events';

  it.each([
    [0, {}],
    [143, {}],
    [137, {}],
  ])('no evidence of exit %d says that no event tells of something', (code, more) => {
    const container = { livenessProbe: { httpGet: { path: '/', port: 1 } } };
    const end = ended(code, code === 0 ? 'Completed' : 'Error', more);
    const evidence = causeOf(factsOf({ container, status: backingOff(end), eventsHidden }))?.evidence ?? [];
    expect(evidence).toContain('its events are hidden: no right to list events');
    expect(evidence.join('\n')).not.toMatch(/no event|is known at that time/);
  });
});
