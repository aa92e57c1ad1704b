import {
  ledgerOnOurClock,
  type NodeClock,
  newInstanceAt,
  statusOnOurClock,
  UNKNOWN_CLOCK,
  withSample,
} from '../model/clock-skew.ts';
import { EMPTY_LEDGER, newestTimeOf } from '../model/ledger.ts';
import { namedIn } from '../model/named.ts';
import type { Envelope } from './envelope.ts';
import type { ClusterState, ContainerRecord, PodRecord } from './state.ts';
import { isGapOfPods } from './state.ts';

// Arrivals delayed by a broken watch come within this time after it resumes.
const LATE_FOR_MS = 10_000;

/** What arrivals revealed about the clock of the pod's node. */
export function clockOf(state: ClusterState, record: PodRecord): NodeClock {
  return state.clocks.get(record.pod.spec.nodeName) ?? UNKNOWN_CLOCK;
}

/** Our clock minus the clock of the pod's node, ms: add it to a time that the kubelet states. */
export function skewOf(state: ClusterState, record: PodRecord): number {
  return clockOf(state, record).skewMs;
}

/** The container with its runs and status on our clock; unchanged if the clocks agree. */
export function containerOnOurClock(state: ClusterState, record: PodRecord, container: ContainerRecord): ContainerRecord {
  const skewMs = skewOf(state, record);
  if (skewMs === 0) return container;
  const status = container.status === undefined ? undefined : statusOnOurClock(container.status, skewMs);
  return { ...container, ledger: ledgerOnOurClock(container.ledger, skewMs), status };
}

/** Updates the nodes' clocks by an arrival. @param before the state before that arrival. */
export function withClocks(state: ClusterState, before: ClusterState, envelope: Envelope): ClusterState {
  if (envelope.type === 'object' && envelope.object.kind === 'Pod' && envelope.verb !== 'DELETED')
    return withTimesOf(state, before, envelope.object.uid, envelope.at, !isLate(before, envelope.object.namespace, envelope.at));
  if (envelope.type !== 'snapshot' || envelope.kind !== 'Pod') return state;
  return envelope.items.reduce((next, { uid }) => withTimesOf(next, before, uid, envelope.at, false), state);
}

function isLate({ gaps }: ClusterState, namespace: string, at: number): boolean {
  const last = gaps.findLast((gap) => isGapOfPods(gap, namespace));
  return last !== undefined && (last.to === null || at - last.to < LATE_FOR_MS);
}

function withTimesOf(state: ClusterState, before: ClusterState, uid: string, at: number, mayBeFresh: boolean): ClusterState {
  const record = state.pods.get(uid);
  const known = before.pods.get(uid);
  if (record === undefined || record.pod.spec.nodeName === '') return state;
  const fresh = mayBeFresh && known !== undefined ? newestInstance(known, record) : null;
  const nodeTime = fresh ?? newestTime(record);
  if (nodeTime === null) return state;
  const clock = clockOf(state, record);
  const next = withSample(clock, at, nodeTime, fresh !== null);
  return next === clock ? state : { ...state, clocks: state.clocks.set(record.pod.spec.nodeName, next) };
}

function newestInstance(before: PodRecord, after: PodRecord): number | null {
  return latest(
    after.containers.map(({ name, ledger }) => newInstanceAt(namedIn(before.containers, name)?.ledger ?? EMPTY_LEDGER, ledger)),
  );
}

function newestTime({ containers }: PodRecord): number | null {
  return latest(
    containers.map(({ ledger }) => {
      const run = ledger.at(-1);
      return run === undefined ? null : newestTimeOf(run);
    }),
  );
}

function latest(times: readonly (number | null)[]): number | null {
  return times.reduce((newest, at) => (newest === null || (at !== null && at > newest) ? at : newest), null);
}
