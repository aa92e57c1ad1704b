import { afterEach, describe, expect, it } from 'vitest';
import type { ApiReader } from '../../../../src/sources/kubernetes/http/api-reader.ts';
import { ApiConnection } from '../../../../src/sources/kubernetes/http/connection.ts';
import { Reflector, WATCH_SILENCE_MS } from '../../../../src/sources/kubernetes/watch/reflector.ts';
import type { CollectionReport } from '../../../../src/sources/kubernetes/watch/reflector-state.ts';
import type { Json } from '../../../../src/text/json.ts';
import {
  type Answer,
  bookmark,
  bytes,
  cut,
  end,
  event,
  failure,
  hangUp,
  page,
  recorded,
  reset,
  statusObject,
  until,
  watch,
} from '../../../api-server/answers.ts';
import { type ApiServer, routeOf, type Scenario, startApiServer } from '../../../api-server/api-server.ts';
import { encodeFrame, framed, PROTOBUF_TYPE } from '../../../api-server/kubernetes-protobuf.ts';
import { answered, fakeApi } from '../../../support/fake-api.ts';
import { ManualTime } from '../../../support/manual-time.ts';
import { eventually, pauseForReal, systemClock } from '../../../support/real-time.ts';
import { recordedBody } from './protobuf/recorded-bytes.ts';

const cleanUp: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const pod = (name: string, resourceVersion: string) => ({ metadata: { name, uid: `uid-${name}`, resourceVersion } });

interface Followed {
  readonly server: ApiServer;
  readonly time: ManualTime;
  readonly reports: CollectionReport[];
  readonly reflector: Reflector;
  /** The reports, short: `snapshot a b`, `ADDED c`, `gap open`, `gap resumed`, `gap`. */
  seen(): string[];
  /** Waits until that was reported last. */
  sees(what: string): Promise<void>;
  /** Waits until a timer for about this long runs, and lets it run out. */
  passes(least: number, most: number): Promise<void>;
}

interface FollowOptions {
  readonly room?: () => Promise<void>;
  /** Has the server protobuf? */
  readonly protobuf?: boolean;
}

/** Follows the pods of a server that does this. */
async function follow(
  scenario: Scenario,
  { room = () => Promise.resolve(), protobuf = false }: FollowOptions = {},
): Promise<Followed> {
  const server = await startApiServer(scenario, { protobuf });
  cleanUp.push(() => server.close());
  const connection = new ApiConnection({
    kubeconfig: server.kubeconfig(),
    env: {},
    clock: systemClock,
    userAgent: 'crashtop/test',
  });
  cleanUp.push(() => connection.close());
  const time = new ManualTime(1_000_000);
  const reports: CollectionReport[] = [];
  const reflector = new Reflector({
    kind: 'Pod',
    namespace: null,
    path: '/api/v1/pods',
    query: { labelSelector: 'app=web' },
    api: connection,
    clock: time,
    timers: time,
    random: () => 0.5,
    emit: (report) => reports.push(report),
    drained: room,
    onStatus: () => undefined,
  });
  cleanUp.push(() => reflector.stop());
  reflector.start();
  const seen = () => reports.map(short);
  const sees = (what: string) => eventually(() => expect(seen().at(-1)).toBe(what));
  const passes = async (least: number, most: number) => {
    const due = () => time.waits.find((ms) => ms >= least && ms <= most);
    await eventually(() => expect(due()).toBeDefined());
    time.advance(due() as number);
  };
  return { server, time, reports, reflector, seen, sees, passes };
}

function short(report: CollectionReport): string {
  const nameOf = (object: unknown) => (object as { metadata: { name: string } }).metadata.name;
  if (report.type === 'snapshot') return ['snapshot', ...report.items.map(nameOf), ...(report.more ? ['...'] : [])].join(' ');
  if (report.type === 'gap') return report.open ? 'gap open' : report.resumed ? 'gap resumed' : 'gap';
  return `${report.type} ${nameOf(report.object)}`;
}

const LIST: readonly Answer[] = [page([pod('a', '5')], '10')];

describe('list and watch', () => {
  it('lists in pages, watches with bookmarks, and goes on from the last version after a clean close', async () => {
    const { server, seen, sees } = await follow({
      'list pods': [page([pod('a', '5')], '10', 'more'), page([pod('b', '6')], '10')],
      'watch pods': [watch(event('ADDED', pod('c', '11')), bookmark('20'), end), watch(event('DELETED', pod('c', '21')))],
    });
    await sees('DELETED c');
    expect(seen()).toEqual(['snapshot a ...', 'snapshot b', 'ADDED c', 'DELETED c']);
    const queries = server.requests.map((r) => Object.fromEntries(r.query));
    expect(queries).toEqual([
      {
        labelSelector: 'app=web',
        watch: 'true',
        allowWatchBookmarks: 'true',
        sendInitialEvents: 'true',
        resourceVersionMatch: 'NotOlderThan',
        timeoutSeconds: '290',
      },
      { labelSelector: 'app=web', limit: '500' },
      { labelSelector: 'app=web', limit: '500', continue: 'more' },
      { labelSelector: 'app=web', watch: 'true', allowWatchBookmarks: 'true', resourceVersion: '10', timeoutSeconds: '290' },
      { labelSelector: 'app=web', watch: 'true', allowWatchBookmarks: 'true', resourceVersion: '20', timeoutSeconds: '290' },
    ]);
  });

  it('takes a real list, a real watch and their bookmark', async () => {
    const { reports, server } = await follow({
      'list pods': [recorded('list-page1'), recorded('list-page2'), page([], '1829')],
      'watch pods': [recorded('watch-timeout'), watch()],
    });
    await eventually(() => expect(server.count('watch pods')).toBe(2));
    expect(server.of('list pods').map((r) => r.query.get('continue')?.slice(0, 4))).toEqual([undefined, 'eyJ2', 'eyJ2']);
    expect(server.of('watch pods').map((r) => r.query.get('resourceVersion'))).toEqual(['1829', '1900']);
    expect(reports.filter((r) => r.type === 'snapshot').map((r) => r.items.length)).toEqual([2, 2, 0]);
    expect(reports.filter((r) => r.type === 'ADDED').length).toBeGreaterThan(5);
  });

  it('takes the whole list when the continue token has expired', async () => {
    const { server, sees, seen } = await follow({
      'list pods': [
        page([pod('a', '5'), pod('gone', '6')], '10', 'more'),
        recorded('list-expired-continue'),
        page([pod('a', '5')], '30'),
      ],
      'watch pods': [watch(event('ADDED', pod('b', '31')))],
    });
    await sees('ADDED b');
    expect(seen()).toEqual(['snapshot a gone ...', 'snapshot a', 'snapshot a', 'ADDED b']);
    expect(server.of('list pods').map((r) => [r.query.get('limit'), r.query.get('continue')])).toEqual([
      ['500', null],
      ['500', 'more'],
      [null, null],
      // "gone" was named by the list that broke off only.
      ['500', null],
    ]);
  });

  it('takes a line of 20 MB, and one with U+2028 in it', async () => {
    const big = { ...pod('big', '11'), note: 'x'.repeat(20 * 1024 * 1024) };
    const odd = { ...pod('odd', '12'), note: 'a\u2028b' };
    const { reports, sees } = await follow({
      'list pods': LIST,
      'watch pods': [watch(event('ADDED', big), event('MODIFIED', odd))],
    });
    await sees('MODIFIED odd');
    expect(reports.slice(1)).toMatchObject([{ object: { metadata: { name: 'big' } } }, { object: { note: 'a\u2028b' } }]);
  });
});

describe('a list that comes as a stream', () => {
  it('takes a real one, and goes on in it', async () => {
    const { reports, server, sees } = await follow({
      'stream pods': [recorded('watchlist')],
      'watch pods': [watch(event('ADDED', pod('later', '1871')))],
    });
    await sees('ADDED later');
    expect(reports[0]).toMatchObject({ type: 'snapshot', resourceVersion: '1870', more: false });
    expect(reports[0]?.type === 'snapshot' && reports[0].items.length).toBe(12);
    expect([server.count('list pods'), server.count('stream pods')]).toEqual([0, 1]);
    // Two bookmarks follow in it, then it ends: from there a watch goes on.
    expect(server.of('watch pods').map((r) => r.query.get('resourceVersion'))).toEqual(['1876']);
  });

  it('is not asked for again where the server has none', async () => {
    const { server, sees, passes } = await follow({
      'stream pods': [recorded('watch-bad-param')],
      'list pods': [...LIST, page([pod('c', '40')], '50')],
      'watch pods': [recorded('watch-too-old'), watch(event('ADDED', pod('d', '51')))],
    });
    await passes(800, 1600);
    await sees('ADDED d');
    expect([server.count('stream pods'), server.count('list pods')]).toEqual([1, 2]);
  });

  it('is asked for in pages after an ERROR in it, and what it had told meanwhile is put right', async () => {
    const { server, sees, passes, seen } = await follow({
      'stream pods': [
        watch(
          event('ADDED', pod('a', '5')),
          event('MODIFIED', pod('a', '6')),
          event('ERROR', statusObject(500, 'InternalError', 'x')),
        ),
      ],
      'list pods': [page([pod('b', '7')], '10'), page([pod('b', '7')], '11')],
      'watch pods': [watch(event('ADDED', pod('c', '12')))],
    });
    await passes(800, 1600);
    await sees('ADDED c');
    expect(seen()).toEqual(['snapshot a ...', 'MODIFIED a', 'snapshot b', 'snapshot b', 'ADDED c']);
    expect(server.of('watch pods').map((r) => r.query.get('resourceVersion'))).toEqual(['11']);
  });
});

describe('faults', () => {
  const LATER = event('ADDED', pod('later', '12'));

  it.each([
    ['a connection that is cut', cut],
    ['a TCP reset', reset],
    ['an ERROR 500 in the stream', event('ERROR', statusObject(500, 'InternalError', 'etcd is slow'))],
  ])('%s: goes on from the last version', async (_, fault) => {
    const gate = Promise.withResolvers<void>();
    const { server, sees, seen, passes } = await follow({
      'list pods': LIST,
      'watch pods': [watch(event('ADDED', pod('b', '11')), until(gate.promise), fault), watch(LATER)],
    });
    await sees('ADDED b');
    gate.resolve();
    await sees('gap open');
    await passes(800, 1600);
    await sees('ADDED later');
    expect(seen()).toEqual(['snapshot a', 'ADDED b', 'gap open', 'gap resumed', 'ADDED later']);
    expect(server.of('watch pods').map((r) => r.query.get('resourceVersion'))).toEqual(['10', '11']);
    expect(server.mostAtOnce('pods')).toBe(1);
  });

  it('half a line at the end is dropped, and comes again whole', async () => {
    const line = JSON.stringify({ type: 'ADDED', object: pod('b', '11') });
    const { server, sees, seen } = await follow({
      'list pods': LIST,
      'watch pods': [watch(bookmark('10'), bytes(line.slice(0, 30)), end), watch(bytes(`${line}\n`))],
    });
    await sees('ADDED b');
    expect(seen()).toEqual(['snapshot a', 'ADDED b']);
    expect(server.of('watch pods').map((r) => r.query.get('resourceVersion'))).toEqual(['10', '10']);
  });

  it.each([
    ['an ERROR 410 in a 200', recorded('watch-too-old')],
    ['HTTP 410', recorded('list-exact-expired')],
    ['a line that is no JSON', watch(event('ADDED', pod('b', '11')), bytes('{"type":"ADDED","object":{"metadata"\n'))],
  ])('%s: lists again', async (_, fault) => {
    const { server, sees, seen, passes } = await follow({
      'list pods': [...LIST, page([pod('c', '40')], '50')],
      'watch pods': [fault, watch(event('ADDED', pod('d', '51')))],
    });
    await sees('gap open');
    await passes(800, 1600);
    await sees('ADDED d');
    expect(seen().slice(-4)).toEqual(['gap open', 'gap', 'snapshot c', 'ADDED d']);
    expect(server.of('watch pods').map((r) => r.query.get('resourceVersion'))).toEqual(['10', '50']);
  });

  it('429 and 504: waits as long as Retry-After says', async () => {
    const { server, sees, passes, reflector } = await follow({
      'list pods': [failure(429, 'TooManyRequests', 'busy', { 'retry-after': '9' }), ...LIST],
      'watch pods': [recorded('list-future'), watch(LATER)],
    });
    await passes(9000, 9000);
    await sees('gap open');
    expect(reflector.status).toMatchObject({
      phase: 'retrying',
      error: expect.stringContaining('Too large resource version'),
      errorKind: 'server',
    });
    await passes(1200, 2400);
    await sees('ADDED later');
    expect([server.count('list pods'), server.count('watch pods')]).toEqual([2, 2]);
  });

  it('500, 502, 503 and a hang-up on the way: tries again and again, ever slower', async () => {
    const { sees, seen, passes, server } = await follow({
      'list pods': LIST,
      'watch pods': [
        watch(event('ADDED', pod('b', '11')), end),
        failure(500, 'InternalError', 'x'),
        failure(502, '', 'Bad Gateway'),
        failure(503, 'ServiceUnavailable', 'x'),
        hangUp,
        watch(LATER),
      ],
    });
    for (const ms of [1200, 2400, 4800, 6000]) await passes(ms, ms);
    await sees('ADDED later');
    expect(seen()).toEqual(['snapshot a', 'ADDED b', 'gap open', 'gap resumed', 'ADDED later']);
    expect(
      server
        .of('watch pods')
        .slice(1)
        .map((r) => r.query.get('resourceVersion')),
    ).toEqual(['11', '11', '11', '11', '11']);
  });

  it.each([
    ['empty lines', '\n\n\n'],
    ['half an event', '{"type":"MODIF'],
    ['events of a type that nobody knows', '{"type":"FUTURE","object":{}}\n'],
  ])('%s are silence, too', async (_, words) => {
    const more = Promise.withResolvers<void>();
    const { time, seen, sees, reflector } = await follow({
      'list pods': LIST,
      'watch pods': [watch(until(more.promise), bytes(words))],
    });
    await sees('snapshot a');
    await eventually(() => expect(time.waits).toContain(WATCH_SILENCE_MS));
    const { lastByteAt } = reflector.status;
    time.advance(WATCH_SILENCE_MS - 1000);
    more.resolve();
    // Had it counted, there would be more patience now: that it came cannot be seen from outside.
    await pauseForReal(50);
    time.advance(1000);
    expect(reflector.status).toMatchObject({ error: 'nothing came for 90 s, not even a bookmark', lastByteAt });
    expect(seen()).toContain('gap open');
  });

  it('silence for 90 s: connects again, and says since when nothing came', async () => {
    const { sees, seen, passes, reports, time, server } = await follow({
      'list pods': LIST,
      'watch pods': [watch(event('ADDED', pod('b', '11'))), watch(LATER)],
    });
    await sees('ADDED b');
    const lastByte = time.now();
    await passes(WATCH_SILENCE_MS, WATCH_SILENCE_MS);
    expect(reports.at(-1)).toEqual({
      type: 'gap',
      from: lastByte,
      reason: 'nothing came for 90 s, not even a bookmark',
      open: true,
      resumed: false,
    });
    await passes(800, 1600);
    await sees('ADDED later');
    expect(seen().at(-2)).toBe('gap resumed');
    expect(server.mostAtOnce('pods')).toBe(1);
  });

  it('a watch that never says a word: lists again, for its version may be of a future that was lost', async () => {
    const { sees, passes, server } = await follow({
      'list pods': [...LIST, page([pod('c', '3')], '4')],
      'watch pods': [watch(), watch(event('ADDED', pod('d', '5')))],
    });
    await passes(WATCH_SILENCE_MS, WATCH_SILENCE_MS);
    await passes(800, 1600);
    await sees('ADDED d');
    expect(server.of('watch pods').map((r) => r.query.get('resourceVersion'))).toEqual(['10', '4']);
  });

  it('is resumed after a second without a word, too', async () => {
    const { sees, passes, reflector } = await follow({ 'list pods': LIST, 'watch pods': [hangUp, watch()] });
    await sees('gap open');
    await passes(800, 1600);
    await passes(1000, 1000);
    await sees('gap resumed');
    expect(reflector.status).toMatchObject({ phase: 'live', error: null });
  });

  it('403: asks once a minute, and says why', async () => {
    const { passes, reflector, server, sees } = await follow({
      'list pods': [recorded('forbidden-all'), ...LIST],
      'watch pods': [watch()],
    });
    await eventually(() => expect(reflector.status).toMatchObject({ phase: 'retrying', errorKind: 'forbidden' }));
    await passes(60_000, 60_000);
    await sees('snapshot a');
    expect(server.count('list pods')).toBe(2);
  });
});

describe('the reader is slow', () => {
  it('is not taken for silence, and holds the stream back', async () => {
    let room = Promise.withResolvers<void>();
    const { sees, time, seen } = await follow(
      { 'list pods': LIST, 'watch pods': [watch(event('ADDED', pod('b', '11')))] },
      { room: () => room.promise },
    );
    await sees('ADDED b');
    time.advance(10 * WATCH_SILENCE_MS);
    expect(seen()).toEqual(['snapshot a', 'ADDED b']);
    room.resolve();
    room = Promise.withResolvers();
    await eventually(() => expect(time.waits).toEqual([WATCH_SILENCE_MS]));
  });
});

/** A page of half a pod. */
const damagedPage: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': PROTOBUF_TYPE }).end(recordedBody('pods.page').protobuf.subarray(0, 900));
};

describe('protobuf', () => {
  const BOTH = 'application/vnd.kubernetes.protobuf, application/json';
  const INITIAL_END = event('BOOKMARK', {
    metadata: { resourceVersion: '10', annotations: { 'k8s.io/initial-events-end': 'true' } },
  });
  const LATER = watch(event('ADDED', pod('later', '31')));
  const accepted = ({ server }: Followed) => server.requests.map((r) => [routeOf(r), r.headers.accept]);

  it('is read from whoever has it: initial events, watch, pages, errors', async () => {
    const followed = await follow(
      {
        'stream pods': [watch(event('ADDED', pod('a', '5')), INITIAL_END, end), failure(422, 'Invalid', 'sendInitialEvents')],
        'watch pods': [
          watch(event('MODIFIED', pod('a', '11')), bookmark('12'), end),
          watch(event('ERROR', statusObject(410, 'Expired', 'too old resource version'))),
          LATER,
        ],
        'list pods': [page([pod('c', '20')], '30', 'more'), page([pod('d', '21')], '30')],
      },
      { protobuf: true },
    );
    await followed.sees('gap open');
    expect(followed.reflector.status).toMatchObject({ errorKind: 'expired', error: 'too old resource version' });
    await followed.passes(800, 1600);
    await followed.sees('ADDED later');
    expect(followed.seen()).toEqual([
      'snapshot a',
      'MODIFIED a',
      'gap open',
      'gap',
      'snapshot c ...',
      'snapshot d',
      'ADDED later',
    ]);
    const routes = ['stream', 'watch', 'watch', 'stream', 'list', 'list', 'watch'];
    expect(accepted(followed)).toEqual(routes.map((route) => [`${route} pods`, BOTH]));
    expect(followed.server.of('watch pods').map((r) => r.query.get('resourceVersion'))).toEqual(['10', '12', '30']);
  });

  it('takes a real stream of it', async () => {
    const { protobuf, json } = recordedBody('pods.watch');
    const real = async (body: Uint8Array, isProtobuf: boolean) => {
      const followed = await follow({ 'stream pods': [watch(bytes(body))] }, { protobuf: isProtobuf });
      await followed.sees('DELETED plain');
      return followed.seen();
    };
    const seen = await real(protobuf, true);
    expect(seen).toEqual(await real(json, false));
    expect(seen[0]).toMatch(/^snapshot crashing debugged (?:\S+ )+volumes$/);
  });

  it.each([
    [
      'a watch',
      {
        'list pods': [...LIST, page([pod('c', '20')], '30')],
        'watch pods': [watch(event('ADDED', pod('b', '11')), bytes(framed(Buffer.from('garbage')))), LATER],
      },
      /^a message of the watch is damaged: ./,
    ],
    [
      'a page',
      {
        'list pods': [...LIST, damagedPage, page([pod('c', '20')], '30')],
        'watch pods': [watch(event('ERROR', statusObject(410, 'Expired', 'x'))), LATER],
      },
      /^sent damaged protobuf$/,
    ],
  ])('in pieces, in %s: says so, and asks for JSON alone from then on', async (_, scenario: Scenario, words) => {
    const followed = await follow(scenario, { protobuf: true });
    const { reflector, server, passes, sees } = followed;
    const failed = () => eventually(() => expect(reflector.status.errorKind).toBe('unreadable'));
    await sees('gap open');
    if (reflector.status.errorKind === 'expired') await passes(800, 1600);
    await failed();
    expect(reflector.status).toMatchObject({ phase: 'retrying', error: expect.stringMatching(words) });
    const before = server.requests.length;
    await passes(800, 3200);
    await sees('ADDED later');
    expect(reflector.status).toMatchObject({ phase: 'live', error: null });
    expect(accepted(followed).slice(0, before)).toEqual(
      accepted(followed)
        .slice(0, before)
        .map(([route]) => [route, BOTH]),
    );
    expect(accepted(followed).slice(before)).toEqual([
      ['list pods', 'application/json'],
      ['watch pods', 'application/json'],
    ]);
  });
});

describe('much that comes at once', () => {
  it.each([
    ['JSON', false],
    ['protobuf', true],
  ])('is decoded in slices, between which keys have their turn: %s', async (_, isProtobuf) => {
    const large = (i: number) => {
      const { metadata } = pod(`p${i}`, String(i));
      return { kind: 'Pod', metadata: { ...metadata, annotations: { note: 'x'.repeat(8000) } } };
    };
    const bytesOf = (object: Json) =>
      isProtobuf ? encodeFrame('ADDED', object) : Buffer.from(`${JSON.stringify({ type: 'ADDED', object })}\n`);
    const chunk = Buffer.concat(Array.from({ length: 500 }, (_, i) => bytesOf(large(i + 100))));
    const time = new ManualTime(1_000_000);
    let seen = 0;
    const turns = [0];
    const turn = () => {
      turns.push(seen);
      if (seen < 500) setImmediate(turn);
    };
    const api: ApiReader = {
      ...fakeApi(() => ({ metadata: { resourceVersion: '10' }, items: [] })),
      stream: async (_, query) => {
        if (query?.sendInitialEvents) throw answered(422, 'no WatchList');
        const body = async function* () {
          setImmediate(turn);
          yield chunk;
          await new Promise(() => undefined);
        };
        return { isProtobuf, bytes: body() };
      },
    };
    const reflector = new Reflector({
      kind: 'Pod',
      namespace: null,
      path: '/api/v1/pods',
      query: {},
      api,
      clock: time,
      timers: time,
      random: () => 0.5,
      emit: ({ type }) => {
        if (type === 'ADDED') seen++;
      },
      drained: () => Promise.resolve(),
      onStatus: () => undefined,
    });
    cleanUp.push(() => reflector.stop());
    reflector.start();
    await eventually(() => expect(seen).toBe(500));
    turns.push(seen);
    const atOnce = turns.slice(1).map((count, i) => count - (turns[i] as number));
    expect(Math.max(...atOnce)).toBeLessThan(20);
  });
});

describe('stop', () => {
  it('ends the request and all timers', async () => {
    const { reflector, time, server, sees } = await follow({
      'list pods': LIST,
      'watch pods': [watch(event('ADDED', pod('b', '11')))],
    });
    await sees('ADDED b');
    reflector.stop();
    expect(time.waits).toEqual([]);
    expect(reflector.status.phase).toBe('stopped');
    expect(server.requests.every((r) => r.method === 'GET')).toBe(true);
  });
});
