import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { RecordingLine } from '../../../src/recording/line.ts';
import { Projector } from '../../../src/recording/projector.ts';
import {
  type Arrival,
  type ClusterWatch,
  type WatchOptions,
  watchCluster,
} from '../../../src/sources/kubernetes/cluster-watch.ts';
import { type Json, objectOf } from '../../../src/text/json.ts';
import { reduce } from '../../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../../src/timeline/state.ts';
import {
  type Answer,
  bookmark,
  cut,
  event,
  failure,
  hangUp,
  json,
  keepWaiting,
  page,
  recorded,
  text,
  until,
  watch,
} from '../../api-server/answers.ts';
import { type ApiServer, type Scenario, startApiServer } from '../../api-server/api-server.ts';
import { recordingCluster, type WatchFault } from '../../api-server/recording-cluster.ts';
import { CountedConnection, passTime, passUntil } from '../../support/counted-connection.ts';
import { ManualTime } from '../../support/manual-time.ts';
import { untilSo } from '../../support/real-time.ts';

const cleanUp: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const NOW = Date.parse('2026-11-22T15:00:00Z');

interface Watched {
  readonly server: ApiServer;
  readonly watch: ClusterWatch;
  readonly arrivals: Arrival[];
  /** How the arrivals ended. */
  readonly ended: Promise<unknown>;
  readonly connection: CountedConnection;
  /** Its clock and timers, where the test has none of its own. */
  readonly time: ManualTime;
  /** Waits until it is so; no time passes. */
  sees(isSo: () => boolean): Promise<void>;
  /** Lets time pass until it is so. */
  passes(isSo: () => boolean): Promise<void>;
}

/** Whether the server has protobuf, and the clock and timers; all else as the source takes it. */
type StartOptions = Partial<WatchOptions> & {
  readonly namespace?: string;
  readonly protobuf?: boolean;
  readonly time?: ManualTime;
};

async function start(scenario: Scenario, given: StartOptions = {}): Promise<Watched> {
  const { namespace, protobuf = false, time = new ManualTime(NOW), ...options } = given;
  const server = await startApiServer(scenario, { protobuf });
  cleanUp.push(() => server.close());
  const context = namespace === undefined ? {} : { namespace };
  const connection = new CountedConnection({
    kubeconfig: server.kubeconfig({ context }),
    env: {},
    clock: time,
    userAgent: 'crashtop/test',
  });
  const watched = watchCluster({
    connection,
    scope: 'default',
    selector: null,
    clock: time,
    logs: true,
    timers: time,
    random: () => 0,
    ...options,
  });
  cleanUp.push(() => watched.stop());
  const arrivals: Arrival[] = [];
  const ended = (async () => {
    for await (const arrival of watched.arrivals) arrivals.push(arrival);
  })().catch((error: unknown) => error);
  const passes = (isSo: () => boolean) => passUntil(isSo, time, connection);
  return { server, watch: watched, arrivals, ended, connection, time, sees: untilSo, passes };
}

const pod = (name: string, resourceVersion = '5', namespace = 'shop', more: object = {}): Json => ({
  metadata: { name, namespace, uid: `uid-${name}`, resourceVersion, managedFields: [{ manager: 'kubelet' }] },
  spec: { containers: [{ name: 'app' }] },
  status: { phase: 'Running', ...more },
});

const eventOf = (podName: string, reason: string, kind = 'Pod'): Json => ({
  metadata: { name: `${podName}.${reason}`, namespace: 'shop', uid: `event-${podName}-${reason}`, resourceVersion: '7' },
  involvedObject: { kind, name: podName, namespace: 'shop', uid: `uid-${podName}` },
  reason,
});

const FORBIDDEN = (what: string) =>
  failure(
    403,
    'Forbidden',
    `${what} is forbidden: User "dev" cannot list resource "${what}" in API group "" at the cluster scope`,
  );

const QUIET: readonly Answer[] = [watch()];

describe('what arrives', () => {
  it('is each line both as a recording has it and as the timeline folds it, without managed fields', async () => {
    const {
      arrivals,
      watch: watched,
      sees,
      server,
    } = await start({
      'list pods': [page([pod('a')], '10', 'more'), page([pod('b')], '10')],
      'watch pods': [watch(event('MODIFIED', pod('a', '11')))],
      'list events': [page([eventOf('a', 'Starting', 'Node')], '10')],
      'watch events': [watch(event('ADDED', eventOf('b', 'NodeNotReady', 'Node')))],
    });
    expect(await watched.ready).toEqual({
      kind: 'cluster',
      name: 'test',
      context: 'test',
      serverVersion: 'v1.35.4',
      namespaces: null,
      selector: null,
    });
    await sees(() => arrivals.length === 5);
    const t = Date.parse('2026-11-22T15:00:00Z');
    const pods = arrivals.filter(({ line }) => 'kind' in line && line.kind === 'Pod').map(({ line }) => line);
    const { managedFields: _, ...metadata } = pod('a').metadata as Json;
    expect(pods[0]).toEqual({
      t,
      type: 'snapshot',
      kind: 'Pod',
      resourceVersion: '10',
      more: true,
      items: [{ ...pod('a'), metadata }],
    });
    expect(pods.map((l) => [l.type, 'more' in l])).toEqual([
      ['snapshot', true],
      ['snapshot', false],
      ['MODIFIED', false],
    ]);
    for (const { line, envelope } of arrivals) expect(envelope).toEqual(new Projector(0).project(line, 0));
    expect(server.requests.every((r) => r.method === 'GET')).toBe(true);
    expect(watched.status()).toMatchObject({
      hidden: [],
      error: null,
      collections: [
        { kind: 'Pod', phase: 'live' },
        { kind: 'Event', phase: 'live' },
      ],
    });
  });

  it('has the log of a run that ends, and lines whose times never go back', async () => {
    const crashed = pod('a', '11', 'shop', {
      containerStatuses: [
        {
          name: 'app',
          restartCount: 0,
          containerID: 'c://x',
          state: {
            terminated: {
              containerID: 'c://x',
              exitCode: 1,
              startedAt: '2026-11-22T14:59:00Z',
              finishedAt: '2026-11-22T14:59:30Z',
            },
          },
        },
      ],
    });
    const times = [5000, 4000, 3000, 9000, 100];
    const { arrivals, sees } = await start(
      {
        'list pods': [page([pod('a')], '10')],
        'watch pods': [watch(event('MODIFIED', crashed))],
        'list events': [page([], '10')],
        'watch events': QUIET,
        'log shop/a': [text('2026-11-22T14:59:10.5Z out of cheese\n')],
      },
      { clock: { now: () => Date.parse('2026-11-22T15:00:00Z') + (times.shift() ?? 0) } },
    );
    await sees(() => arrivals.some(({ line }) => line.type === 'log'));
    expect(arrivals.find(({ line }) => line.type === 'log')).toMatchObject({
      line: {
        namespace: 'shop',
        pod: 'a',
        uid: 'uid-a',
        container: 'app',
        containerID: 'c://x',
        previous: false,
        truncated: false,
      },
      envelope: { type: 'log', text: '2026-11-22T14:59:10.5Z out of cheese\n', error: '' },
    });
    const at = arrivals.map(({ envelope }) => envelope.at);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
  });

  describe('of the first list', () => {
    const ended = { containerID: 'c://x', exitCode: 1, startedAt: '2026-11-22T14:59:00Z', finishedAt: '2026-11-22T14:59:30Z' };
    const dead = { name: 'app', restartCount: 0, containerID: 'c://x', state: { terminated: ended } };
    const around = {
      'list events': [page([], '10')],
      'watch events': QUIET,
      'watch pods': QUIET,
      'log shop/a': [text('2026-11-22T14:59:10.5Z out of cheese\n')],
    };
    const first = page([pod('a', '5', 'shop', { containerStatuses: [dead] })], '10', 'more');
    const logsAsked = (server: ApiServer) => server.requests.filter((r) => r.path.endsWith('/log')).length;

    it('is read first, and what belongs to its pods then', async () => {
      const rest = Promise.withResolvers<void>();
      const last: Answer = async (request, response) => {
        await rest.promise;
        return page([pod('b')], '10')(request, response);
      };
      const others = { ...around, 'list pods': [first, last], 'get shop/a': [json(pod('a'))] };
      const { server, arrivals, watch: watched, sees } = await start(others);
      await sees(() => arrivals.some(({ line }) => line.type === 'snapshot'));
      // Whatever was asked before has come to the server by now.
      await watched.getPod('shop', 'a');
      expect(logsAsked(server)).toBe(0);
      rest.resolve();
      await sees(() => arrivals.some(({ line }) => line.type === 'log'));
    });

    it('is read beside them where it takes long', async () => {
      const { server, arrivals, watch: watched, time, sees } = await start({ ...around, 'list pods': [first, keepWaiting] });
      await sees(() => arrivals.some(({ line }) => line.type === 'snapshot'));
      time.advance(3000);
      await sees(() => arrivals.some(({ line }) => line.type === 'log'));
      expect([logsAsked(server), watched.status().collections[0]?.listed]).toEqual([1, false]);
    });
  });

  it('asks for no logs where none are wanted', async () => {
    const looping = pod('a', '5', 'shop', {
      containerStatuses: [
        {
          name: 'app',
          restartCount: 1,
          state: { waiting: {} },
          lastState: { terminated: { containerID: 'c', exitCode: 1, finishedAt: '2026-11-22T14:59:30Z' } },
        },
      ],
    });
    const { arrivals, sees, server } = await start(
      {
        'list pods': [page([looping], '10')],
        'watch pods': [watch(event('ADDED', pod('b', '11')))],
        'list events': [page([], '10')],
        'watch events': QUIET,
      },
      { logs: false },
    );
    await sees(() => arrivals.length === 3);
    expect(server.requests.some((r) => r.path.endsWith('/log'))).toBe(false);
  });

  it('skips what is no Kubernetes object', async () => {
    const { arrivals, sees } = await start({
      'list pods': [page([pod('a'), { metadata: {} }, 7], '10')],
      'watch pods': [watch(event('ADDED', { metadata: { resourceVersion: '11' } }), event('ADDED', pod('b', '12')))],
      'list events': [page([], '10')],
      'watch events': QUIET,
    });
    await sees(() => arrivals.length === 3);
    expect(arrivals.map(({ line }) => (line.type === 'snapshot' ? line.items.length : line.type)).toSorted()).toEqual([
      0,
      1,
      'ADDED',
    ]);
  });
});

describe('scope and selector', () => {
  it.each([
    ['JSON', false],
    ['protobuf', true],
  ])('watches the namespace of the context where all are forbidden, and says what is hidden, in %s', async (_, protobuf) => {
    const {
      arrivals,
      watch: watched,
      sees,
    } = await start(
      {
        'contact pods': [FORBIDDEN('pods')],
        'list shop/pods': [page([pod('a')], '10')],
        'watch shop/pods': [watch(event('ADDED', pod('b', '11')))],
        'list shop/events': [FORBIDDEN('events')],
      },
      { namespace: 'shop', protobuf },
    );
    expect(await watched.ready).toMatchObject({ namespaces: ['shop'] });
    const hidden = [
      { what: 'pods', namespace: null, why: 'dev may not list pods cluster-wide' },
      { what: 'events', namespace: 'shop', why: 'dev may not list events cluster-wide' },
    ];
    await sees(() => watched.status().hidden.length === 2 && arrivals.some(({ line }) => line.type === 'ADDED'));
    expect(watched.status().hidden).toEqual(hidden);
    expect(arrivals.filter(({ line }) => line.type === 'access').at(-1)?.envelope).toMatchObject({ hidden });
    expect(arrivals.find(({ line }) => line.type === 'snapshot')?.line).toMatchObject({ namespace: 'shop' });
    expect(arrivals.some(({ line }) => line.type === 'gap')).toBe(false);
  });

  it('shows what was hidden when the rights come', async () => {
    const {
      watch: watched,
      sees,
      passes,
    } = await start({
      'list pods': [page([], '10')],
      'watch pods': QUIET,
      'list events': [FORBIDDEN('events'), page([eventOf('a', 'x')], '10')],
      'watch events': QUIET,
    });
    await sees(() => watched.status().hidden.length === 1);
    await passes(() => watched.status().hidden.length === 0);
    expect(watched.status().collections.map((c) => c.phase)).toEqual(['live', 'live']);
  });

  it('takes of the events those about pods in trouble, of those that the selector chose', async () => {
    const late = Promise.withResolvers<void>();
    const inTrouble = (name: string, version: string) =>
      pod(name, version, 'shop', {
        containerStatuses: [{ name: 'app', restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
      });
    const { arrivals, sees, server } = await start(
      {
        'list pods': [page([inTrouble('a', '5'), pod('well'), pod('late')], '10')],
        'watch pods': [watch(bookmark('10'), async () => late.promise, event('MODIFIED', inTrouble('late', '11')))],
        'list events': [
          page(
            [eventOf('a', 'One'), eventOf('other', 'Two'), eventOf('node', 'Three', 'Node'), eventOf('well', 'Unhealthy')],
            '10',
          ),
        ],
        'watch events': [
          watch(
            event('ADDED', eventOf('late', 'Early')),
            event('ADDED', eventOf('other', 'Four')),
            event('ADDED', eventOf('a', 'Five')),
          ),
        ],
      },
      { selector: 'app=web' },
    );
    const reasons = () =>
      arrivals.flatMap(({ envelope }) => {
        const items = envelope.type === 'snapshot' ? envelope.items : envelope.type === 'object' ? [envelope.object] : [];
        return items.flatMap((i) => (i.kind === 'Event' ? [i.reason] : []));
      });
    await sees(() => reasons().includes('Five'));
    expect(reasons()).not.toContain('Early');
    late.resolve();
    await sees(() => reasons().includes('Early'));
    expect(reasons().toSorted()).toEqual(['Early', 'Five', 'One', 'Three']);
    expect(server.of('list pods')[0]?.query.get('labelSelector')).toBe('app=web');
    expect(server.of('list events')[0]?.query.get('labelSelector')).toBe(null);
    expect(server.of('list events')[0]?.query.get('fieldSelector')).toMatch(/^reason!=Scheduled,reason!=Pulled,/);
  });
});

describe('the first contact', () => {
  it.each([
    ['unauthorized', { 'contact pods': [recorded('unauthorized')] }, 'unauthorized'],
    [
      'forbidden everywhere',
      { 'contact pods': [recorded('forbidden-all')], 'contact default/pods': [recorded('forbidden-all')] },
      'forbidden',
    ],
    ['something that is no API server', { 'contact pods': [text('<html>')] }, 'unreadable'],
    ['a server in pieces', { 'contact pods': [failure(503, 'x', 'y')] }, 'server'],
  ])('%s ends the arrivals with one line and exit code 3', async (_, scenario: Scenario, kind) => {
    const { watch: watched, ended, arrivals } = await start(scenario);
    await expect(watched.ready).rejects.toMatchObject({ kind, exitCode: 3 });
    expect(await ended).toMatchObject({ kind });
    expect(arrivals).toEqual([]);
  });

  it('is tried again while the server says that it is busy', async () => {
    const {
      watch: watched,
      server,
      sees,
      passes,
    } = await start({
      'contact pods': [recorded('too-many-requests'), recorded('too-many-requests'), page([], '1')],
      'list pods': [page([], '1')],
      'watch pods': QUIET,
      'list events': [page([], '1')],
      'watch events': QUIET,
    });
    await sees(() => watched.status().error === 'Too many requests, please try again later.');
    await passes(() => watched.status().error === null);
    await watched.ready;
    expect([server.count('contact pods'), watched.status().error]).toEqual([3, null]);
  });

  it('does without a version that is forbidden', async () => {
    const { watch: watched } = await start({
      version: [failure(403, 'Forbidden', 'no')],
      'list pods': [page([], '1')],
      'watch pods': QUIET,
      'list events': [page([], '1')],
      'watch events': QUIET,
    });
    expect(await watched.ready).toMatchObject({ serverVersion: null });
  });
});

describe('an API server that comes back', () => {
  it('is asked at once by all streams when one of them gets through', async () => {
    const time = new ManualTime(NOW);
    const eventsDie = Promise.withResolvers<void>();
    const podsDie = Promise.withResolvers<void>();
    let isUp = false;
    const dies = (when: Promise<void>) => (_: unknown, nth: number) =>
      nth === 0 ? watch(until(when), cut) : isUp ? watch() : hangUp;
    const {
      watch: watched,
      server,
      sees,
    } = await start(
      {
        'list pods': [page([], '10')],
        'watch pods': dies(podsDie.promise),
        'list events': [page([], '10')],
        'watch events': dies(eventsDie.promise),
      },
      { time },
    );
    const waitOf = (kind: string) => {
      const at = watched.status().collections.find((c) => c.kind === kind)?.nextTryAt ?? null;
      return at === null ? null : at - time.now();
    };
    await sees(() => server.count('watch pods') === 1 && server.count('watch events') === 1);
    eventsDie.resolve();
    for (const ms of [800, 1600]) {
      await sees(() => waitOf('Event') === ms);
      time.advance(ms);
    }
    await sees(() => waitOf('Event') === 3200);
    podsDie.resolve();
    await sees(() => waitOf('Pod') === 800);
    isUp = true;
    time.advance(800);
    await sees(() => server.count('watch pods') === 2 && server.count('watch events') === 4);
    // Both are open, and have shown that they go on when a second has passed.
    await sees(() => time.waits.filter((ms) => ms === 1000).length === 2);
    time.advance(1000);
    await sees(() => watched.status().collections.every((c) => c.phase === 'live'));
  });
});

describe('stop', () => {
  it('ends the arrivals, at any moment', async () => {
    const { watch: watched, ended } = await start({ 'contact pods': [() => undefined] });
    await watched.stop();
    expect(await ended).toBe(undefined);
    await expect(watched.ready).rejects.toThrow();
  });
});

describe('getPod', () => {
  it('asks for the whole pod as it is now', async () => {
    const { watch: watched } = await start({ 'get shop/a': [json(pod('a'))] });
    expect(await watched.getPod('shop', 'a')).toMatchObject({ metadata: { name: 'a' }, spec: { containers: [{ name: 'app' }] } });
    await expect(watched.getPod('shop', 'b')).rejects.toMatchObject({ kind: 'not-found' });
  });
});

/** The first lines of a recording of a real cluster: up to `until` ms. */
function recording(until: number): { startedAt: number; lines: RecordingLine[] } {
  const file = fileURLToPath(new URL('../../fixtures/recordings/zoo.ndjson.gz', import.meta.url));
  const [header = '', ...lines] = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  const parsed: RecordingLine[] = [];
  for (const line of lines) {
    const next = JSON.parse(line) as RecordingLine;
    if (next.t > until) break;
    parsed.push(next);
  }
  return { startedAt: Date.parse(JSON.parse(header).startedAt), lines: parsed };
}

function fold(arrivals: readonly Arrival[]): ClusterState {
  return arrivals.reduce((state, { envelope }) => reduce(state, envelope), EMPTY_STATE);
}

/** All runs that are known, by pod and container. */
function ledgers(state: ClusterState): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const { pod: p, containers } of state.pods.values()) {
    for (const { name, ledger } of containers) all[`${p.namespace}/${p.name} ${p.uid} ${name}`] = ledger;
  }
  return all;
}

describe('live against a recording', () => {
  const { startedAt, lines } = recording(240_000);
  const projector = new Projector(startedAt);
  const replayed = lines.reduce((state, line, i) => {
    const envelope = projector.project(line, i + 2);
    return envelope === null ? state : reduce(state, envelope);
  }, EMPTY_STATE);
  const versionOf = (line: RecordingLine | undefined) =>
    line !== undefined && 'object' in line ? objectOf(line.object?.metadata).resourceVersion : null;
  const versionsOf = (line: RecordingLine) =>
    line.type === 'snapshot' ? line.items.map((i) => objectOf(i.metadata).resourceVersion) : [versionOf(line)];
  const podLines = lines.filter((l) => l.type !== 'snapshot' && l.type !== 'gap' && 'kind' in l && l.kind === 'Pod');
  const newest = (state: ClusterState) =>
    [...state.pods.values()].map(({ pod: p, goneAt }) => [p.uid, p.containers, goneAt !== null]);

  /** Watches the cluster of the recording, in its time: it goes on when all is answered that was asked. */
  async function startRecorded(fault?: (resource: string, nth: number) => WatchFault | null, options: StartOptions = {}) {
    const time = new ManualTime(startedAt);
    const pass = (ms: number): Promise<void> => passTime(ms, time, started.connection);
    const cluster = recordingCluster(lines, { startedAt, pass, ...(fault === undefined ? {} : { fault }) });
    const started = await start(cluster.scenario, { time, ...options });
    return { ...started, watched: started.watch, cluster };
  }

  const RESUMED: readonly WatchFault['how'][] = ['cut', 'end', 'half an event'];

  it.each([
    ['JSON', false],
    ['protobuf', true],
  ])('ends in the same ledger as replaying it, through cut streams, closed streams and half events, in %s', async (_, protobuf) => {
    const { cluster, arrivals, watched, passes, server } = await startRecorded(
      (_, nth) => (nth < 9 ? { afterEvents: 40 + 10 * nth, how: RESUMED[nth % 3] ?? 'cut' } : null),
      { random: Math.random, protobuf },
    );
    await watched.ready;
    await cluster.play();
    const objects = () => arrivals.filter(({ envelope }) => envelope.type === 'object' && envelope.object.kind === 'Pod');
    await passes(() => objects().length >= podLines.length);
    await passes(() => watched.status().collections.every((c) => c.phase === 'live'));
    const state = fold(arrivals);
    expect(ledgers(state)).toEqual(ledgers(replayed));
    expect(newest(state)).toEqual(newest(replayed));
    expect(objects().length).toBe(podLines.length);
    expect(server.count('watch pods')).toBeGreaterThan(6);
    expect([server.mostAtOnce('events'), server.mostAtOnce('pods')]).toEqual([1, 1]);
    expect(state.gaps.length).toBeGreaterThan(1);
    expect(state.gaps.every((g) => g.to !== null && g.resumed)).toBe(true);
    expect(server.of('watch pods').every((r) => r.inProtobuf)).toBe(protobuf);
  });

  it('never gives a log to a run that it is not of', async () => {
    const { cluster, arrivals, watched, passes } = await startRecorded();
    await watched.ready;
    await passes(() => watched.status().collections.every((c) => c.phase === 'live'));
    let seen = 0;
    await cluster.play((line) => {
      if (!podLines.includes(line)) return true;
      const version = versionOf(line);
      while (seen < arrivals.length && versionOf(arrivals[seen]?.line) !== version) seen++;
      return seen < arrivals.length;
    });
    const written = new Map(lines.flatMap((l) => (l.type === 'log' && l.text ? [[l.containerID, l.text] as const] : [])));
    const read = arrivals.flatMap(({ line }) => (line.type === 'log' ? [line] : []));
    const withText = read.filter((l) => l.text);
    expect(withText.length).toBeGreaterThan(written.size / 2);
    for (const { containerID, text: log } of withText)
      expect([containerID, log]).toEqual([containerID, written.get(containerID)]);
  });

  it('lists again when the versions are gone, and knows all that the API still told', async () => {
    const { cluster, arrivals, watched, passes, server } = await startRecorded((_, nth) =>
      nth < 5 ? { afterEvents: 60, how: 'expired' } : null,
    );
    await watched.ready;
    await cluster.play();
    await passes(() => watched.status().collections.every((c) => c.phase === 'live'));
    await passes(() => arrivals.some(({ line }) => versionsOf(line).includes(versionOf(podLines.at(-1)))));
    const state = fold(arrivals);
    expect(server.count('list pods')).toBeGreaterThan(2);
    const live = (s: ClusterState) => newest(s).filter(([, , isGone]) => !isGone);
    expect(new Map(live(state).map(([uid, c]) => [uid, c]))).toEqual(new Map(live(replayed).map(([uid, c]) => [uid, c])));
    const known = ledgers(replayed);
    for (const [key, runs] of Object.entries(ledgers(state))) {
      const ids = (list: unknown) => (list as { containerID: string }[]).map((r) => r.containerID);
      expect(ids(known[key])).toEqual(expect.arrayContaining(ids(runs)));
    }
  });
});
