import { setTimeout as pause } from 'node:timers/promises';
import { EnvironmentError } from '../process/environment-error.ts';
import type { Arrival, ClusterWatch } from '../sources/kubernetes/cluster-watch.ts';
import { foreignText } from '../sources/kubernetes/foreign-words.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { isHopeless, troubleOf } from './connection-words.ts';
import type { DeadlineReader } from './deadline-reader.ts';
import { InitialSync } from './initial-sync.ts';

// Events and logs give the cause, owners the replica counts: a slow cluster is reported without
// them.
const REST_WITHIN_MS = 2000;
// How long to retry a failing server, unless the user sets another limit.
const LIST_WITHIN_MS = 60_000;
// A read without news is not an arrival: check this often whether all are done.
const LOOK_MS = 20;

/** A cluster being read into a timeline. */
export interface Reading {
  readonly cluster: ClusterWatch;
  readonly arrivals: DeadlineReader<Arrival>;
  readonly timeline: Timeline;
}

/**
 * How long to wait for everything besides the pods, ms: no longer than for a single answer. @param
 * requestTimeout ms; 0: no limit.
 */
export function restWithin(requestTimeout: number | undefined): number {
  return Math.min(REST_WITHIN_MS, requestTimeout || REST_WITHIN_MS);
}

/**
 * Appends arrivals until everything watched was listed once: the pods, and as many events, owners
 * and nodes of unhealthy pods as come soon.
 * @param requestTimeout ms; 0 for no limit.
 * @param logs wait as long for the logs of recently ended runs? They must be watched, too.
 * @throws ConnectionError if the first contact fails, EnvironmentError if the list of pods fails
 * until the limit, or permanently.
 */
export async function listOnce(
  { cluster, arrivals, timeline }: Reading,
  requestTimeout: number | undefined,
  logs: boolean,
): Promise<void> {
  const { namespaces } = await cluster.ready;
  const lists = new InitialSync(namespaces);
  const append = ({ envelope }: Arrival) => {
    timeline.append(envelope);
    lists.take(envelope);
  };
  // 0 means no limit: then only a permanent failure ends it.
  const patience = requestTimeout === 0 ? null : AbortSignal.timeout(requestTimeout ?? LIST_WITHIN_MS);
  while (!lists.areWhole && !lists.areForbidden) {
    const next = await arrivals.read(pause(LOOK_MS));
    if (next === null) return;
    if (next !== 'late') append(next.item);
    else throwIfFailed(cluster, patience?.aborted === true);
  }
  const isDone = () => {
    const { reading, readingLogs, queued } = cluster.status();
    return lists.haveEvents && reading === 0 && queued === 0 && !(logs && readingLogs > 0);
  };
  await appendUntil(isDone, restWithin(requestTimeout), arrivals, append);
}

function throwIfFailed(cluster: ClusterWatch, isLate: boolean): void {
  const status = cluster.status();
  const trouble = troubleOf(status);
  if (trouble === null || !(isLate || isHopeless(status))) return;
  throw new EnvironmentError(
    `no list of pods came from ${foreignText(cluster.server)} (context "${cluster.info.name}"): ${trouble}`,
  );
}

/**
 * Appends arrivals until the log of a run that `isMissing` arrives, or cannot arrive any more, or
 * `withinMs` are over.
 */
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
  arrivals: DeadlineReader<Arrival>,
  append: (arrival: Arrival) => void,
): Promise<void> {
  const late = AbortSignal.timeout(withinMs);
  while (!late.aborted && !isDone()) {
    const next = await arrivals.read(pause(LOOK_MS));
    if (next === null) return;
    if (next !== 'late') append(next.item);
  }
}
