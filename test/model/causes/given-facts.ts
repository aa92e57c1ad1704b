import type { CauseFacts } from '../../../src/model/cause.ts';
import { addRuns, EMPTY_LEDGER, runsMentioned } from '../../../src/model/ledger.ts';
import { toPod } from '../../../src/model/pod.ts';
import { toKubeEvent, toNode } from '../../../src/model/resources.ts';
import { arrayOf, type Json, objectOf, stringOf } from '../../../src/text/json.ts';
import { safeText } from '../../../src/text/safe-text.ts';

/** Parts of a pod with one container `c`, as the API writes them. */
export interface Given {
  readonly metadata?: Json;
  readonly spec?: Json;
  readonly container?: Json;
  readonly podStatus?: Json;
  /** The container's status; without it there is none. */
  readonly status?: Json;
  /** Container statuses that came before, oldest first: what the ledger remembers. */
  readonly earlier?: readonly Json[];
  readonly events?: readonly Json[];
  readonly node?: Json;
  /** Epoch ms. */
  readonly kubeletStarts?: readonly number[];
  readonly ownerEvents?: readonly Json[];
  readonly nodeEvents?: readonly Json[];
  readonly eventsHidden?: string;
  readonly logTail?: string;
}

const AT = '2026-11-22T15:00:10Z';

/** The end of one run: exit code, reason, and whatever else the API states. */
export function ended(exitCode: number, reason = 'Error', more: Json = {}): Json {
  return {
    terminated: { exitCode, reason, startedAt: '2026-11-22T15:00:00Z', finishedAt: AT, containerID: 'containerd://1', ...more },
  };
}

/** A container that waits in its back-off after that end. */
export function backingOff(end: Json): Json {
  const message = 'back-off 10s restarting failed container=c pod=p_n(u)';
  const waiting = { reason: 'CrashLoopBackOff', message };
  return { state: { waiting }, lastState: end, restartCount: 3, containerID: objectOf(end.terminated).containerID };
}

/** A container that waits for a reason. */
export function waiting(reason: string, message = ''): Json {
  return { state: { waiting: { reason, message } }, restartCount: 0 };
}

/** An event of the kubelet about the container, or about the whole pod. */
export function event(reason: string, message: string, more: Json = {}): Json {
  return {
    metadata: { name: `${reason}.1`, namespace: 'n', uid: `${reason} ${message}` },
    involvedObject: { kind: 'Pod', namespace: 'n', name: 'p', uid: 'u', fieldPath: 'spec.containers{c}' },
    reason,
    message,
    type: 'Warning',
    count: 1,
    firstTimestamp: AT,
    lastTimestamp: AT,
    ...more,
  };
}

/** The facts of container `c` of pod `n/p`, through the same projection as everything that arrives. */
export function factsOf(given: Given): CauseFacts {
  const { container, status, events = [], logTail = '' } = given;
  const podOf = (containerStatus: Json | undefined) => {
    const containers = given.spec?.containers ?? [{ name: 'c', image: 'registry.example.com/shop/app:1', ...container }];
    const isInit = arrayOf(given.spec?.initContainers).some((c) => stringOf(objectOf(c).name) === 'c');
    const statuses =
      containerStatus === undefined ? [] : [{ name: 'c', image: 'registry.example.com/shop/app:1', ...containerStatus }];
    return toPod({
      metadata: { name: 'p', namespace: 'n', uid: 'u', creationTimestamp: '2026-11-22T14:00:00Z', ...given.metadata },
      spec: { nodeName: 'node-a', ...given.spec, containers },
      status: { phase: 'Running', [isInit ? 'initContainerStatuses' : 'containerStatuses']: statuses, ...given.podStatus },
    });
  };
  let ledger = EMPTY_LEDGER;
  for (const one of [...(given.earlier ?? []), status]) {
    for (const known of podOf(one).containers) ledger = addRuns(ledger, runsMentioned(known));
  }
  const pod = podOf(status);
  return {
    pod,
    container: 'c',
    status: pod.containers.find((c) => c.name === 'c'),
    ledger,
    events: events.map(toKubeEvent),
    node: given.node === undefined ? undefined : toNode(given.node),
    nodeEvents: (given.nodeEvents ?? []).map(toKubeEvent),
    eventsHidden: given.eventsHidden ?? '',
    kubeletStarts: given.kubeletStarts ?? [],
    ownerEvents: (given.ownerEvents ?? []).map(toKubeEvent),
    logTail: safeText(logTail),
  };
}
