import { afterEach, describe, expect, it } from 'vitest';
import { connectionOf } from '../../../src/session/connection-status.ts';
import {
  type Arrival,
  type ClusterWatch,
  type WatchOptions,
  watchCluster,
} from '../../../src/sources/kubernetes/cluster-watch.ts';
import type { Json } from '../../../src/text/json.ts';
import { Timeline } from '../../../src/timeline/timeline.ts';
import { type Answer, end, event, failure, page, text, until, watch } from '../../api-server/answers.ts';
import { type ApiServer, type Scenario, startApiServer } from '../../api-server/api-server.ts';
import { CountedConnection, passUntil } from '../../support/counted-connection.ts';
import { ManualTime } from '../../support/manual-time.ts';
import { untilSo } from '../../support/real-time.ts';

const cleanUp: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

const START = Date.parse('2026-11-22T15:00:00Z');

async function start(scenario: Scenario, scope: WatchOptions['scope'] = 'default', protobuf = false) {
  const time = new ManualTime(START);
  const server: ApiServer = await startApiServer(scenario, { protobuf });
  cleanUp.push(() => server.close());
  const connection = new CountedConnection({ kubeconfig: server.kubeconfig(), env: {}, clock: time, userAgent: 'crashtop/test' });
  const watched: ClusterWatch = watchCluster({
    connection,
    scope,
    selector: null,
    clock: time,
    logs: true,
    timers: time,
    random: () => 0,
  });
  cleanUp.push(() => watched.stop());
  const arrivals: Arrival[] = [];
  const timeline = new Timeline(START);
  void (async () => {
    for await (const arrival of watched.arrivals) {
      arrivals.push(arrival);
      timeline.append(arrival.envelope);
    }
  })().catch(() => undefined);
  const passes = (isSo: () => boolean) => passUntil(isSo, time, connection);
  const phase = () => connectionOf(watched.status(), watched.info, timeline, START).phase;
  return { server, watched, arrivals, timeline, time, passes, phase };
}

const pod = (name: string, status: object = {}): Json => ({
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: '11' },
  spec: { containers: [{ name: 'app' }] },
  status: { phase: 'Running', ...status },
});

const crash = (nth: number): Json =>
  pod('a', {
    containerStatuses: [
      {
        name: 'app',
        restartCount: nth,
        containerID: `c://${nth}`,
        state: {
          terminated: {
            containerID: `c://${nth}`,
            exitCode: 1,
            startedAt: '2026-11-22T14:59:00Z',
            finishedAt: '2026-11-22T14:59:30Z',
          },
        },
      },
    ],
  });

const refusal = (verb: string, resource: string, where = 'at the cluster scope'): Answer =>
  failure(
    403,
    'Forbidden',
    `${resource} is forbidden: User "ann" cannot ${verb} resource "${resource}" in API group "" ${where}`,
  );

const QUIET: readonly Answer[] = [watch()];

describe('rights that are lost while running, and come back', () => {
  it.each([
    ['pods', 'events', 'JSON'],
    ['events', 'pods', 'JSON'],
    ['pods', 'events', 'protobuf'],
  ])('%s: the rest goes on (%s), what was seen stays, and it goes on where it may again: in %s', async (lost, kept, format) => {
    let isAllowed = true;
    const taken = Promise.withResolvers<void>();
    const items = lost === 'pods' ? [pod('a')] : [];
    const scenario: Scenario = {
      'contact default/pods': [refusal('list', 'pods', 'in the namespace "default"')],
      [`list ${kept}`]: [page([], '10')],
      [`watch ${kept}`]: QUIET,
      [`list ${lost}`]: () => (isAllowed ? page(items, '10') : refusal('list', lost)),
      [`watch ${lost}`]: (_, nth) => {
        if (nth === 0) return watch(until(taken.promise), end);
        return isAllowed ? watch() : refusal('watch', lost);
      },
    };
    const started = await start(scenario, 'default', format === 'protobuf');
    const { watched, passes, timeline, arrivals, phase, server } = started;
    await watched.ready;
    await passes(() => watched.status().collections.every((c) => c.phase === 'live'));
    isAllowed = false;
    taken.resolve();
    await passes(() => watched.status().hidden.length === 1);
    const why = expect.stringMatching(new RegExp(`^ann may not (list|watch) ${lost} cluster-wide$`));
    expect(watched.status().hidden).toEqual([{ what: lost, namespace: null, why }]);
    expect(timeline.head.names.size).toBe(items.length);
    expect(phase()).toBe(lost === 'pods' ? 'refused' : 'live');
    expect(watched.status().collections.map((c) => c.phase)).toContain('live');
    isAllowed = true;
    await passes(() => watched.status().hidden.length === 0);
    await passes(() => watched.status().collections.every((c) => c.phase === 'live'));
    expect(phase()).toBe('live');
    expect(arrivals.filter(({ line }) => line.type === 'access').map(({ line }) => line)).toMatchObject([
      { hidden: [{ what: lost }] },
      { hidden: [] },
    ]);
    expect(server.mostAtOnce(lost)).toBe(1);
  });

  it('logs: each crash is there without its log, and those after with theirs', async () => {
    let isAllowed = false;
    const second = Promise.withResolvers<void>();
    const third = Promise.withResolvers<void>();
    const { watched, arrivals, server, time } = await start({
      'list pods': [page([pod('a')], '10')],
      'watch pods': [
        watch(event('MODIFIED', crash(0)), until(second.promise), event('MODIFIED', crash(1)), until(third.promise), end),
        watch(event('MODIFIED', crash(2))),
      ],
      'list events': [page([], '10')],
      'watch events': QUIET,
      'log shop/a': () =>
        isAllowed
          ? text('2026-11-22T14:59:10.5Z out of cheese\n')
          : failure(
              403,
              'Forbidden',
              'pods "a" is forbidden: User "ann" cannot get resource "pods/log" in API group "" in the namespace "shop"',
            ),
    });
    await untilSo(() => watched.status().hidden.length === 1);
    expect(watched.status().hidden).toEqual([{ what: 'logs', namespace: 'shop', why: 'ann may not get pods/log in shop' }]);
    second.resolve();
    await untilSo(() => arrivals.some(({ line }) => line.type === 'MODIFIED' && JSON.stringify(line).includes('c://1')));
    isAllowed = true;
    time.sleep(11 * 60_000);
    third.resolve();
    await untilSo(() => watched.status().hidden.length === 0);
    await untilSo(() => arrivals.some(({ line }) => line.type === 'log' && line.containerID === 'c://2'));
    // The one in between was not even asked for.
    expect(server.count('log shop/a')).toBe(2);
  });
});

it('a namespace of several that is forbidden is hidden, and shown when the right to it comes', async () => {
  let isAllowed = false;
  const infra = (verb: string) => refusal(verb, 'pods', 'in the namespace "infra"');
  const { watched, passes, phase, arrivals } = await start(
    {
      'contact infra/pods': [infra('list')],
      'list shop/pods': [page([pod('a')], '10')],
      'watch shop/pods': QUIET,
      'list shop/events': [page([], '10')],
      'watch shop/events': QUIET,
      'list infra/pods': () => (isAllowed ? page([], '10') : infra('list')),
      'watch infra/pods': () => (isAllowed ? watch() : infra('watch')),
      'list infra/events': [page([], '10')],
      'watch infra/events': QUIET,
    },
    { namespaces: ['shop', 'infra'] },
  );
  expect(await watched.ready).toMatchObject({ namespaces: ['shop', 'infra'] });
  await untilSo(() => arrivals.some(({ line }) => line.type === 'snapshot' && line.namespace === 'shop'));
  expect(watched.status().hidden).toEqual([{ what: 'pods', namespace: 'infra', why: 'ann may not list pods in infra' }]);
  await passes(() => phase() === 'live');
  isAllowed = true;
  await passes(() => watched.status().hidden.length === 0);
});

it('the right to all namespaces, where only the own one could be watched, widens what is watched', async () => {
  let isAllowed = false;
  const { watched, passes, timeline, server, phase } = await start({
    'contact pods': () => (isAllowed ? page([], '10') : refusal('list', 'pods')),
    'list default/pods': [page([pod('a')], '10')],
    'watch default/pods': QUIET,
    'list default/events': [refusal('list', 'events', 'in the namespace "default"')],
    'list pods': [page([pod('a'), pod('b')], '10')],
    'watch pods': QUIET,
    'list events': [page([], '10')],
    'watch events': QUIET,
  });
  expect(await watched.ready).toMatchObject({ namespaces: ['default'] });
  await untilSo(() => watched.status().hidden.length === 2);
  await passes(() => server.count('contact pods') > 2);
  expect(timeline.head.names.size).toBe(1);
  isAllowed = true;
  await passes(() => timeline.head.names.size === 2);
  await passes(() => phase() === 'live');
  expect(watched.info.namespaces).toBe(null);
  expect(watched.status().hidden).toEqual([]);
  expect(timeline.head.gaps.filter((g) => g.to === null)).toEqual([]);
});

it('the right to all namespaces, lost while running, leaves the own one; what is out of sight is neither gone nor live', async () => {
  let isAllowed = true;
  const lost = Promise.withResolvers<void>();
  const inNamespace = (name: string, namespace: string): Json => {
    const made = pod(name);
    return { ...made, metadata: { ...(made.metadata as Json), namespace } };
  };
  const a = inNamespace('a', 'default');
  const b = inNamespace('b', 'infra');
  const { watched, passes, timeline, server, phase } = await start({
    'contact pods': () => (isAllowed ? page([], '10') : refusal('list', 'pods')),
    'list pods': () => (isAllowed ? page([a, b], '10') : refusal('list', 'pods')),
    'watch pods': (_, nth) => {
      if (nth === 0) return watch(until(lost.promise), end);
      return isAllowed ? watch() : refusal('watch', 'pods');
    },
    'list events': [page([], '10')],
    'watch events': QUIET,
    'list default/pods': [page([a], '20')],
    'watch default/pods': QUIET,
    'list default/events': [page([], '20')],
    'watch default/events': QUIET,
  });
  await watched.ready;
  await untilSo(() => timeline.head.names.size === 2);
  isAllowed = false;
  lost.resolve();
  await passes(() => server.count('list default/pods') === 1 && phase() === 'live');
  expect(watched.info.namespaces).toEqual(['default']);
  expect(watched.status().hidden).toEqual([{ what: 'pods', namespace: null, why: 'ann may not watch pods cluster-wide' }]);
  const open = () => timeline.head.gaps.filter((g) => g.to === null).map((g) => [g.kind, g.namespace]);
  expect(open()).toEqual([['Pod', 'infra']]);
  expect(timeline.head.pods.get('uid-b')?.goneAt).toBe(null);
  expect(server.mostAtOnce('default/pods')).toBe(1);

  isAllowed = true;
  await passes(() => watched.info.namespaces === null && phase() === 'live' && open().length === 0);
  expect(watched.status().hidden).toEqual([]);
  expect(timeline.head.names.size).toBe(2);
});
