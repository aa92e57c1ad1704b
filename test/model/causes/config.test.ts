import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { ended, event, factsOf, waiting } from './given-facts.ts';

function configError(message: string) {
  return causeOf(factsOf({ status: waiting('CreateContainerConfigError', message) }));
}

describe('what the container is configured with', () => {
  it.each([
    [
      'configmap "cart-config" not found',
      'missing-configmap',
      'configmap "cart-config" not found',
      'kubectl -n n get configmap cart-config',
    ],
    ['secret "tls" not found', 'missing-secret', 'secret "tls" not found', 'kubectl -n n get secret tls'],
    [
      "couldn't find key api-key in Secret shop/keys",
      'missing-key',
      'key api-key not in secret "keys"',
      'kubectl -n n describe secret keys',
    ],
    [
      "couldn't find key LOG in ConfigMap shop/cfg",
      'missing-key',
      'key LOG not in configmap "cfg"',
      'kubectl -n n describe configmap cfg',
    ],
    [
      'environment variable key "A" not found in file "/x/env"',
      'missing-key',
      'key A not in its env file',
      'kubectl -n n describe pod p',
    ],
    [
      'container has runAsNonRoot and image will run as root (pod: "p_n(u)", container: c)',
      'run-as-non-root',
      'runAsNonRoot, but the image runs as root',
      'kubectl -n n describe pod p',
    ],
    [
      'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root (pod: "p", container: c)',
      'run-as-non-root',
      'runAsNonRoot, but the image\'s user "app" is not numeric',
      'kubectl -n n describe pod p',
    ],
  ])('%s', (message, id, summary, command) => {
    const cause = configError(message);
    expect(cause).toMatchObject({ id, summary, confidence: 'certain' });
    expect(cause?.evidence).toEqual([`waiting: CreateContainerConfigError: ${message}`]);
    expect(cause?.next[0]).toBe(command);
  });

  it.each([
    ['failed to sync configmap cache: timed out waiting for the condition', 'timed out waiting for the condition'],
    ['services have not yet been read at least once, cannot construct envvars', 'services have not yet been read at least once'],
  ])('is not guessed from: %s', (message, part) => {
    const cause = configError(message);
    expect(cause?.id).toBe('unknown');
    expect(cause?.summary).toContain(`CreateContainerConfigError: ${part}`);
  });

  it('is no cause where the program itself says the same', () => {
    const logTail = 'configmap "cart-config" not found';
    expect(causeOf(factsOf({ status: { state: ended(1) }, logTail }))).toMatchObject({ id: 'app-error' });
  });
});

describe('a volume that cannot be mounted', () => {
  const pod = { fieldPath: '', kind: 'Pod', namespace: 'n', name: 'p', uid: 'u' };
  const failedMount = (message: string, more = {}) => event('FailedMount', message, { involvedObject: pod, ...more });
  const secret = 'MountVolume.SetUp failed for volume "v" : secret "tls-cert" not found';
  const creating = waiting('ContainerCreating');
  const podStatus = { phase: 'Pending' };

  it.each([
    [secret, 'missing-secret', 'secret "tls-cert" not found'],
    ['MountVolume.SetUp failed for volume "v" : configmap "cfg" not found', 'missing-configmap', 'configmap "cfg" not found'],
    [
      'MountVolume.SetUp failed for volume "v" : references non-existent secret key: tls.key',
      'missing-key',
      'key tls.key not in the secret of a volume',
    ],
    [
      'MountVolume.SetUp failed for volume "v" : references non-existent config key: app.yaml',
      'missing-key',
      'key app.yaml not in the configmap of a volume',
    ],
    ['MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32', 'volume-mount', 'volume "nfs": exit status 32'],
  ])('%s', (message, id, summary) => {
    const cause = causeOf(factsOf({ podStatus, status: creating, events: [failedMount(message)] }));
    expect(cause).toMatchObject({ id, summary, confidence: 'likely' });
    expect(cause?.evidence.at(-1)).toContain('event FailedMount (2026-11-22T15:00:10Z)');
  });

  it('is no cause any more once the pod moves on', () => {
    const pulling = event('Pulling', 'Pulling image', { lastTimestamp: '2026-11-22T15:02:00Z' });
    expect(causeOf(factsOf({ podStatus, status: creating, events: [failedMount(secret), pulling] }))).toBeNull();
    const running = { state: { running: { startedAt: '2026-11-22T15:02:00Z' } } };
    expect(causeOf(factsOf({ status: running, events: [failedMount(secret)] }))).toBeNull();
  });

  it('does not explain an end that came after it', () => {
    const later = ended(1, 'Error', { finishedAt: '2026-11-22T15:05:00Z' });
    expect(causeOf(factsOf({ status: { state: later }, events: [failedMount(secret)] }))).toMatchObject({ id: 'app-error' });
  });

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

describe('unschedulable', () => {
  const scheduled = (reason: string, message: string) => ({
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason, message }],
  });

  it('says how many nodes there are, and why none of them', () => {
    const message =
      '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. preemption: 0/3 nodes are available.';
    expect(causeOf(factsOf({ podStatus: scheduled('Unschedulable', message) }))).toMatchObject({
      id: 'unschedulable',
      confidence: 'certain',
      summary: 'unschedulable: 0/3 nodes, 1 node(s) had untolerated taint(s), 2 Insufficient cpu',
    });
    expect(causeOf(factsOf({ podStatus: scheduled('Unschedulable', 'persistentvolumeclaim "data" not found') }))?.summary).toBe(
      'unschedulable: persistentvolumeclaim "data" not found',
    );
  });

  it('is not a pod that waits for its gates, nor one that nobody has looked at', () => {
    expect(
      causeOf(factsOf({ podStatus: scheduled('SchedulingGated', 'Scheduling is blocked due to non-empty scheduling gates') })),
    ).toBeNull();
    expect(causeOf(factsOf({ podStatus: { phase: 'Pending' } }))).toBeNull();
  });
});
