import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/diagnosis/change.ts';
import { troublesAt } from '../../src/diagnosis/problems.ts';
import { newestRevision, podsOfWorkload, whatChanged } from '../../src/diagnosis/what-changed.ts';
import type { Pod } from '../../src/model/pod.ts';
import { toPodTemplate } from '../../src/model/pod-template.ts';
import type { KubeEvent, Owner } from '../../src/model/resources.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import type { ClusterState, ContainerRecord, PodRecord } from '../../src/timeline/state.ts';
import { EMPTY_STATE } from '../../src/timeline/state.ts';
import { describeChange } from '../../src/wording/changes.ts';
import { containerStatus, termination } from '../support/container-status.ts';
import { owner } from '../support/owner.ts';
import { pod } from '../support/pod.ts';
import { kubeEvent, MINUTE, NOW, SECOND } from '../support/record-builder.ts';
import { recordedTimeline } from '../support/recorded.ts';

const IMAGE = { from: 'registry.example.com/shop/app:1.4.2', to: 'registry.example.com/shop/app:1.5.0' };

/** What is claimed of each container in trouble, as one line each; pods by their workloads. */
function claimsAt(state: ClusterState, now: number): string[] {
  const claims = troublesAt(state, now).flatMap(({ record, container }) =>
    changesOf(state, record.pod.uid, container.name, now).map(
      (change) => `${record.workload.key} [${container.name}] ${describeChange(change, container.name, now)}`,
    ),
  );
  return [...new Set(claims)].sort();
}

function changesOf(state: ClusterState, uid: string, container: string, now: number): readonly Change[] {
  const record = state.pods.get(uid);
  if (record === undefined) throw new Error(`no pod ${uid}`);
  return whatChanged({ state, record, container, now, pods: podsOfWorkload(state, record) });
}

describe('what changed, in the recordings', () => {
  it.each([
    ['zoo', ['Deployment/shop/gateway [gateway] revision 2, 3s before the first crash: image app:1.4.2 → app:1.5.0']],
    [
      'zoo-1.33',
      [
        'Deployment/shop/gateway [gateway] revision 2, 4s before the first crash: image app:1.4.2 → app:1.5.0',
        'Deployment/web/storefront [storefront] revision 2, 4s before the first crash: image app:1.4.2 → app:1.5.0',
      ],
    ],
  ] as const)('is the bad rollouts of %s with their seconds, at any time, and nothing else', async (name, expected) => {
    const timeline = await recordedTimeline(name);
    const claims = new Set<string>();
    for (let at = timeline.startedAt; at <= timeline.endedAt; at += 15 * SECOND) {
      for (const claim of claimsAt(timeline.stateAt(at), at)) claims.add(claim);
    }
    expect([...claims].sort()).toEqual(expected);
  });

  it('is told by the pods alone where the owners are not to be seen', async () => {
    const timeline = await recordedTimeline('zoo');
    const now = timeline.startedAt + 600 * SECOND;
    const state = { ...timeline.stateAt(now), owners: EMPTY_STATE.owners, statuses: EMPTY_STATE.statuses };
    expect(claimsAt(state, now)).toEqual([
      'Deployment/shop/gateway [gateway] revision c984894f7, 3s before the first crash: image app:1.4.2 → app:1.5.0',
    ]);
  });

  it('has the facts for programs', async () => {
    const timeline = await recordedTimeline('zoo');
    const now = timeline.startedAt + 600 * SECOND;
    const state = timeline.stateAt(now);
    const gateway = troublesAt(state, now).find((t) => t.record.workload.name === 'gateway');
    const [change, ...others] = changesOf(state, gateway?.record.pod.uid ?? '', 'gateway', now);
    expect(others).toEqual([]);
    expect(change).toMatchObject({
      kind: 'revision',
      source: 'revision 2',
      at: Date.parse('2026-11-22T15:05:50Z'),
      beforeMs: 3000,
      isAtMost: false,
      fields: [{ path: 'gateway: image', ...IMAGE }],
    });
    const deployment = [...state.owners.values()].find((o) => o.kind === 'Deployment' && o.name === 'gateway') as Owner;
    expect(newestRevision(state, deployment)).toMatchObject({ source: 'revision 2', at: change?.at, beforeMs: null });
  });
});

const ROLLED_OUT = NOW - 10 * MINUTE;
const DEPLOYMENT = { kind: 'Deployment', name: 'web', uid: 'deployment-web' };

function replicaSet(hash: string, fields: Partial<Owner>): Owner {
  return owner({ kind: 'ReplicaSet', uid: `rs-${hash}`, name: `web-${hash}`, controller: DEPLOYMENT, ...fields });
}

const OLD = replicaSet('old', { revision: '1', createdAt: NOW - 24 * 60 * MINUTE, template: { 'api: image': 'api:1' } });
const NEW = replicaSet('new', { revision: '2', createdAt: ROLLED_OUT, template: { 'api: image': 'api:2' } });

interface Made {
  readonly hash?: string;
  readonly createdAt?: number;
  /** When its runs of 4 s ended, epoch ms; the last may be followed by a run that goes on. */
  readonly ends?: readonly number[];
  readonly fields?: Partial<Pod>;
  readonly image?: string;
  readonly node?: string;
  readonly kind?: string;
  readonly firstAttempt?: number;
}

/** A pod of `web`, as arrivals tell it: each of its ends, and then that it waits or, without any, that it runs and is ready. */
function madePod(uid: string, made: Made): Pod[] {
  const {
    hash = 'new',
    createdAt = ROLLED_OUT + SECOND,
    ends = [],
    image = 'api:2',
    node = 'node-a',
    kind = 'ReplicaSet',
  } = made;
  const base = pod();
  const [spec] = base.spec.containers;
  if (spec === undefined) throw new Error('no container');
  const common = {
    uid,
    name: uid,
    namespace: 'shop',
    createdAt,
    templateHash: hash,
    controller: kind === 'ReplicaSet' ? { kind, name: `web-${hash}`, uid: `rs-${hash}` } : { kind, name: 'web', uid: 'web' },
    spec: { ...base.spec, nodeName: node, containers: [{ ...spec, image }] },
  };
  const first = made.firstAttempt ?? 0;
  if (ends.length === 0) {
    const state = { type: 'running', startedAt: createdAt } as const;
    return [
      pod({
        ...common,
        containers: [containerStatus({ image, ready: true, containerID: `containerd://${uid}`, state })],
        ...made.fields,
      }),
    ];
  }
  return ends.map((finishedAt, index) => {
    const containerID = `containerd://${uid}-${index}`;
    const last = termination({ containerID, startedAt: finishedAt - 4 * SECOND, finishedAt });
    const state = { type: 'waiting', reason: 'CrashLoopBackOff', message: '' } as const;
    const status = containerStatus({ image, containerID, restartCount: first + index, state, last, started: false });
    return pod({ ...common, containers: [status], ...made.fields });
  });
}

function stateOf(
  ...parts: readonly (Owner | Pod | KubeEvent | readonly Pod[] | { readonly deleted: Pod; readonly at: number })[]
): ClusterState {
  let state: ClusterState = EMPTY_STATE;
  const arrive = (object: Owner | Pod | KubeEvent, verb: 'ADDED' | 'DELETED', at: number) => {
    const envelope: Envelope = { type: 'object', verb, object, at, line: 1 } as Envelope;
    state = reduce(state, envelope);
  };
  for (const part of parts) {
    if ('deleted' in part) arrive(part.deleted, 'DELETED', part.at);
    else for (const object of Array.isArray(part) ? part : [part]) arrive(object as Owner | Pod | KubeEvent, 'ADDED', NOW);
  }
  return state;
}

/** What the Deployment tells when it scales up one of its ReplicaSets from none: last at that time, and perhaps once before. */
const scaledUp = (hash: string, lastAt: number, firstAt = lastAt): KubeEvent =>
  kubeEvent({
    involved: { kind: 'Deployment', namespace: 'shop', name: 'web', uid: 'deployment-web', container: '' },
    ...{ uid: `scaled-${hash}`, type: 'Normal', reason: 'ScalingReplicaSet', firstAt, lastAt },
    message: `Scaled up replica set web-${hash} from 0 to 1`,
  });

const claims = (state: ClusterState, uid = 'pod-a') =>
  changesOf(state, uid, 'api', NOW).map((change) => describeChange(change, 'api', NOW));

describe('what changed', () => {
  const looping = (ends: readonly number[], made: Made = {}) => madePod('pod-a', { ends, ...made });
  const soon = [ROLLED_OUT + 40 * SECOND, NOW - MINUTE];

  it('is dated by the first of the pods of a revision that failed', () => {
    const sibling = madePod('pod-b', { ends: [ROLLED_OUT + 25 * SECOND, NOW - 2 * MINUTE] });
    expect(claims(stateOf(OLD, NEW, looping(soon)))).toEqual(['revision 2, 40s before the first crash: image api:1 → api:2']);
    expect(claims(stateOf(OLD, NEW, looping(soon), sibling))).toEqual([
      'revision 2, 25s before the first crash: image api:1 → api:2',
    ]);
  });

  it('is nothing for a container without trouble', () => {
    expect(claims(stateOf(OLD, NEW, madePod('pod-a', {})))).toEqual([]);
  });

  it('is nothing for the first revision, an old one, or one that came after', () => {
    expect(claims(stateOf({ ...NEW, revision: '1' }, looping(soon)))).toEqual([]);
    expect(claims(stateOf(OLD, { ...NEW, createdAt: NOW - 5 * 60 * MINUTE }, looping(soon)))).toEqual([]);
    const before = looping([ROLLED_OUT - MINUTE, NOW - MINUTE], { hash: 'old', createdAt: NOW - 50 * MINUTE });
    expect(claims(stateOf(OLD, NEW, before))).toEqual([]);
  });

  it('is nothing where the revision before had failed as well', () => {
    const failed = madePod('pod-b', {
      hash: 'old',
      image: 'api:1',
      createdAt: NOW - 50 * MINUTE,
      ends: [ROLLED_OUT - 3 * MINUTE],
    });
    expect(claims(stateOf(OLD, NEW, looping(soon), failed))).toEqual([]);
    // What its own deletion ended is no failure.
    const [stopped] = failed as [Pod];
    const deletionAt = ROLLED_OUT - 3 * MINUTE;
    const gone = { deleted: { ...stopped, deletionAt, deletionRequestedAt: deletionAt - SECOND }, at: deletionAt - SECOND };
    expect(claims(stateOf(OLD, NEW, looping(soon), gone))).toHaveLength(1);
  });

  it('is nothing either where runs of it then are no longer kept: they were part of a loop', () => {
    const hours = 60 * MINUTE;
    const ends = [ROLLED_OUT - 2 * hours, ROLLED_OUT + MINUTE];
    const other = madePod('pod-b', { hash: 'old', image: 'api:1', createdAt: ROLLED_OUT - 3 * hours, ends });
    const state = stateOf(OLD, NEW, looping(soon), other);
    expect(claims(state)).toHaveLength(1);
    const record = state.pods.get('pod-b') as PodRecord;
    const [container] = record.containers as [ContainerRecord];
    const ledger = container.ledger.map((run, index) => (index === 1 ? { ...run, forgottenBefore: 90 } : run));
    const kept = { ...record, containers: [{ ...container, ledger }] };
    expect(claims({ ...state, pods: state.pods.set('pod-b', kept) })).toEqual([]);
  });

  it('says that it is at most so long where the first crashes were not seen', () => {
    const late = looping([NOW - 2 * MINUTE], { firstAttempt: 9, createdAt: NOW - 3 * 60 * MINUTE });
    const [claim] = claims(stateOf(OLD, { ...NEW, createdAt: NOW - 3 * 60 * MINUTE }, late));
    expect(claim).toBe('revision 2, at most 2h58m0s before the first crash (9 runs not seen): image api:1 → api:2');
  });

  it('says what it cannot know', () => {
    expect(claims(stateOf(NEW, looping(soon)))).toEqual(['revision 2, 40s before the first crash: its changes are unknown']);
    const [same] = claims(stateOf(OLD, { ...NEW, template: OLD.template }, looping(soon)));
    expect(same).toMatch(/^revision 2, 40s before the first crash: the difference is in its args, in environment values/);
  });

  it('dates an undo by the pods that it made, not by its old ReplicaSet', () => {
    const undone = { ...OLD, revision: '3' };
    const pods = looping([ROLLED_OUT + 5 * MINUTE + 6 * SECOND, NOW - MINUTE], {
      hash: 'old',
      image: 'api:1',
      createdAt: ROLLED_OUT + 5 * MINUTE,
    });
    const deployment = owner({ revision: '3', progressedAt: ROLLED_OUT + 5 * MINUTE });
    expect(claims(stateOf(undone, NEW, deployment, scaledUp('old', ROLLED_OUT + 5 * MINUTE), pods))).toEqual([
      'revision 3, 6s before the first crash: image api:2 → api:1',
    ]);
    // A pod that was there all the time was not made by it.
    const old = looping(soon, { hash: 'old', image: 'api:1', createdAt: NOW - 50 * MINUTE });
    expect(claims(stateOf(undone, NEW, deployment, scaledUp('old', ROLLED_OUT + 5 * MINUTE), old))).toEqual([]);
  });

  it('dates a revision that is rolled out again after an undo by the pods of its own time', () => {
    const made = (at: number, fields: Made = {}) => ({ ...fields, createdAt: at });
    const [first, undo, redo] = [NOW - 56 * MINUTE, NOW - 3 * MINUTE, NOW - 2 * MINUTE];
    const old = { ...OLD, revision: '3', earlierRevisions: [1] };
    const again = { ...NEW, createdAt: first, revision: '4', earlierRevisions: [2] };
    const before = madePod('pod-b', made(undo + SECOND, { hash: 'old', image: 'api:1' }));
    const after = looping([redo + 10 * SECOND, NOW - MINUTE], made(redo));
    const deployment = owner({ revision: '4', progressedAt: redo });
    const events = [scaledUp('old', undo), scaledUp('new', redo, first)] as const;
    const expected = ['revision 4, 10s before the first crash: image api:1 → api:2'];
    expect(claims(stateOf(deployment, ...events, old, again, before, after))).toEqual(expected);
    // A pod that it had before the undo, as a session that runs on remembers it.
    const [earlier] = madePod('pod-c', made(first, { ends: [first + 20 * SECOND] })) as [Pod];
    const gone = { deleted: { ...earlier, deletionAt: undo, deletionRequestedAt: undo }, at: undo + SECOND };
    expect(claims(stateOf(deployment, ...events, old, again, earlier, gone, before, after))).toEqual(expected);
    // It is not known when that one went: whether it was there all the time is not known either.
    expect(claims(stateOf(deployment, ...events, old, again, earlier, { deleted: earlier, at: NOW }, before, after))).toEqual([]);
    // Without its events, or as long as its Deployment was not read again.
    expect(claims(stateOf(deployment, old, again, before, after))).toEqual([]);
    expect(claims(stateOf(owner({ revision: '3', progressedAt: undo }), ...events, old, again, before, after))).toEqual([]);
    // The ReplicaSets as they were read before: the new pods are of neither of these revisions.
    const [oldSeen, newSeen] = [
      { ...OLD, revision: '3', earlierRevisions: [1] },
      { ...again, revision: '2', earlierRevisions: [] },
    ];
    expect(claims(stateOf(oldSeen, newSeen, before, after))).toEqual([]);
  });

  it('says nothing of a ReplicaSet that was taken up again where its pods do not tell when', () => {
    const old = { ...OLD, revision: '3', earlierRevisions: [1] };
    const crashing = (createdAt: number) => looping([NOW - 5 * MINUTE, NOW - MINUTE], { hash: 'old', image: 'api:1', createdAt });
    const deployment = (progressedAt: number) => owner({ revision: '3', progressedAt });
    const scaled = scaledUp('old', NOW - 8 * MINUTE);
    // Its trouble began long after it was rolled out.
    const [later] = claims(stateOf(old, NEW, scaled, deployment(NOW - 7 * MINUTE), crashing(NOW - 8 * MINUTE)));
    expect(later).toBe('revision 3, 3m0s before the first crash: image api:2 → api:1');
    // The rollout was complete before this pod was made: the Deployment was scaled up from none.
    expect(claims(stateOf(old, NEW, scaled, deployment(NOW - 9 * MINUTE), crashing(NOW - 8 * MINUTE)))).toEqual([]);
    // Of a revision that never went down to none, some pods are older than the undo.
    const kept = madePod('pod-b', { hash: 'old', image: 'api:1', createdAt: NOW - 50 * MINUTE });
    expect(claims(stateOf(old, NEW, scaled, deployment(NOW - 7 * MINUTE), kept, crashing(NOW - 8 * MINUTE)))).toEqual([]);
    // What it changed is known all the same.
    const state = stateOf(old, NEW, deployment(NOW - 7 * MINUTE), kept);
    expect(newestRevision(state, deployment(0))).toMatchObject({ source: 'revision 3', at: null, beforeMs: null });
  });

  it('compares with the revision before, by the numbers that a ReplicaSet had before', () => {
    // Revision 2 came after what is now revision 3 and was made later than another that had the number 1.
    const undone = { ...NEW, revision: '3', earlierRevisions: [1], createdAt: NOW - 50 * MINUTE };
    const second = replicaSet('mid', { revision: '2', createdAt: ROLLED_OUT, template: { 'api: image': 'api:9' } });
    const pods = looping(soon, { hash: 'mid' });
    expect(claims(stateOf(undone, second, pods))).toEqual(['revision 2, 40s before the first crash: image api:2 → api:9']);
  });

  it('is told of a StatefulSet by its pods, the hash without its name', () => {
    const made = { kind: 'StatefulSet', hash: 'web-6c9f8b' };
    const before = madePod('web-1', { ...made, hash: 'web-5b8d7a', image: 'api:1', createdAt: NOW - 50 * MINUTE });
    expect(claims(stateOf(before, looping(soon, made)))).toEqual([
      'revision 6c9f8b, 39s before the first crash: image api:1 → api:2',
    ]);
  });

  const controllerRevision = (name: string, kind: string, fields: Partial<Owner>): Owner =>
    owner({ kind: 'ControllerRevision', uid: `cr-${name}`, name, controller: { kind, name: 'web', uid: 'web' }, ...fields });

  it.each([
    ['StatefulSet', 'web-6c9f8b'],
    ['DaemonSet', '6c9f8b'],
  ])('is told of a %s by its ControllerRevisions', (kind, hash) => {
    const old = controllerRevision('web-5b8d7a', kind, { revision: '6', template: { 'api: command': '/run' } });
    const own = controllerRevision('web-6c9f8b', kind, {
      revision: '7',
      createdAt: ROLLED_OUT,
      template: { 'api: command': '/run -v' },
    });
    const pods = looping(soon, { kind, hash });
    expect(claims(stateOf(old, own, pods))).toEqual(['revision 7, 40s before the first crash: command /run → /run -v']);
    // An undo gave an old one a new number.
    const undone = { ...own, createdAt: NOW - 24 * 60 * MINUTE, numberedAt: ROLLED_OUT + 30 * SECOND };
    const later = looping(soon, { kind, hash, createdAt: ROLLED_OUT + 31 * SECOND });
    expect(claims(stateOf(old, undone, later))).toEqual(['revision 7, 10s before the first crash: command /run → /run -v']);
    const set = owner({ kind: kind as Owner['kind'], uid: 'web', revision: '' });
    expect(newestRevision(stateOf(old, own, pods), set)).toMatchObject({ source: 'revision 7', at: ROLLED_OUT });
  });

  it('is an image that was edited in the pod itself', () => {
    const [first, ...others] = looping([ROLLED_OUT, NOW - 3 * MINUTE, NOW - MINUTE]) as [Pod, ...Pod[]];
    const edited = others.map((p) => ({ ...p, containers: p.containers.map((c) => ({ ...c, image: 'api:3' })) }));
    const own = { controller: null, templateHash: '' };
    const stopped = {
      ...first,
      containers: first.containers.map((c) => ({ ...c, last: { ...termination(), ...c.last, exitCode: 143 } })),
    };
    const state = stateOf([stopped, ...edited].map((p) => ({ ...p, ...own })));
    expect(claims(state)).toEqual(['the pod was edited in place, 4s before the first crash: image api:2 → api:3']);
  });
});

describe('what a revision changed', () => {
  const template = (container: object, spec: object = {}, metadata: object = {}) =>
    toPodTemplate({ metadata, spec: { containers: [{ name: 'api', image: 'api:1', ...container }], ...spec } });
  const volume = (configMap: string) => ({ volumes: [{ name: 'cfg', configMap: { name: configMap } }] });
  const checksum = (value: string) => ({ annotations: { 'checksum/config': value.repeat(64) } });
  const secretKey = (name: string) => ({ env: [{ name: 'DB', valueFrom: { secretKeyRef: { name, key: 'url' } } }] });

  it.each([
    ['a ConfigMap that is mounted', template({}, volume('a')), template({}, volume('b')), 'volume cfg configmap a → configmap b'],
    ['a key of a Secret', template(secretKey('db')), template(secretKey('db2')), 'env DB secret db/url → secret db2/url'],
    [
      'a ConfigMap that is read whole',
      template({ envFrom: [{ configMapRef: { name: 'common-a' } }] }),
      template({ envFrom: [{ configMapRef: { name: 'common-b' } }] }),
      'envFrom configmap common-a removed, envFrom configmap common-b added',
    ],
    [
      'the contents of a ConfigMap, by a checksum',
      template({}, {}, checksum('a')),
      template({}, {}, checksum('b')),
      'checksum/config differs',
    ],
    ['args', template({ argsDigest: 'k:1' }), template({ argsDigest: 'k:2' }), 'args changed'],
  ])('is %s', (_, before, after, words) => {
    const pods = madePod('pod-a', { ends: [ROLLED_OUT + 40 * SECOND, NOW - MINUTE] });
    const state = stateOf({ ...OLD, template: before }, { ...NEW, template: after }, pods);
    expect(claims(state)).toEqual([`revision 2, 40s before the first crash: ${words}`]);
  });
});

describe('what changed around a pod', () => {
  const crashedAt = NOW - 5 * MINUTE;
  const looping = (made: Made = {}) =>
    madePod('pod-a', { createdAt: NOW - 50 * MINUTE, ends: [crashedAt, NOW - MINUTE], ...made });
  const started = (at: number) =>
    kubeEvent({
      involved: { kind: 'Node', namespace: '', name: 'node-a', uid: 'node-a', container: '' },
      reason: 'Starting',
      firstAt: at,
      lastAt: at,
    });
  const withStart = (state: ClusterState, at: number) =>
    reduce(state, { type: 'object', verb: 'ADDED', object: started(at), at, line: 1 } as Envelope);
  const node = (kubeletVersion: string, at: number): Envelope =>
    ({
      type: 'object',
      verb: 'MODIFIED',
      at,
      line: 1,
      object: { kind: 'Node', uid: 'node-a', name: 'node-a', kubeletVersion, ready: 'True', readySince: null },
    }) as Envelope;

  it('is the kubelet that started just before, with its version where that is another', () => {
    const state = withStart(stateOf(looping()), crashedAt - 20 * SECOND);
    expect(claims(state)).toEqual(['the kubelet of node-a started, 20s before the first crash']);
    const upgraded = [node('v1.34.2', crashedAt - 2 * MINUTE), node('v1.35.4', crashedAt + 10 * SECOND)].reduce(reduce, state);
    expect(claims(upgraded)).toEqual(['the kubelet of node-a started, 20s before the first crash: kubelet v1.34.2 → v1.35.4']);
  });

  it('is not a kubelet that started long before, afterwards, or before the pod was made', () => {
    expect(claims(withStart(stateOf(looping()), crashedAt - 10 * MINUTE))).toEqual([]);
    expect(claims(withStart(stateOf(looping()), crashedAt + 30 * SECOND))).toEqual([]);
    expect(claims(withStart(stateOf(looping({ createdAt: crashedAt - 10 * SECOND })), crashedAt - 20 * SECOND))).toEqual([]);
  });

  it('is the node where only the pods on it are in trouble', () => {
    const here = madePod('pod-b', { createdAt: NOW - 50 * MINUTE, ends: [crashedAt, NOW - MINUTE] });
    const well = (uid: string, name: string) => madePod(uid, { createdAt: NOW - 50 * MINUTE, node: name });
    const claim = ['only its pods on node-a are in trouble, those on other nodes are healthy'];
    expect(claims(stateOf(looping(), here, well('c', 'node-b'), well('d', 'node-c')))).toEqual(claim);
    // One pod is always on one node; and one that is well beside them says that it is not the node.
    expect(claims(stateOf(looping(), well('c', 'node-b'), well('d', 'node-c')))).toEqual([]);
    expect(claims(stateOf(looping(), here, well('c', 'node-a'), well('d', 'node-c'), well('e', 'node-c')))).toEqual([]);
  });

  it('is that a pod of a StatefulSet was made anew on another node', () => {
    const made = { kind: 'StatefulSet', hash: 'web-6c9f8b' };
    const named = (pods: Pod[]) => pods.map((p) => ({ ...p, name: 'web-0' }));
    const [before] = named(madePod('first', { ...made, node: 'node-b', createdAt: NOW - 50 * MINUTE })) as [Pod];
    const after = named(looping({ ...made, createdAt: crashedAt - 12 * SECOND }));
    const state = stateOf(before, { deleted: before, at: crashedAt - 20 * SECOND }, after);
    expect(claims(state)).toEqual(['its pod was recreated 12s before the first crash: node node-b → node-a']);
  });
});
