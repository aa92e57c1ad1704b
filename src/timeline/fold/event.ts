import type { KubeEvent } from '../../model/resources.ts';
import { editReportedBy } from '../../model/stopped-runs.ts';
import { skewOf } from '../node-clocks.ts';
import { backoffOf, type ClusterState, NO_EVENTS, nodeEventsKey, type PodRecord } from '../state.ts';
import { foldContainers } from './container.ts';
import { withLearnedBackoff } from './lessons.ts';
import { withRecord } from './pod.ts';

// Events are hints and an object may have many: keep the newest.
const EVENTS_KEPT = 60;

/**
 * Adds an event to its object, and applies what it says about runs, failing starts, reboots and
 * kubelets.
 */
export function foldEvent(state: ClusterState, event: KubeEvent): ClusterState {
  const about = event.involved.kind === 'Node' ? nodeEventsKey(event.involved.name) : event.involved.uid;
  const known = state.events.get(about) ?? NO_EVENTS;
  const others = known.filter((e) => e.uid !== event.uid);
  const index = others.findLastIndex((e) => e.lastAt <= event.lastAt) + 1;
  const sorted = [...others.slice(0, index), event, ...others.slice(index)].slice(-EVENTS_KEPT);
  const next = { ...state, events: state.events.set(about, sorted) };
  if (event.involved.kind === 'Node') return withRebooted(withKubeletStart(next, event), event);
  return withStoppedRuns(withBlockedPod(next, event), event);
}

// The kubelet announces that it stops a container for an edit; the end may have arrived before.
function withStoppedRuns(state: ClusterState, event: KubeEvent): ClusterState {
  const record = editReportedBy(event) === null ? undefined : state.pods.get(event.involved.uid);
  return record === undefined ? state : refoldContainers(state, record);
}

// A kubelet reports a reboot of its node only when it is back.
function withRebooted(state: ClusterState, event: KubeEvent): ClusterState {
  if (event.reason !== 'Rebooted') return state;
  let next = state;
  for (const record of state.unhealthyCandidates.values()) {
    if (record.pod.spec.nodeName === event.involved.name) next = refoldContainers(next, record);
  }
  return next;
}

function refoldContainers(state: ClusterState, record: PodRecord): ClusterState {
  if (record.goneAt !== null) return state;
  const containers = foldContainers(state, record, record.pod, record.arrivedAt, record.deletionAskedAt);
  const next = { ...record, containers };
  return withLearnedBackoff(withRecord(state, next), record, next);
}

// An event of its node says that the kubelet has started: it has forgotten every back-off.
function withKubeletStart(state: ClusterState, event: KubeEvent): ClusterState {
  if (event.reason !== 'Starting' || event.component !== 'kubelet') return state;
  const node = backoffOf(state, event.involved.name);
  if (node.kubeletStarts.includes(event.lastAt)) return state;
  const kubeletStarts = [...node.kubeletStarts, event.lastAt].toSorted((a, b) => a - b);
  return { ...state, backoffs: state.backoffs.set(event.involved.name, { ...node, kubeletStarts }) };
}

// Volume and sandbox failures appear in events only: the pod itself does not change.
function withBlockedPod(state: ClusterState, event: KubeEvent): ClusterState {
  const record = state.pods.get(event.involved.uid);
  if (record === undefined || record.goneAt !== null || record.pod.phase !== 'Pending') return state;
  const at = event.lastAt + skewOf(state, record);
  const containers = foldContainers(state, record, record.pod, at, record.deletionAskedAt);
  return withRecord(state, { ...record, containers });
}
