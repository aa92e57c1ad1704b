import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { runsMentioned } from '../../../src/model/ledger.ts';
import { toPod } from '../../../src/model/pod.ts';
import { podStartFailure } from '../../../src/model/trouble.ts';
import { backingOff, ended, event, factsOf, waiting } from './given-facts.ts';

describe('a memory limit of the pod (KEP-2837)', () => {
  const spec = { resources: { limits: { memory: '256Mi' } } };

  it('is what a container without one of its own is killed at', () => {
    const cause = causeOf(factsOf({ spec, status: backingOff(ended(137, 'OOMKilled')) }));
    expect(cause).toMatchObject({ id: 'oom-killed', summary: "OOMKilled, the pod's limit 256Mi", confidence: 'certain' });
    expect(cause?.evidence).toContain("spec: the pod's limit 256Mi");
  });

  it('stands beside the limit of a container that has one, and is not made up', () => {
    const container = { name: 'c', resources: { limits: { memory: '64Mi' } } };
    const cause = causeOf(factsOf({ spec: { ...spec, containers: [container] }, status: backingOff(ended(137, 'OOMKilled')) }));
    expect(cause?.summary).toBe('OOMKilled, limit 64Mi');
    expect(cause?.evidence).toContain("spec: limit 64Mi; the pod's limit 256Mi");
    expect(causeOf(factsOf({ status: backingOff(ended(137, 'OOMKilled')) }))?.summary).toBe(
      'OOMKilled, no memory limit of its own',
    );
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

describe('a pull secret that could not be read', () => {
  const said = 'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.';
  const events = [event('FailedToRetrieveImagePullSecret', said)];
  const open = 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope';
  const nodeOf = (kubeletVersion: string) => ({
    metadata: { name: 'node-a', uid: 'n' },
    status: { nodeInfo: { kubeletVersion } },
  });

  it('is why, from 1.37 on: it is told only of a pull that failed', () => {
    const cause = causeOf(factsOf({ status: waiting('ErrImagePull', open), events, node: nodeOf('v1.37.2') }));
    expect(cause).toMatchObject({ id: 'image-auth', confidence: 'certain' });
    expect(cause?.summary).toBe('its pull secret could not be read: registry.example.com/shop/app:1');
    expect(cause?.evidence.at(-1)).toContain('Unable to retrieve some image pull secrets (regcred)');
  });

  it('says little before, when it is told of each pull, and nothing of an image that is not there', () => {
    expect(causeOf(factsOf({ status: waiting('ErrImagePull', open), events, node: nodeOf('v1.35.4') }))?.id).toBe(
      'image-not-found',
    );
    const missing = waiting('ErrImagePull', 'failed to resolve reference: registry.example.com/shop/app:1: not found');
    expect(causeOf(factsOf({ status: missing, events, node: nodeOf('v1.37.2') }))?.id).toBe('image-not-found');
  });
});

it('an init container that the runtime lost is no run: the kubelet makes up that it has completed', () => {
  const message =
    'Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally';
  const lost = { name: 'prep', image: 'i', restartCount: 0, containerID: '' };
  const end = { exitCode: 0, reason: 'Completed', message, startedAt: null, finishedAt: null };
  const pod = (status: object) =>
    toPod({
      metadata: { name: 'p', uid: 'u' },
      spec: { initContainers: [{ name: 'prep' }] },
      status: { phase: 'Running', initContainerStatuses: [status] },
    });
  const statusOf = (status: object) => pod(status).containers[0] as Parameters<typeof runsMentioned>[0];
  expect(runsMentioned(statusOf({ ...lost, state: { terminated: end } }))).toEqual([]);
  const running = { running: { startedAt: '2026-11-22T15:00:00Z' } };
  const again = statusOf({
    ...lost,
    containerID: 'containerd://2',
    restartCount: 1,
    state: running,
    lastState: { terminated: end },
  });
  expect(runsMentioned(again).map((run) => run.containerID)).toEqual(['containerd://2']);
});
