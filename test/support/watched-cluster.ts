import { type Arrival, type ClusterWatch, watchCluster } from '../../src/sources/kubernetes/cluster-watch.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../src/timeline/state.ts';
import { page, watch } from '../api-server/answers.ts';
import { type ApiServer, type Scenario, startApiServer } from '../api-server/api-server.ts';
import { CountedConnection, passTime } from './counted-connection.ts';
import { ManualTime } from './manual-time.ts';

/** A scripted API server, watched without logs, and the fold of what arrived. */
export interface WatchedCluster {
  readonly server: ApiServer;
  readonly watched: ClusterWatch;
  readonly arrivals: readonly Arrival[];
  readonly time: ManualTime;
  readonly state: () => ClusterState;
  /** Lets time pass, and what comes of it happen. */
  pass(ms: number): Promise<void>;
}

/**
 * Watches a server that has pods, and no events unless the scenario names some, until nothing is asked any more.
 * @param now epoch ms.
 * @param cleanUp takes what ends it, in the order in which it began.
 */
export async function watchScenario(
  scenario: Scenario,
  now: number,
  cleanUp: (() => Promise<void> | void)[],
): Promise<WatchedCluster> {
  const server = await startApiServer({
    'watch pods': [watch()],
    'list events': [page([], '10')],
    'watch events': [watch()],
    ...scenario,
  });
  cleanUp.push(() => server.close());
  const time = new ManualTime(now);
  const connection = new CountedConnection({ kubeconfig: server.kubeconfig(), env: {}, clock: time, userAgent: 'crashtop/test' });
  const watched = watchCluster({
    ...{ connection, scope: 'all', selector: null, clock: time, logs: false, timers: time, random: () => 0 },
  });
  cleanUp.push(() => watched.stop());
  const arrivals: Arrival[] = [];
  let state: ClusterState = EMPTY_STATE;
  void (async () => {
    for await (const arrival of watched.arrivals) {
      arrivals.push(arrival);
      state = reduce(state, arrival.envelope);
    }
  })();
  await watched.ready;
  await connection.settled();
  return { server, watched, arrivals, time, state: () => state, pass: (ms) => passTime(ms, time, connection) };
}
