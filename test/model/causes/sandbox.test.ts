import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { toPod } from '../../../src/model/pod.ts';
import { podStartFailure } from '../../../src/model/trouble.ts';
import { at, backingOff, ended, event, factsOf, PROCESS, pending, waiting } from '../../support/cause-facts.ts';

const QUIET = 'I1122 15:00:00.101000       1 cache.go:88] Caches are synced\n';

const POD = { involvedObject: { kind: 'Pod', namespace: 'n', name: 'p', uid: 'u' } };

const running = { state: { running: { startedAt: '2026-11-22T15:01:00Z' } }, restartCount: 1, containerID: 'containerd://2' };

describe('a volume that cannot be mounted', () => {
  const pod = { fieldPath: '', kind: 'Pod', namespace: 'n', name: 'p', uid: 'u' };
  const podStatus = { phase: 'Pending' };

  it('is found before the kubelet has stated any container', () => {
    const events = [
      event('FailedCreatePodSandBox', 'Failed to create pod sandbox: rpc error: no free IPs', { involvedObject: pod }),
    ];
    expect(causeOf(factsOf({ podStatus, events }))).toMatchObject({
      id: 'sandbox',
      summary: 'FailedCreatePodSandBox: no free IPs',
    });
  });
});

describe('the condition PodReadyToStartContainers', () => {
  const conditionOf = (message: string, lastTransitionTime = '2026-11-22T15:00:00Z') => ({
    ...{ type: 'PodReadyToStartContainers', status: 'False', reason: 'PodSandboxNotReady', message, lastTransitionTime },
  });
  const stuck = { phase: 'Pending', conditions: [conditionOf('pod sandbox has no IP address')] };

  it('says what is wrong with the sandbox where no event does', () => {
    expect(causeOf(factsOf({ podStatus: stuck, status: waiting('ContainerCreating') }))).toMatchObject({
      id: 'sandbox',
      confidence: 'likely',
      summary: 'sandbox: pod sandbox has no IP address',
      evidence: [
        'condition PodReadyToStartContainers: PodSandboxNotReady: pod sandbox has no IP address',
        'waiting: ContainerCreating',
      ],
    });
    const pod = toPod({ metadata: { name: 'p', uid: 'u' }, spec: {}, status: stuck });
    const since = Date.parse('2026-11-22T15:00:00Z');
    expect(podStartFailure(pod, [], since + 61_000)).toEqual({ kind: 'sandbox', since });
    expect(podStartFailure(pod, [], since + 30_000)).toBeNull();
  });

  it('says nothing of a pod that has only just come, or waits for a volume', () => {
    const podStatus = { phase: 'Pending', conditions: [conditionOf('no pod sandbox exists')] };
    expect(causeOf(factsOf({ podStatus, status: waiting('ContainerCreating') }))?.id).not.toBe('sandbox');
    const pod = toPod({ metadata: { name: 'p', uid: 'u' }, spec: {}, status: podStatus });
    expect(podStartFailure(pod, [], Date.parse('2026-11-22T16:00:00Z'))).toBeNull();
  });
});

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

describe('pods whose volumes or network do not come', () => {
  it.each([
    [
      'no address left for the pod',
      [
        [
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "d95583cb": plugin type="host-local" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.60.28.1-10.60.28.254',
        ],
      ],
      'sandbox',
      'FailedCreatePodSandBox: no IP addresses available in range set: 10.60.28.1-10.60.28.254',
    ],
    [
      'an agent of the network that is not up',
      [
        [
          'FailedCreatePodSandBox',
          '(combined from similar events): Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "d95583cb": plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
        ],
      ],
      'sandbox',
      'FailedCreatePodSandBox: failed to assign an IP address to container',
    ],
    [
      'a right that the network lost',
      [
        [
          'FailedCreatePodSandBox',
          'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "d95583cb": plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized',
        ],
      ],
      'sandbox',
      'FailedCreatePodSandBox: connection is unauthorized: Unauthorized',
    ],
    [
      'a limit of memory below what the sandbox needs',
      [
        [
          'FailedCreatePodSandBox',
          `Failed to create pod sandbox: rpc error: code = Unknown desc = ${PROCESS}container init was OOM-killed (memory limit too low?): unknown`,
        ],
      ],
      'sandbox',
      'FailedCreatePodSandBox: container init was OOM-killed (memory limit too low?)',
    ],
  ] as const)('%s', (_, events, id, summary) => {
    const cause = pending(...(events as unknown as Parameters<typeof event>[]));
    expect(cause).toMatchObject({ id, confidence: 'likely' });
    expect(cause?.summary).toContain(summary);
  });
});
