import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeFact, configFacts } from '../../src/diagnosis/change-facts.ts';
import { healthyEntry } from '../../src/diagnosis/entry.ts';
import { troubleOf } from '../../src/diagnosis/problems.ts';
import type { Subject } from '../../src/diagnosis/subject.ts';
import { podsOfWorkload, whatChanged } from '../../src/diagnosis/what-changed.ts';
import { toConfig } from '../../src/model/config.ts';
import type { ConfigKind } from '../../src/model/config-reference.ts';
import { toPod } from '../../src/model/pod.ts';
import { toOwner } from '../../src/model/resources.ts';
import type { Json } from '../../src/text/json.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../src/timeline/state.ts';
import { describeChanges, describeConfigsForNextStart, describeHiddenConfigs } from '../../src/wording/changes.ts';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-22T15:10:00Z');
const ago = (minutes: number) => new Date(NOW - minutes * MINUTE).toISOString();

interface Made {
  readonly uid?: string;
  /** Minutes ago. */
  readonly made?: number;
  /** When its runs ended, minutes ago; each began six seconds before, the first when the pod was made. */
  readonly ends: readonly number[];
  /** How many restarts came before the first of them. */
  readonly before?: number;
  readonly delay?: string;
  readonly container?: Json;
  readonly spec?: Json;
  /** Instead of a crash: what its container waits for. */
  readonly waits?: string;
}

const FROM_APP = { envFrom: [{ configMapRef: { name: 'app-config' } }] };

// The pod's arrivals, one for each end: it waits to be started again.
function arrivals({ uid = 'a', made = 60 * 24, ends, before = 0, delay, container = FROM_APP, spec = {}, waits }: Made): Json[] {
  const pod = (status: Json): Json => ({
    metadata: {
      ...{ name: `web-${uid}`, namespace: 'shop', uid, creationTimestamp: ago(made), labels: { 'pod-template-hash': 'x' } },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-x', uid: 'rs', controller: true }],
    },
    spec: { nodeName: 'n1', restartPolicy: 'Always', containers: [{ name: 'web', image: 'i', ...container }], ...spec },
    status,
  });
  const message = delay === undefined ? '' : `back-off ${delay} restarting failed container=web pod=web-${uid}_shop(${uid})`;
  if (waits !== undefined) {
    return [
      pod({ phase: 'Pending', containerStatuses: [{ name: 'web', restartCount: 0, state: { waiting: { reason: waits } } }] }),
    ];
  }
  return ends.map((end, i) => {
    const containerID = `containerd://${uid}-${i}`;
    const startedAt = i === 0 && before === 0 ? ago(made) : new Date(NOW - end * MINUTE - 6000).toISOString();
    const terminated = { exitCode: 1, reason: 'Error', containerID, startedAt, finishedAt: ago(end) };
    const state = { waiting: { reason: 'CrashLoopBackOff', message } };
    const status = { name: 'web', restartCount: before + i, containerID, state, lastState: { terminated } };
    return pod({ phase: 'Running', containerStatuses: [status] });
  });
}

interface Written {
  readonly kind?: ConfigKind;
  readonly name?: string;
  readonly created?: number;
  /** Minutes ago, by manager. */
  readonly writes?: Readonly<Record<string, number>>;
}

function config({ kind = 'ConfigMap', name = 'app-config', created = 60 * 48, writes = {} }: Written) {
  const managedFields = Object.entries(writes).map(([manager, minutes]) => ({
    ...{ manager, operation: 'Update', time: ago(minutes), fieldsV1: { 'f:data': {} } },
  }));
  const metadata = { name, namespace: 'shop', uid: `uid-${name}`, creationTimestamp: ago(created), managedFields };
  return toConfig({ metadata }, kind);
}

const DEPLOYMENT = toOwner(
  { metadata: { name: 'web', namespace: 'shop', uid: 'd', creationTimestamp: ago(60 * 40) }, spec: {}, status: {} },
  'Deployment',
);

function stateOf(...parts: readonly (Json[] | ReturnType<typeof config> | typeof DEPLOYMENT)[]): ClusterState {
  let state: ClusterState = EMPTY_STATE;
  const arrive = (object: unknown) => {
    state = reduce(state, { type: 'object', verb: 'ADDED', object, at: NOW, line: 1 } as Envelope);
  };
  for (const part of [DEPLOYMENT, ...parts]) {
    if (Array.isArray(part)) for (const raw of part) arrive(toPod(raw));
    else arrive(part);
  }
  return state;
}

function subjectOf(state: ClusterState, uid = 'a'): Subject {
  const record = state.pods.get(uid);
  const container = record?.containers[0];
  if (record === undefined || container === undefined) throw new Error(`no pod ${uid}`);
  return {
    state,
    entry: { ...healthyEntry(state, record, container), trouble: troubleOf(state, record, container, NOW) },
    now: NOW,
  };
}

const claims = (state: ClusterState, uid = 'a') => describeChanges(subjectOf(state, uid));

describe('what changed in a ConfigMap or Secret', () => {
  const looping = arrivals({ ends: [12, 11, 9] });

  it('is told with its time and who wrote it, where the first crash came behind', () => {
    const state = stateOf(looping, config({ writes: { helm: 60 * 30, 'kubectl-edit': 15 } }));
    expect(claims(state)).toEqual(['ConfigMap app-config changed 3m0s before the first crash, by kubectl-edit']);
    const { record, container } = subjectOf(state).entry;
    const facts = { state, record, container: container.name, now: NOW, pods: podsOfWorkload(state, record) };
    expect(whatChanged(facts).map(changeFact)).toEqual([
      {
        ...{ kind: 'config', source: 'ConfigMap app-config', at: ago(15).replace('.000Z', 'Z'), beforeSeconds: 180 },
        ...{ atMost: false, fields: null, by: 'kubectl-edit' },
      },
    ]);
  });

  it('is nothing where it came after the first crash, more than an hour before, or to what the container does not read', () => {
    expect(claims(stateOf(looping, config({ writes: { helm: 11.5 } })))).toEqual([]);
    expect(claims(stateOf(looping, config({ writes: { helm: 73 } })))).toEqual([]);
    expect(claims(stateOf(looping, config({ name: 'other', writes: { helm: 15 } })))).toEqual([]);
    expect(claims(stateOf(looping, config({ kind: 'Secret', writes: { helm: 15 } })))).toEqual([]);
    const ofAnother = arrivals({
      ends: [12, 9],
      spec: { volumes: [{ name: 'v', configMap: { name: 'app-config' } }] },
      container: {},
    });
    expect(claims(stateOf(ofAnother, config({ writes: { helm: 15 } })))).toEqual([]);
  });

  it('is the newest write before it where another manager wrote since', () => {
    const written = config({ writes: { 'kubectl-edit': 14, operator: 2 } });
    expect(claims(stateOf(looping, written))).toEqual([
      'ConfigMap app-config changed 2m0s before the first crash, by kubectl-edit',
    ]);
  });

  it('is the same for all pods of a workload, by the first that crashed', () => {
    const later = arrivals({ uid: 'b', ends: [5, 4] });
    const state = stateOf(looping, later, config({ writes: { helm: 15 } }));
    expect(claims(state, 'b')).toEqual(claims(state, 'a'));
    expect(claims(state, 'b')).toHaveLength(1);
  });

  it('is nothing where a pod of the workload failed before', () => {
    const earlier = arrivals({ uid: 'b', ends: [20, 19, 17] });
    expect(claims(stateOf(looping, earlier, config({ writes: { helm: 15 } })))).toEqual([]);
  });

  it('is nothing of what a workload found when it was made: a first release writes all at once', () => {
    const young = toOwner(
      { metadata: { name: 'web', namespace: 'shop', uid: 'd', creationTimestamp: ago(13) }, spec: {}, status: {} },
      'Deployment',
    );
    const first = arrivals({ made: 13, ends: [12, 11] });
    expect(claims(stateOf(young, first, config({ created: 14, writes: { operator: 13.5 } })))).toEqual([]);
    // Nor is a new name, which a rollout brings.
    expect(claims(stateOf(arrivals({ made: 13, ends: [12, 11] }), config({ created: 14, writes: { kustomize: 14 } })))).toEqual(
      [],
    );
  });

  it('is that it was created anew where its pod had run by that name before', () => {
    const state = stateOf(looping, config({ created: 14, writes: { kubectl: 14 } }));
    expect(claims(state)).toEqual(['ConfigMap app-config was recreated 2m0s before the first crash, by kubectl']);
  });

  it('says what was not seen, and nothing where the back-off tells that the loop is older', () => {
    const unseen = (delay: string) => arrivals({ ends: [5], before: 4, delay });
    const written = config({ writes: { 'kubectl-edit': 8 } });
    expect(claims(stateOf(unseen('1m20s'), written))).toEqual([
      'ConfigMap app-config changed 3m0s before the first known crash (4 runs not seen), by kubectl-edit',
    ]);
    expect(claims(stateOf(unseen('5m0s'), written))).toEqual([]);
  });

  it('never comes after the first crash that is known, nor an hour before it', () => {
    const minutes = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(fc.array(minutes, { minLength: 1, maxLength: 4 }), minutes, minutes, (ends, a, b) => {
        const state = stateOf(arrivals({ ends: ends.toSorted((x, y) => y - x) }), config({ writes: { a, b } }));
        const subject = subjectOf(state);
        const { record, container, trouble } = subject.entry;
        const facts = { state, record, container: container.name, now: NOW, pods: podsOfWorkload(state, record) };
        for (const change of whatChanged(facts)) {
          const before = (trouble?.since ?? 0) - (change.at ?? 0);
          expect(before).toBeGreaterThanOrEqual(0);
          expect(before).toBeLessThanOrEqual(60 * MINUTE);
          expect(change.beforeMs).toBe(before);
        }
      }),
    );
  });

  it('is the secret of the registry for an image that cannot be pulled, and nothing else', () => {
    const spec = { imagePullSecrets: [{ name: 'registry' }] };
    const pulling = arrivals({ made: 10, ends: [], waits: 'ImagePullBackOff', spec });
    const written = [config({ writes: { helm: 11 } }), config({ kind: 'Secret', name: 'registry', writes: { rotator: 11 } })];
    expect(claims(stateOf(pulling, ...written))).toEqual([
      expect.stringMatching(/^Secret registry changed .* before the first (?:known )?failure, by rotator$/),
    ]);
  });

  it('tells three of many', () => {
    const names = ['a', 'b', 'c', 'd'];
    const container = { envFrom: names.map((name) => ({ configMapRef: { name } })) };
    const state = stateOf(
      arrivals({ ends: [12, 9], container }),
      ...names.map((name, i) => config({ name, writes: { helm: 15 + i } })),
    );
    expect(claims(state).map((words) => words.split(' ')[1])).toEqual(['a', 'b', 'c']);
  });
});

describe('a config that was written since the container started last', () => {
  const later = config({ writes: { 'kubectl-edit': 2 } });
  const words = ['ConfigMap app-config has changed since, at 15:08:00 by kubectl-edit: takes effect at the next start'];

  it('takes effect at the next start, where it makes its environment', () => {
    const state = stateOf(arrivals({ ends: [12, 9, 5] }), later);
    expect(describeConfigsForNextStart(subjectOf(state))).toEqual(words);
    expect(claims(state)).toEqual([]);
  });

  it('is not told of where the container mounts it as well: it may have read that already', () => {
    const container = { ...FROM_APP, volumeMounts: [{ name: 'v', mountPath: '/v' }] };
    const spec = { volumes: [{ name: 'v', configMap: { name: 'app-config' } }] };
    expect(describeConfigsForNextStart(subjectOf(stateOf(arrivals({ ends: [12, 9], container, spec }), later)))).toEqual([]);
  });

  it('is not told of once it has started since', () => {
    expect(describeConfigsForNextStart(subjectOf(stateOf(arrivals({ ends: [12, 9, 1] }), later)))).toEqual([]);
  });
});

describe('configs that rights hide', () => {
  const hide = (state: ClusterState, ...whats: readonly string[]): ClusterState => ({
    ...state,
    hidden: whats.map((what) => ({ what, namespace: 'shop', why: `oncall may not get ${what} in shop` })),
  });

  it('are said to be, of the kinds that the container refers to', () => {
    const state = stateOf(arrivals({ ends: [12, 9] }));
    expect(describeHiddenConfigs(subjectOf(hide(state, 'configmaps', 'secrets')))).toBe(
      'config changes: not visible (oncall may not get configmaps in shop)',
    );
    expect(describeHiddenConfigs(subjectOf(hide(state, 'secrets')))).toBe('');
    const { record, container } = subjectOf(state).entry;
    const hidden = hide(state, 'configmaps');
    expect(
      configFacts({ state: hidden, record, container: container.name, now: NOW, pods: podsOfWorkload(hidden, record) }),
    ).toEqual({
      configsHidden: [{ kind: 'ConfigMap', why: 'oncall may not get configmaps in shop' }],
      configsForNextStart: [],
    });
  });

  it('are no word worth where it refers to none, or is in no trouble', () => {
    const none = arrivals({ ends: [12, 9], container: {} });
    expect(describeHiddenConfigs(subjectOf(hide(stateOf(none), 'configmaps', 'secrets')))).toBe('');
    const well = arrivals({ ends: [12] }).map((raw) => ({ ...raw, status: { phase: 'Running', containerStatuses: [] } }));
    expect(describeHiddenConfigs(subjectOf(hide(stateOf(well), 'configmaps')))).toBe('');
  });
});
