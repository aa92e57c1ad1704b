import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  conditionOf,
  containerSpecOf,
  hasKillingProbe,
  isPodReady,
  mayRestart,
  NotAKubernetesObject,
  type Pod,
  policyRestarts,
  toPod,
} from '../../src/model/pod.ts';
import type { Json } from '../../src/text/json.ts';

function podOf({ metadata = {}, spec = {}, status = {} }: { metadata?: Json; spec?: Json; status?: Json }): Pod {
  return toPod({ metadata: { name: 'p', namespace: 'n', uid: 'u', ...metadata }, spec, status: { phase: 'Running', ...status } });
}

describe('toPod', () => {
  it('keeps what crash facts rest on', () => {
    const pod = toPod({
      metadata: {
        name: 'api-7d9f8c-x2kq4',
        namespace: 'payments',
        uid: 'u1',
        creationTimestamp: '2026-11-22T14:58:04Z',
        labels: { 'pod-template-hash': '7d9f8c' },
        ownerReferences: [
          { kind: 'Node', name: 'other', uid: 'o0' },
          { kind: 'ReplicaSet', name: 'api-7d9f8c', uid: 'o1', controller: true },
        ],
      },
      spec: {
        nodeName: 'node-a',
        restartPolicy: 'OnFailure',
        initContainers: [{ name: 'proxy', restartPolicy: 'Always', readinessProbe: {} }, { name: 'migrate' }],
        containers: [{ name: 'api', image: 'api:1', resources: { limits: { memory: '512Mi' } }, livenessProbe: { exec: {} } }],
        ephemeralContainers: [{ name: 'debug' }],
      },
      status: {
        phase: 'Running',
        conditions: [
          { type: 'Ready', status: 'False', reason: 'ContainersNotReady', lastTransitionTime: '2026-11-22T14:58:05Z' },
        ],
        initContainerStatuses: [
          { name: 'proxy', started: true, ready: true, state: { running: { startedAt: '2026-11-22T14:58:05Z' } } },
        ],
        containerStatuses: [
          {
            name: 'api',
            image: 'api:1',
            restartCount: 4,
            containerID: 'containerd://4',
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 1m20s' } },
            lastState: {
              terminated: {
                exitCode: 137,
                reason: 'OOMKilled',
                startedAt: '2026-11-22T15:09:14Z',
                finishedAt: '2026-11-22T15:09:18Z',
                containerID: 'containerd://4',
              },
            },
          },
        ],
      },
    });
    expect(pod).toMatchObject({
      createdAt: Date.UTC(2026, 10, 22, 14, 58, 4),
      deletionAt: null,
      deletionRequestedAt: null,
      controller: { kind: 'ReplicaSet', name: 'api-7d9f8c', uid: 'o1' },
      templateHash: '7d9f8c',
      spec: { nodeName: 'node-a', restartPolicy: 'OnFailure' },
    });
    expect(pod.spec.containers.map((c) => [c.name, c.type])).toEqual([
      ['proxy', 'sidecar'],
      ['migrate', 'init'],
      ['api', 'app'],
      ['debug', 'ephemeral'],
    ]);
    expect(containerSpecOf(pod, 'api')?.memoryLimit).toBe('512Mi');
    expect(pod.spec.containers.filter((c) => hasKillingProbe(pod, c.name)).map((c) => c.name)).toEqual(['api']);
    expect(pod.containers.map((c) => [c.name, c.type, c.state.type])).toEqual([
      ['proxy', 'sidecar', 'running'],
      ['api', 'app', 'waiting'],
    ]);
    expect(pod.containers[1]?.last).toEqual({
      containerID: 'containerd://4',
      exitCode: 137,
      signal: 0,
      reason: 'OOMKilled',
      message: '',
      startedAt: Date.UTC(2026, 10, 22, 15, 9, 14),
      finishedAt: Date.UTC(2026, 10, 22, 15, 9, 18),
    });
    expect(isPodReady(pod)).toBe(false);
    expect(conditionOf(pod, 'Ready')?.since).toBe(Date.UTC(2026, 10, 22, 14, 58, 5));
    expect(conditionOf(pod, 'Initialized')).toBeUndefined();
  });

  it('takes the year 1970 for no time, as a start that never was has it', () => {
    const terminated = {
      exitCode: 128,
      reason: 'StartError',
      startedAt: '1970-01-01T00:00:00Z',
      finishedAt: '2026-11-22T15:09:18Z',
    };
    const [status] = podOf({ status: { containerStatuses: [{ name: 'c', state: { terminated } }] } }).containers;
    expect(status?.state).toMatchObject({ type: 'terminated', startedAt: null, finishedAt: Date.UTC(2026, 10, 22, 15, 9, 18) });
  });

  it('takes a container without a state for one that waits', () => {
    const [status] = podOf({ status: { containerStatuses: [{ name: 'c' }] } }).containers;
    expect(status).toMatchObject({ state: { type: 'waiting', reason: '', message: '' }, last: null, restartCount: 0 });
  });

  it('makes every string safe', () => {
    const evil = '\u001b[2J\u202e';
    const pod = podOf({
      metadata: { name: evil, namespace: evil },
      spec: { nodeName: evil, containers: [{ name: evil, image: evil }] },
      status: {
        phase: evil,
        reason: evil,
        message: evil,
        conditions: [{ type: evil, message: evil }],
        containerStatuses: [{ name: evil, state: { terminated: { reason: evil, message: `a\n${evil}`, containerID: evil } } }],
      },
    });
    expect(JSON.stringify(pod)).not.toMatch(/\\u001b|\u202e/);
    expect(pod.containers[0]?.state).toMatchObject({ message: 'a\n␛[2J�' });
  });

  describe('of a pod that is being deleted', () => {
    const graceful = { deletionTimestamp: '2026-11-22T15:05:54Z', deletionGracePeriodSeconds: 3 };
    const last = { deletionTimestamp: '2026-11-22T15:05:55Z', deletionGracePeriodSeconds: 0 };
    const spec = { terminationGracePeriodSeconds: 3 };
    const requested = Date.UTC(2026, 10, 22, 15, 5, 51);

    it('tells when that was asked for', () => {
      expect(podOf({ metadata: graceful }).deletionRequestedAt).toBe(requested);
      expect(podOf({ metadata: last, spec }).deletionRequestedAt).toBe(requested + 1000);
    });

    it('keeps to what an earlier arrival told', () => {
      const before = podOf({ metadata: graceful });
      const after = toPod({ metadata: { name: 'p', uid: 'u', ...last }, spec }, before);
      expect(after).toMatchObject({ deletionRequestedAt: requested, deletionAt: Date.UTC(2026, 10, 22, 15, 5, 55) });
    });
  });

  it.each([
    [{}],
    [{ metadata: null }],
    [{ metadata: { name: 'p' } }],
    [{ metadata: { uid: 'u', name: 7 } }],
    [{ metadata: [] }],
  ])('refuses what is no object of Kubernetes: %j', (raw) => {
    expect(() => toPod(raw as Json)).toThrow(NotAKubernetesObject);
  });

  it('stands any shape of what is not required', () => {
    const junk = fc.jsonValue({ maxDepth: 3 });
    const list = fc.oneof(
      junk,
      fc.array(fc.oneof(junk, fc.record({ name: junk, state: junk, lastState: junk, restartCount: junk }))),
    );
    const raw = fc.record({
      metadata: fc.record({ name: fc.string(), uid: fc.string(), labels: junk, ownerReferences: junk, deletionTimestamp: junk }),
      spec: fc.oneof(
        junk,
        fc.record({ containers: list, initContainers: list, restartPolicy: junk, terminationGracePeriodSeconds: junk }),
      ),
      status: fc.oneof(junk, fc.record({ phase: junk, conditions: list, containerStatuses: list, initContainerStatuses: list })),
    });
    fc.assert(
      fc.property(raw, (any) => {
        const pod = toPod(any as Json);
        expect(['Always', 'OnFailure', 'Never']).toContain(pod.spec.restartPolicy);
        for (const c of pod.containers) expect(Number.isFinite(c.restartCount)).toBe(true);
      }),
    );
  });
});

describe('the spec of a pod', () => {
  const container = {
    name: 'c',
    image: 'app:1',
    restartPolicy: 'Never',
    restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
    resources: { limits: { memory: '64Mi' } },
    livenessProbe: {},
  };
  const raw = (spec: Json, more: Json = {}): Json => ({
    metadata: { name: 'p', uid: 'u' },
    spec: { nodeName: 'a', containers: [container], ...spec },
    ...more,
  });
  const before = toPod(raw({}));

  it('is shared with the arrival before where nothing in it changed', () => {
    const after = toPod(raw({}, { status: { phase: 'Failed' } }), before);
    expect(after.phase).toBe('Failed');
    expect(after.spec).toBe(before.spec);
  });

  it.each([
    { nodeName: 'b' },
    { restartPolicy: 'Never' },
    { containers: [] },
    { containers: [container, { name: 'd' }] },
    { containers: [{ ...container, image: 'app:2' }] },
    { containers: [{ ...container, restartPolicy: 'Always' }] },
    { containers: [{ ...container, restartPolicyRules: [] }] },
    { containers: [{ ...container, restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [43] } }] }] },
    { containers: [{ ...container, resources: { limits: { memory: '65Mi' } } }] },
    { containers: [{ ...container, livenessProbe: null }] },
    { containers: [{ ...container, startupProbe: {} }] },
    { containers: [{ ...container, readinessProbe: {} }] },
    { ephemeralContainers: [{ name: 'debug' }] },
  ])('is its own where something did: %j', (spec) => {
    const after = toPod(raw(spec), before);
    expect(after.spec).not.toBe(before.spec);
    expect(after.spec).toEqual(toPod(raw(spec)).spec);
  });
});

describe('mayRestart', () => {
  const of = (spec: Json, container: Json = {}) => podOf({ spec: { containers: [{ name: 'c', ...container }], ...spec } });
  const rule = (operator: string, values: number[], action = 'Restart') => ({ action, exitCodes: { operator, values } });

  it.each([
    // [pod's policy, container's, rules, exit code, may it?]
    ['Always', undefined, [], 0, true],
    ['Always', undefined, [], 1, true],
    ['OnFailure', undefined, [], 0, false],
    ['OnFailure', undefined, [], 1, true],
    ['Never', undefined, [], 1, false],
    [undefined, undefined, [], 0, true],
    ['Never', 'Always', [], 0, true],
    ['Never', 'OnFailure', [], 0, false],
    ['Never', 'OnFailure', [], 3, true],
    ['Always', 'Never', [], 1, false],
    ['Never', 'Never', [rule('In', [42])], 42, true],
    ['Never', 'Never', [rule('In', [42])], 1, false],
    ['Never', 'Never', [rule('NotIn', [1, 2])], 3, true],
    ['Never', 'Never', [rule('NotIn', [1, 2])], 2, false],
    ['Never', 'Never', [rule('In', [1]), rule('NotIn', [5])], 7, true],
    ['Never', 'Never', [rule('In', [88], 'RestartAllContainers')], 88, true],
    // An action that the kubelet does not know leaves it to the container's policy, even if a later rule would match.
    ['Never', 'Never', [rule('In', [7], 'Explode'), rule('In', [7])], 7, false],
    ['Never', 'OnFailure', [rule('In', [7], 'Explode')], 7, true],
    ['Never', 'Never', [rule('Between', [7])], 7, false],
    // Rules without a policy of the container's own are not valid, and do not count.
    ['Never', undefined, [rule('In', [42])], 42, false],
  ])('pod %s, container %s, rules %j, exit %d: %s', (restartPolicy, own, restartPolicyRules, exitCode, may) => {
    const pod = of(restartPolicy === undefined ? {} : { restartPolicy }, {
      restartPolicyRules,
      ...(own === undefined ? {} : { restartPolicy: own }),
    });
    expect(mayRestart(pod, 'c', exitCode)).toBe(may);
  });

  it('is never granted while the pod is being deleted, or once it has finished', () => {
    const deleted = podOf({ metadata: { deletionTimestamp: '2026-11-22T15:05:54Z' }, spec: { containers: [{ name: 'c' }] } });
    expect(mayRestart(deleted, 'c', 1)).toBe(false);
    expect(policyRestarts(deleted, 'c', 1)).toBe(true);
    for (const phase of ['Succeeded', 'Failed']) expect(mayRestart({ ...of({}), phase }, 'c', 1)).toBe(false);
  });

  it('is granted to an init container until it succeeds, to a sidecar always, and to an ephemeral container never', () => {
    const pod = podOf({
      spec: {
        restartPolicy: 'Always',
        initContainers: [{ name: 'migrate' }, { name: 'proxy', restartPolicy: 'Always' }],
        containers: [{ name: 'c' }],
        ephemeralContainers: [{ name: 'debug' }],
      },
    });
    expect([mayRestart(pod, 'migrate', 0), mayRestart(pod, 'migrate', 1)]).toEqual([false, true]);
    expect([mayRestart(pod, 'proxy', 0), mayRestart(pod, 'proxy', 1)]).toEqual([true, true]);
    expect([mayRestart(pod, 'debug', 0), mayRestart(pod, 'debug', 1)]).toEqual([false, false]);
  });
});

describe('what an arrival shares with the one before', () => {
  const end = {
    exitCode: 1,
    reason: 'Error',
    containerID: 'containerd://1',
    startedAt: '2026-11-22T15:00:00Z',
    finishedAt: '2026-11-22T15:00:04Z',
  };
  const arrival = (status: object) => ({
    metadata: { name: 'p', namespace: 'n', uid: 'u' },
    spec: { containers: [{ name: 'c' }] },
    status: { containerStatuses: [{ name: 'c', restartCount: 0, containerID: 'containerd://1', ...status }] },
  });

  it('is no more than what it would be without it', () => {
    const dead = arrival({ state: { terminated: end } });
    const waiting = arrival({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: end } });
    const first = toPod(dead);
    for (const raw of [dead, waiting]) expect(toPod(raw, first)).toEqual(toPod(raw));
    expect(toPod(dead, first).containers[0]?.state).toBe(first.containers[0]?.state);
    const second = toPod(waiting, first);
    expect(toPod(waiting, second).containers[0]?.last).toBe(second.containers[0]?.last);
  });
});

describe('the template that a pod was made from', () => {
  it.each([
    [{ 'pod-template-hash': '7d9f8c', app: 'api' }, '7d9f8c'],
    [{ 'controller-revision-hash': 'store-6c9f8b' }, 'store-6c9f8b'],
    [{ app: 'api' }, ''],
  ])('of the labels %j is "%s"', (labels, hash) => {
    expect(toPod({ metadata: { name: 'api-1', uid: 'u', labels } }).templateHash).toBe(hash);
  });
});
