import { setTimeout as pause } from 'node:timers/promises';
import type { Arrival, ClusterWatch } from '../sources/kubernetes/source.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { FirstLists } from './first-lists.ts';
import type { PatientReader } from './patient-reader.ts';

// Events say why a volume or an image fails, and owners how many pods serve: a cluster that does not tell soon is looked at without.
const REST_WITHIN_MS = 2000;
// A read that brings nothing new is no arrival: whether all are done is looked at as often as that.
const LOOK_MS = 20;

/**
 * Appends arrivals until everything that is watched was listed once: the pods, and what comes soon of the events and of the
 * owners and nodes of the pods in trouble.
 * @throws ConnectionError where the first contact fails.
 */
export async function listOnce(cluster: ClusterWatch, arrivals: PatientReader<Arrival>, timeline: Timeline): Promise<void> {
  const { namespaces } = await cluster.ready;
  const lists = new FirstLists(namespaces);
  const append = ({ envelope }: Arrival) => {
    timeline.append(envelope);
    lists.take(envelope);
  };
  while (!lists.areWhole && !lists.areForbidden) {
    const next = await arrivals.read();
    if (next === null || next === 'late') return;
    append(next.item);
  }
  const isDone = () => lists.haveEvents && cluster.status().reading === 0 && cluster.status().queued === 0;
  const late = AbortSignal.timeout(REST_WITHIN_MS);
  while (!late.aborted && !isDone()) {
    const next = await arrivals.read(pause(LOOK_MS));
    if (next === null) return;
    if (next !== 'late') append(next.item);
  }
}
