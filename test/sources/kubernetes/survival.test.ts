import { afterEach, describe, expect, it } from 'vitest';
import { watchCluster } from '../../../src/sources/kubernetes/cluster-watch.ts';
import type { CollectionRequest, Query } from '../../../src/sources/kubernetes/http/api-reader.ts';
import { ApiConnection, type ConnectionOptions } from '../../../src/sources/kubernetes/http/connection.ts';
import { type CollectionStatus, WATCH_SILENCE_MS } from '../../../src/sources/kubernetes/watch/reflector.ts';
import { reduce } from '../../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../../src/timeline/state.ts';
import { page, watch } from '../../api-server/answers.ts';
import { type ApiServer, startApiServer } from '../../api-server/api-server.ts';
import { CrashingCluster, type FaultScenario, type RequestFault, type Step } from '../../api-server/crashing-cluster.ts';
import { HOSTILE_ROWS, SMALL_BOUNDS } from '../../api-server/hostile-answers.ts';
import { CountedConnection } from '../../support/counted-connection.ts';
import { ManualTime } from '../../support/manual-time.ts';
import { eventually } from '../../support/real-time.ts';

const NOW = Date.parse('2026-11-22T15:00:00Z');
const HOUR = 3_600_000;
const PODS = ['web', 'api', 'db'];

const crash: Step = { crash: 'web' };
/** Three runs end while nobody is told: of the first the end is known, of the last lastState tells. */
const AWAY: readonly Step[] = [crash, crash, crash];

const ROWS: readonly FaultScenario[] = [
  {
    name: 'an ERROR 410 in the stream',
    steps: [{ streams: 'ERROR 410' }, ...AWAY, 'caught up'],
    gap: 'listed',
    unseen: 1,
    requests: 6,
  },
  {
    name: 'HTTP 410 to a watch',
    steps: [{ requests: [410] }, { streams: 'end' }, ...AWAY, 'caught up'],
    gap: 'listed',
    unseen: 1,
    requests: 7,
  },
  {
    name: 'a watch cache that forgot',
    steps: [{ streams: 'cut' }, ...AWAY, { forgets: 'events' }, 'caught up'],
    gap: 'listed',
    unseen: 1,
    requests: 7,
  },
  {
    name: '429 with Retry-After',
    steps: [{ requests: [429, 429] }, { streams: 'end' }, ...AWAY, 'caught up'],
    gap: 'resumed',
    requests: 6,
  },
  {
    name: '500, 502, 503, 504 with ResourceVersionTooLarge, and a hang-up',
    steps: [{ requests: [500, 502, 503, 504, 'hang up'] }, { streams: 'end' }, ...AWAY, 'caught up'],
    gap: 'resumed',
    requests: 9,
  },
  {
    name: 'all of these while a list is fetched',
    steps: [{ streams: 'ERROR 410' }, { requests: [429, 500, 502, 503, 504, 410, 'hang up'] }, ...AWAY, 'caught up'],
    gap: 'listed',
    unseen: 1,
    requests: 15,
  },
  { name: 'an ERROR 500 in the stream', steps: [{ streams: 'ERROR 500' }, ...AWAY, 'caught up'], gap: 'resumed', requests: 5 },
  { name: 'a connection reset', steps: [{ streams: 'reset' }, ...AWAY, 'caught up'], gap: 'resumed', requests: 5 },
  { name: 'a clean close', steps: [{ streams: 'end' }, ...AWAY, 'caught up'], gap: null, requests: 5 },
  { name: 'half an event at the end', steps: [{ streams: 'half an event' }, ...AWAY, 'caught up'], gap: null, requests: 5 },
  {
    name: 'an event of 1 MB and one of 20 MB',
    steps: [{ crash: 'web', bytes: 1 << 20 }, { crash: 'api', bytes: 20 << 20 }, 'caught up'],
    gap: null,
    requests: 4,
  },
  { name: 'malformed JSON', steps: [{ streams: 'garbage' }, ...AWAY, 'caught up'], gap: 'listed', unseen: 1, requests: 6 },
  {
    name: 'a stream that falls silent',
    steps: [crash, 'caught up', { streams: 'silence' }, ...AWAY, { passes: WATCH_SILENCE_MS }, 'caught up'],
    gap: 'resumed',
    requests: 5,
  },
  {
    name: 'a name that DNS does not know for a while',
    steps: [{ requests: ['no such host', 'no such host'] }, { streams: 'cut' }, ...AWAY, 'caught up'],
    gap: 'resumed',
    requests: 5,
  },
  {
    name: 'a certificate that nobody trusts for a while',
    steps: [{ requests: ['bad certificate', 'bad certificate'] }, { streams: 'cut' }, ...AWAY, 'caught up'],
    gap: 'resumed',
    requests: 5,
  },
  {
    name: 'clocks an hour ahead',
    skewMs: HOUR,
    steps: [...AWAY, { streams: 'cut' }, ...AWAY, 'caught up'],
    gap: 'resumed',
    requests: 5,
  },
  {
    name: 'clocks an hour behind',
    skewMs: -HOUR,
    steps: [...AWAY, { streams: 'cut' }, ...AWAY, 'caught up'],
    gap: 'resumed',
    requests: 5,
  },
  {
    name: 'a proxy that cuts every minute',
    steps: Array.from({ length: 10 }, (): Step[] => [{ passes: 60_000 }, crash, { streams: 'cut' }, crash, 'caught up']).flat(),
    gap: 'resumed',
    requests: 14,
  },
  {
    name: 'an API server that is gone, and comes back',
    steps: [{ requests: Array.from({ length: 5 }, () => 'nobody listens' as const) }, { streams: 'reset' }, ...AWAY, 'caught up'],
    gap: 'resumed',
    requests: 5,
  },
  {
    name: 'an API server that comes back without a watch cache',
    steps: [{ requests: ['nobody listens', 503] }, { streams: 'reset' }, ...AWAY, { forgets: 'events' }, 'caught up'],
    gap: 'listed',
    unseen: 1,
    requests: 9,
  },
  {
    name: 'an etcd that lost its history: versions go back',
    steps: [
      { streams: 'reset' },
      ...AWAY,
      { forgets: 'versions' },
      { passes: 2000 },
      { passes: 1000 },
      { passes: WATCH_SILENCE_MS },
      'caught up',
      crash,
      'caught up',
    ],
    gap: 'listed',
    unseen: 1,
    requests: 7,
  },
  {
    name: 'a pod that is created again under its name',
    steps: [crash, { recreate: 'web' }, crash, 'caught up'],
    gap: null,
    requests: 4,
  },
  {
    name: 'a pod that is created again while nobody is told',
    steps: [crash, 'caught up', { streams: 'ERROR 410' }, { recreate: 'web' }, crash, 'caught up'],
    gap: 'listed',
    requests: 6,
  },
];

const cleanUp: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

/** A connection on whose way to the API server there are faults. */
class FaultyConnection extends CountedConnection {
  readonly #take: () => RequestFault | null;
  readonly #broken: Readonly<Record<string, CountedConnection>>;

  constructor(server: ApiServer, take: () => RequestFault | null, options: Omit<ConnectionOptions, 'kubeconfig'>) {
    super({ ...options, kubeconfig: server.kubeconfig() });
    this.#take = take;
    const to = (cluster: object) => new CountedConnection({ ...options, kubeconfig: server.kubeconfig({ cluster }) });
    this.#broken = {
      'no such host': to({ server: 'https://api.invalid:6443' }),
      'bad certificate': to({ 'certificate-authority-data': undefined }),
      'nobody listens': to({ server: 'https://127.0.0.1:1' }),
    };
  }

  override async list(path: string, query: Query, request: CollectionRequest) {
    const broken = path.endsWith('/pods') ? this.#broken[this.#take() ?? ''] : undefined;
    return broken === undefined ? super.list(path, query, request) : broken.list(path, query, request);
  }

  override async stream(path: string, query: Query, request: CollectionRequest) {
    const broken = path.endsWith('/pods') ? this.#broken[this.#take() ?? ''] : undefined;
    return broken === undefined ? super.stream(path, query, request) : broken.stream(path, query, request);
  }

  override async settled() {
    for (const connection of Object.values(this.#broken)) await connection.settled();
    await super.settled();
  }

  override async close() {
    await super.close();
    for (const connection of Object.values(this.#broken)) await connection.close();
  }
}

/** Tells a story to a client that watches; gives what it knows in the end. */
async function tell({ steps, skewMs = 0 }: FaultScenario, { hasWatchList, protobuf }: ServerKind) {
  const time = new ManualTime(NOW);
  const cluster = new CrashingCluster(PODS, () => time.now() + skewMs, hasWatchList);
  const server = await startApiServer(cluster.scenario, { protobuf });
  cleanUp.push(() => server.close());
  const connection = new FaultyConnection(server, () => cluster.takeUnreachable(), {
    env: {},
    userAgent: 'crashtop/test',
    clock: time,
  });
  const watched = watchCluster({
    connection,
    scope: 'all',
    selector: null,
    clock: time,
    logs: false,
    timers: time,
    random: () => 0,
  });
  cleanUp.push(() => watched.stop());
  let state: ClusterState = EMPTY_STATE;
  void (async () => {
    for await (const { envelope } of watched.arrivals) state = reduce(state, envelope);
  })();
  const pods = () => watched.status().collections.find((c) => c.kind === 'Pod');
  const knows = () => [...cluster.crashes].every(([uid, crashes]) => crashesOf(state, uid) === crashes);
  const open = () => [...state.pods.values()].filter((p) => p.goneAt === null).length;
  await catchUp(time, connection, pods, () => isOpen(time) && knows() && open() === PODS.length);
  // A watch that ends sooner was refused.
  time.advance(2000);
  for (const step of steps) {
    if (step === 'caught up') await catchUp(time, connection, pods, () => isOpen(time) && knows() && open() === PODS.length);
    else if (typeof step === 'object' && 'passes' in step) {
      await connection.settled();
      time.advance(step.passes);
    } else cluster.happen(step);
  }
  await connection.settled();
  return { state, cluster, server, connection };
}

function crashesOf(state: ClusterState, uid: string): number | undefined {
  return state.pods.get(uid)?.containers[0]?.status?.restartCount;
}

// Only the watch over a stream's silence waits longer than a minute.
function isOpen(time: ManualTime): boolean {
  return time.waits.some((ms) => ms > 60_000);
}

/** Lets timers run out as they are due, until it is so and the collection is live. */
async function catchUp(
  time: ManualTime,
  connection: FaultyConnection,
  pods: () => CollectionStatus | undefined,
  isSo: () => boolean,
): Promise<void> {
  for (;;) {
    await connection.settled();
    const status = pods();
    if (status?.phase === 'live' && isSo()) return;
    if (status?.nextTryAt) time.advance(Math.max(0, status.nextTryAt - time.now()));
    // A watch that is open again: the server may still say that it has forgotten.
    else if (status?.phase === 'retrying' && time.waits.includes(1000)) time.advance(1000);
  }
}

interface ServerKind {
  readonly hasWatchList: boolean;
  readonly protobuf: boolean;
}

/** Does it make a server answer something that is decoded otherwise in another format? */
function isOfFormat(step: Step): boolean {
  if (typeof step === 'string') return false;
  if ('crash' in step) return step.bytes !== undefined;
  if ('requests' in step) return step.requests.some((fault) => typeof fault === 'number');
  return 'streams' in step && /^(?:ERROR|half an event|garbage)/.test(step.streams);
}

const ROWS_BY_FORMAT = ROWS.filter(({ steps }) => steps.some(isOfFormat));

describe.each([
  { hasWatchList: true, protobuf: false, rows: ROWS, kind: 'with WatchList' },
  { hasWatchList: false, protobuf: false, rows: ROWS, kind: 'without WatchList' },
  { hasWatchList: true, protobuf: true, rows: ROWS_BY_FORMAT, kind: 'with WatchList, in protobuf' },
  { hasWatchList: false, protobuf: true, rows: ROWS_BY_FORMAT, kind: 'without WatchList, in protobuf' },
])('survives, $kind:', ({ hasWatchList, protobuf, rows }) => {
  it.each(rows)('$name', async (row) => {
    const { state, cluster, server, connection } = await tell(row, { hasWatchList, protobuf });
    const known = [...cluster.runs].flatMap(([uid, runs]) => {
      const ids = new Set(state.pods.get(uid)?.containers[0]?.ledger.map((r) => r.containerID));
      expect([...ids].filter((id) => !runs.includes(id))).toEqual([]);
      return runs.filter((id) => ids.has(id));
    });
    const all = [...cluster.runs.values()].flat();
    expect(all.length - known.length).toBe(row.unseen ?? 0);

    expect(
      [...state.pods.values()]
        .filter((p) => p.goneAt === null)
        .map((p) => p.pod.uid)
        .toSorted(),
    ).toEqual([...cluster.versions.keys()].toSorted());
    const gaps = state.gaps.filter((g) => g.kind === 'Pod');
    expect(gaps.every((g) => g.to !== null)).toBe(true);
    expect(gaps.length > 0).toBe(row.gap !== null);
    if (row.gap !== null) expect(gaps.some((g) => !g.resumed)).toBe(row.gap === 'listed');

    const requests = () => server.of('list pods').length + server.of('watch pods').length + server.of('stream pods').length;
    const until = requests();
    expect(until).toBeLessThanOrEqual(row.requests + (hasWatchList ? 0 : 3));
    expect(server.mostAtOnce('pods')).toBe(1);
    await connection.settled();
    expect(requests()).toBe(until);
  });
});

const HONEST = page([{ metadata: { name: 'web', namespace: 'shop', uid: 'u1' }, spec: { containers: [] } }], '9');

describe('costs no more than its bounds, says what is wrong, and goes on when it is over:', () => {
  it.each(HOSTILE_ROWS)('$name ($to)', async ({ to, answer, passes = 0, says, waits = 0 }) => {
    let isHostile = true;
    const time = new ManualTime(NOW);
    const server = await startApiServer({
      ...(to === 'stream' ? { 'stream pods': (_, nth) => (isHostile ? answer(nth) : watch()) } : {}),
      'list pods': (_, nth) => (isHostile && to === 'list' ? answer(nth) : HONEST),
      'watch pods': [watch()],
      'list events': [page([], '9')],
      'watch events': [watch()],
    });
    cleanUp.push(() => server.close());
    const connection = new ApiConnection({
      kubeconfig: server.kubeconfig(),
      env: {},
      userAgent: 'crashtop/test',
      bounds: SMALL_BOUNDS,
      clock: time,
      timers: time,
    });
    const watched = watchCluster({
      ...{ connection, scope: 'all', selector: null, clock: time, logs: false, timers: time },
      ...{ random: () => 0, bounds: SMALL_BOUNDS },
    });
    cleanUp.push(() => watched.stop());
    let state: ClusterState = EMPTY_STATE;
    void (async () => {
      for await (const { envelope } of watched.arrivals) state = reduce(state, envelope);
    })();
    const status = (kind: string) => watched.status().collections.find((c) => c.kind === kind);
    const sees = eventually<void>;
    const asked = () => server.count('list pods') + server.count('stream pods');

    if (passes > 0) await sees(() => expect(asked()).toBe(to === 'list' ? 2 : 1));
    await sees(() => {
      // The patience may begin only after the request was seen, and it may be asked once more at once: time goes by, in steps
      // that are shorter than any wait between two tries, until it waits.
      const { error: told, nextTryAt: next } = status('Pod') as CollectionStatus;
      if (passes > 0 && (told === null || next === null)) time.advance(500);
      const { error, nextTryAt } = status('Pod') as CollectionStatus;
      expect(error).toBe(says);
      // It is asked at once, and waits again, where the events get through meanwhile.
      expect((nextTryAt ?? Number.NEGATIVE_INFINITY) - time.now()).toBeGreaterThanOrEqual(waits);
    });
    expect(asked()).toBeLessThanOrEqual(SMALL_BOUNDS.pages + 4);
    await sees(() => {
      // What was silent for as long is asked anew.
      if (status('Event')?.phase !== 'live') time.advance(1000);
      expect(status('Event')?.phase).toBe('live');
    });

    isHostile = false;
    await sees(() => {
      // What it was asked meanwhile may still wait for an answer.
      time.advance(Math.max(2000, (status('Pod')?.nextTryAt ?? 0) - time.now()));
      expect([...state.pods.keys()]).toContain('u1');
      expect(status('Pod')).toMatchObject({ phase: 'live', error: null });
    });
  });
});
