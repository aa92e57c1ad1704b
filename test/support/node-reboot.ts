import type { ContainerStatus, Termination } from '../../src/model/pod.ts';
import type { KubeEvent, Node } from '../../src/model/resources.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { containerStatus, termination } from './container-status.ts';
import { pod } from './pod.ts';
import { kubeEvent, MINUTE, NOW, SECOND } from './record-builder.ts';

const DAY = 24 * 60 * MINUTE;

/** When the containers of the node were lost: its runtime came back and did not know them. */
export const REBOOTED_AT = NOW + MINUTE;

export interface RebootFields {
  /** How many pods, two of each Deployment. */
  readonly pods?: number;
  /** How often each had been restarted before, long ago. */
  readonly restarts?: number;
  /** How long the new container of the last pod takes, ms: the others are made one after the other before. */
  readonly startsWithin?: number;
  readonly tellsReboot?: boolean;
  /** How each of them ended. */
  readonly end?: Termination;
}

/** Pods of `node-a` that have lived for three days, and what arrives when that is rebooted. */
export function nodeReboot(fields: RebootFields = {}): readonly Envelope[] {
  const { pods = 30, restarts = 0, startsWithin = 40 * SECOND, tellsReboot = true, end = LOST } = fields;
  const numbers = Array.from({ length: pods }, (_, i) => i);
  const before = numbers.map((i) => podOf(i, runningStatus(restarts, NOW - 3 * DAY)));
  return [
    {
      type: 'snapshot',
      kind: 'Node',
      namespace: null,
      items: [node('True', NOW - 3 * DAY)],
      more: false,
      at: NOW,
      line: 0,
    },
    { type: 'snapshot', kind: 'Pod', namespace: null, items: before, more: false, at: NOW, line: 0 },
    object(node('Unknown', NOW + 50 * SECOND), NOW + 50 * SECOND),
    ...(tellsReboot ? [object(nodeEvent('Rebooted', 'Node node-a has been rebooted, boot id: 1'), REBOOTED_AT + SECOND)] : []),
    object(nodeEvent('Starting', 'Starting kubelet.'), REBOOTED_AT + SECOND),
    object(node('True', REBOOTED_AT + 2 * SECOND), REBOOTED_AT + 2 * SECOND),
    ...numbers.map((i) => object(podOf(i, lostStatus(restarts, end)), REBOOTED_AT + 3 * SECOND)),
    ...numbers.map((i) => {
      const at = REBOOTED_AT + 5 * SECOND + Math.floor((i * startsWithin) / pods);
      return object(podOf(i, againStatus(restarts + 1, at, end)), at + 500);
    }),
  ];
}

function object(resource: Envelope extends infer E ? (E extends { object: infer O } ? O : never) : never, at: number): Envelope {
  return { type: 'object', verb: 'MODIFIED', object: resource, at, line: 0 };
}

function node(ready: string, readySince: number): Node {
  return {
    ...{ kind: 'Node', uid: 'uid-node-a', name: 'node-a', kubeletVersion: 'v1.35.4', ready, readySince },
    ...{ pressures: [], architecture: 'amd64' },
  };
}

function nodeEvent(reason: string, message: string): KubeEvent {
  const at = REBOOTED_AT + SECOND;
  const involved = { kind: 'Node', namespace: '', name: 'node-a', uid: 'node-a', container: '' };
  return kubeEvent({ uid: `event-${reason}`, namespace: 'default', involved, reason, message, firstAt: at, lastAt: at });
}

/** The pod of that number, two of each Deployment. */
export function podOf(number: number, status: ContainerStatus) {
  const workload = `app-${Math.floor(number / 2)}`;
  return pod({
    uid: `uid-${number}`,
    name: `${workload}-7d9f8c-${number}`,
    createdAt: NOW - 20 * DAY,
    controller: { kind: 'ReplicaSet', name: `${workload}-7d9f8c`, uid: `rs-${workload}` },
    templateHash: '7d9f8c',
    conditions: [
      { type: 'Ready', status: status.state.type === 'running' ? 'True' : 'False', reason: '', message: '', since: null },
    ],
    containers: [status],
  });
}

function runningStatus(restartCount: number, startedAt: number): ContainerStatus {
  const last =
    restartCount === 0
      ? null
      : termination({ containerID: 'containerd://long-ago', startedAt: NOW - 9 * DAY, finishedAt: startedAt - SECOND });
  return containerStatus({
    restartCount,
    ready: true,
    containerID: 'containerd://first',
    state: { type: 'running', startedAt },
    last,
  });
}

/** The end that the runtime states of a container which it no longer knows. */
export const LOST = termination({
  containerID: 'containerd://first',
  exitCode: 255,
  reason: 'Unknown',
  startedAt: NOW - 3 * DAY,
  finishedAt: REBOOTED_AT,
});

function lostStatus(restartCount: number, end: Termination): ContainerStatus {
  const state = { ...end, type: 'terminated' as const };
  return containerStatus({ restartCount, containerID: 'containerd://first', state });
}

/** Of a container that runs again after the reboot. */
export function againStatus(restartCount: number, startedAt: number, last: Termination = LOST): ContainerStatus {
  return containerStatus({
    restartCount,
    ready: true,
    containerID: 'containerd://second',
    state: { type: 'running', startedAt },
    last,
  });
}
