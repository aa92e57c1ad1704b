import { afterEach, describe, expect, it } from 'vitest';
import { READS_BURST, READS_PER_SECOND } from '../../../../src/sources/kubernetes/reads/rate-limited-reads.ts';
import { type Json, objectOf } from '../../../../src/text/json.ts';
import { type Answer, config, event, failure, json, page, until, watch } from '../../../api-server/answers.ts';
import { routeOf, type Scenario } from '../../../api-server/api-server.ts';
import { type WatchedCluster, watchScenario } from '../../../support/watched-cluster.ts';

const NOW = Date.parse('2026-11-22T15:00:00Z');
const cleanUp: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

interface Watched extends WatchedCluster {
  /** The lines of ConfigMaps and Secrets, as nobody has redacted them yet. */
  readonly lines: () => Json[];
  /** What was asked of ConfigMaps and Secrets. */
  readonly asked: () => string[];
}

async function start(scenario: Scenario): Promise<Watched> {
  const cluster = await watchScenario(scenario, NOW, cleanUp);
  return {
    ...cluster,
    lines: () =>
      cluster.arrivals.flatMap(({ line }) =>
        'object' in line && (line.kind === 'ConfigMap' || line.kind === 'Secret') ? [{ type: line.type, ...line.object }] : [],
      ),
    asked: () => cluster.server.requests.map(routeOf).filter((route) => /configmaps|secrets/.test(route)),
  };
}

const LOOPS = {
  phase: 'Running',
  containerStatuses: [{ name: 'app', restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
};
const WELL = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-22T12:00:10Z' }],
  containerStatuses: [{ name: 'app', restartCount: 0, state: { running: { startedAt: '2026-11-22T12:00:05Z' } } }],
};

const READS = {
  containers: [{ name: 'app', envFrom: [{ configMapRef: { name: 'app-config' } }, { secretRef: { name: 'db' } }] }],
};

function pod(name: string, status: object = LOOPS, spec: object = READS, version = '5'): Json {
  const metadata = { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: version };
  return {
    metadata: { ...metadata, creationTimestamp: '2026-11-22T12:00:00Z' },
    spec: { restartPolicy: 'Always', ...spec },
    status,
  };
}

// A Secret as whoever may read it gets it: even its metadata holds the data, where kubectl apply wrote it.
function full(kind: string, name: string, time: string, uid = `uid-${name}`): Json {
  const data = { password: 'c2VjcmV0' };
  return {
    ...{ apiVersion: 'v1', kind, data, type: 'Opaque' },
    metadata: {
      ...{ name, namespace: 'shop', uid, resourceVersion: time, creationTimestamp: '2026-11-20T12:00:00Z' },
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data }) },
      managedFields: [{ manager: 'kubectl-edit', operation: 'Update', time, fieldsV1: { 'f:data': { 'f:password': {} } } }],
    },
  };
}

const FIRST = '2026-11-22T14:55:00Z';
const CONFIGS: Scenario = {
  'get shop/configmaps/app-config': [config(full('ConfigMap', 'app-config', FIRST))],
  'get shop/secrets/db': [config(full('Secret', 'db', FIRST))],
};

const refused = (resource: string): Answer =>
  failure(
    403,
    'Forbidden',
    `${resource} "db" is forbidden: User "oncall" cannot get resource "${resource}" in API group "" in the namespace "shop"`,
  );

describe('the ConfigMaps and Secrets of pods in trouble', () => {
  it('are not asked for while there is none', async () => {
    const { pass, asked } = await start({ ...CONFIGS, 'list pods': [page([pod('a', WELL), pod('b', WELL)], '10')] });
    await pass(80_000);
    expect(asked()).toEqual([]);
  });

  it('are read by their metadata alone, once for all that refer to them, and nothing of what they hold goes further', async () => {
    const { pass, asked, server, lines, state } = await start({ ...CONFIGS, 'list pods': [page([pod('a'), pod('b')], '10')] });
    await pass(3000);
    expect(asked().toSorted()).toEqual(['get shop/configmaps/app-config', 'get shop/secrets/db']);
    for (const { headers, query } of server.of('get shop/secrets/db')) {
      expect(headers.accept).toBe('application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
      expect([...query.keys()]).toEqual([]);
    }
    expect(lines().find(({ kind }) => kind === 'Secret')).toEqual({
      ...{ type: 'ADDED', apiVersion: 'v1', kind: 'Secret' },
      metadata: {
        ...{ name: 'db', namespace: 'shop', uid: 'uid-db', creationTimestamp: '2026-11-20T12:00:00Z' },
        managedFields: [{ manager: 'kubectl-edit', operation: 'Update', time: FIRST, fieldsV1: { 'f:data': {} } }],
      },
    });
    expect(state().configs.get('Secret/shop/db')).toMatchObject({ writes: [{ manager: 'kubectl-edit', at: Date.parse(FIRST) }] });
  });

  it('are cut to the same where a server sends all of them in spite of it', async () => {
    const { pass, lines } = await start({
      'get shop/configmaps/app-config': [json(full('ConfigMap', 'app-config', FIRST))],
      'get shop/secrets/db': [json(full('Secret', 'db', FIRST))],
      'list pods': [page([pod('a')], '10')],
    });
    await pass(3000);
    expect(lines().length).toBe(2);
    expect(JSON.stringify(lines())).not.toMatch(/password|c2VjcmV0|last-applied|Opaque/);
  });

  it('are read again when their pod arrives again, no sooner than after half a minute, and told only if somebody wrote them', async () => {
    const crash = Promise.withResolvers<void>();
    const again = Promise.withResolvers<void>();
    const same = full('ConfigMap', 'app-config', FIRST);
    const labelled = { ...same, metadata: { ...objectOf(same.metadata), resourceVersion: '9', labels: { leader: 'b' } } };
    const { pass, asked, lines, state } = await start({
      'list pods': [page([pod('a')], '10')],
      'watch pods': [
        watch(
          until(crash.promise),
          event('MODIFIED', pod('a', { ...LOOPS, message: 'x' }, READS, '11')),
          until(again.promise),
          event('MODIFIED', pod('a', { ...LOOPS, message: 'y' }, READS, '12')),
        ),
      ],
      'get shop/configmaps/app-config': [config(full('ConfigMap', 'app-config', FIRST)), config(labelled)],
      'get shop/secrets/db': [
        config(full('Secret', 'db', FIRST)),
        config(full('Secret', 'db', '2026-11-22T15:00:20Z')),
        failure(404, 'NotFound', 'secrets "db" not found'),
      ],
    });
    await pass(3000);
    crash.resolve();
    await pass(20_000);
    expect(asked().length).toBe(2);
    await pass(15_000);
    expect(asked().length).toBe(4);
    expect(lines().map(({ type, kind }) => `${type} ${kind}`)).toEqual(['ADDED ConfigMap', 'ADDED Secret', 'MODIFIED Secret']);
    await pass(35_000);
    expect(asked().length).toBe(4);
    again.resolve();
    await pass(3000);
    expect(lines().at(-1)).toMatchObject({ type: 'DELETED', kind: 'Secret', metadata: { name: 'db' } });
    expect([...state().configs.keys()]).toEqual(['ConfigMap/shop/app-config']);
  });

  it('that may not be read are hidden by kind and namespace, asked for again after a minute, and shown then', async () => {
    let isAllowed = false;
    const spec = { containers: [{ name: 'app', envFrom: [{ secretRef: { name: 'db' } }, { secretRef: { name: 'other' } }] }] };
    const answer = (name: string) => () => (isAllowed ? config(full('Secret', name, FIRST)) : refused('secrets'));
    const { pass, watched, asked, state } = await start({
      'list pods': [page([pod('a', LOOPS, spec)], '10')],
      'get shop/secrets/db': answer('db'),
      'get shop/secrets/other': answer('other'),
    });
    await pass(1000);
    expect(watched.status().hidden).toEqual([{ what: 'secrets', namespace: 'shop', why: 'oncall may not get secrets in shop' }]);
    expect(watched.status().reading).toBe(0);
    const before = asked().length;
    await pass(50_000);
    expect(asked().length).toBe(before);
    isAllowed = true;
    await pass(15_000);
    expect(watched.status().hidden).toEqual([]);
    expect([...state().configs.keys()].toSorted()).toEqual(['Secret/shop/db', 'Secret/shop/other']);
  });

  it('that are not there are no secret that rights keep', async () => {
    const { pass, watched, lines } = await start({
      'list pods': [page([pod('a')], '10')],
      'get shop/configmaps/app-config': [failure(404, 'NotFound', 'configmaps "app-config" not found')],
      'get shop/secrets/db': [failure(404, 'NotFound', 'secrets "db" not found')],
    });
    await pass(3000);
    expect(watched.status().hidden).toEqual([]);
    expect(lines()).toEqual([]);
  });

  it('of the registry are read only where an image cannot be pulled', async () => {
    const spec = { containers: [{ name: 'app' }], imagePullSecrets: [{ name: 'registry' }] };
    const pulls = { phase: 'Pending', containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ImagePullBackOff' } } }] };
    const scenario = { 'get shop/secrets/registry': [config(full('Secret', 'registry', FIRST))] };
    const looping = await start({ ...scenario, 'list pods': [page([pod('a', LOOPS, spec)], '10')] });
    await looping.pass(3000);
    expect(looping.asked()).toEqual([]);
    const pulling = await start({ ...scenario, 'list pods': [page([pod('a', pulls, spec)], '10')] });
    await pulling.pass(3000);
    expect(pulling.asked()).toEqual(['get shop/secrets/registry']);
  });

  it('do not burden a server, however many pods in trouble refer to however many', async () => {
    const spec = (i: number) => ({
      containers: [{ name: 'app', envFrom: Array.from({ length: 100 }, (_, j) => ({ configMapRef: { name: `c${i}-${j}` } })) }],
    });
    const pods = Array.from({ length: 200 }, (_, i) => pod(`p${i}`, LOOPS, spec(i)));
    const { pass, asked } = await start({ 'list pods': [page(pods, '10')] });
    await pass(20_000);
    expect(asked().length).toBeLessThanOrEqual(READS_BURST + 21 * READS_PER_SECOND);
    expect(asked().length).toBeGreaterThan(60);
    expect(new Set(asked()).size).toBe(asked().length);
  });
});
