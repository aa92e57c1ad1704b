import { setTimeout as pause } from 'node:timers/promises';
import type { Arrival, ClusterWatch } from '../sources/kubernetes/source.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { FirstLists } from './first-lists.ts';
import type { PatientReader } from './patient-reader.ts';

// Events and logs say why, owners how many pods serve: a cluster that does not tell soon is looked at without.
const REST_WITHIN_MS = 2000;
// A read that brings nothing new is no arrival: whether all are done is looked at as often as that.
const LOOK_MS = 20;

/** Somebody reads a cluster into a timeline. */
export interface Reading {
  readonly cluster: ClusterWatch;
  readonly arrivals: PatientReader<Arrival>;
  readonly timeline: Timeline;
}

/** How long is waited for what stands beside the pods, ms: no longer than for a single answer. @param requestTimeout ms; 0: any time. */
export function restWithin(requestTimeout: number | undefined): number {
  return Math.min(REST_WITHIN_MS, requestTimeout || REST_WITHIN_MS);
}

/**
 * Appends arrivals until everything that is watched was listed once: the pods, and what comes within `restMs` of the events and of
 * the owners and nodes of the pods in trouble.
 * @param logs is waited as long for the logs of runs that ended lately? They must be watched, too.
 * @throws ConnectionError where the first contact fails.
 */
export async function listOnce({ cluster, arrivals, timeline }: Reading, restMs: number, logs: boolean): Promise<void> {
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
  const isDone = () => {
    const { reading, readingLogs, queued } = cluster.status();
    return lists.haveEvents && reading === 0 && queued === 0 && !(logs && readingLogs > 0);
  };
  await appendUntil(isDone, restMs, arrivals, append);
}

/** Appends arrivals until the log of a run that `isMissing` is there, or cannot come any more, or `withinMs` are over. */
export async function awaitLog(
  isMissing: () => boolean,
  { cluster, arrivals, timeline }: Reading,
  withinMs: number,
): Promise<void> {
  const isDone = () => {
    const { readingLogs, queued } = cluster.status();
    return !isMissing() || (readingLogs === 0 && queued === 0);
  };
  await appendUntil(isDone, withinMs, arrivals, ({ envelope }) => timeline.append(envelope));
}

async function appendUntil(
  isDone: () => boolean,
  withinMs: number,
  arrivals: PatientReader<Arrival>,
  append: (arrival: Arrival) => void,
): Promise<void> {
  const late = AbortSignal.timeout(withinMs);
  while (!late.aborted && !isDone()) {
    const next = await arrivals.read(pause(LOOK_MS));
    if (next === null) return;
    if (next !== 'late') append(next.item);
  }
}
