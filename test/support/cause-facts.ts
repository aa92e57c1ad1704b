import type { Cause, CauseFacts } from '../../src/model/cause.ts';
import { causeOf } from '../../src/model/causes/index.ts';
import { addRuns, EMPTY_LEDGER, runsMentioned } from '../../src/model/ledger.ts';
import { toPod } from '../../src/model/pod.ts';
import { toKubeEvent, toNode } from '../../src/model/resources.ts';
import { arrayOf, type Json, objectOf, stringOf } from '../../src/text/json.ts';
import { safeText } from '../../src/text/safe-text.ts';

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

/** A time as the API writes it, of epoch ms. */
export const timeText = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

/** When something was seen, once: fields of an event. */
export const at = (time: string) => ({ firstTimestamp: time, lastTimestamp: time });

/** What runc says before a program runs, as containerd quotes it. */
export const RUNC =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ';
export const PROCESS = `${RUNC}unable to start container process: `;

/** The end of a run that the runtime did not get to start. */
export function startError(message: string): Json {
  return ended(128, 'StartError', { startedAt: '1970-01-01T00:00:00Z', message });
}

/** The cause where the runtime did not get to start it. */
export function causeOfStart(message: string): Cause | null {
  return causeOf(factsOf({ status: backingOff(startError(message)) }));
}

/** The cause of a run that has just ended, without a back-off yet. */
export function endOf(exitCode: number, reason = 'Error', logTail = '', message = ''): Cause | null {
  return causeOf(factsOf({ status: { state: ended(exitCode, reason, { message }) }, logTail }));
}

/** The cause of a run that left this log behind. */
export function said(logTail: string, exitCode = 1, reason = 'Error'): Cause | null {
  return causeOf(factsOf({ status: backingOff(ended(exitCode, reason)), logTail }));
}

/** The cause where the kubelet cannot make the container of its configuration. */
export function configError(message: string): Cause | null {
  return causeOf(factsOf({ status: waiting('CreateContainerConfigError', message) }));
}

export const IMAGE = 'registry.example.com/shop/app:1';

/** The cause where an image is not pulled. */
export function pulling(reason: string, message: string, events: Parameters<typeof event>[] = [], image = IMAGE): Cause | null {
  return causeOf(factsOf({ container: { image }, status: waiting(reason, message), events: events.map((e) => event(...e)) }));
}

export const NGINX = 'docker.io/library/nginx:1.99';
/** What containerd says before the reason why it did not pull {@link NGINX}. */
export const PULL = `failed to pull and unpack image "${NGINX}": `;
export const RESOLVE = `${PULL}failed to resolve reference "${NGINX}": `;

/** The cause where {@link NGINX} is not pulled. */
export const pull = (message: string, reason = 'ErrImagePull', events: Parameters<typeof event>[] = []) =>
  pulling(reason, message, events, NGINX);

/** The kubelet could not mount a volume of the pod. */
export function failedMount(message: string, more: Json = {}): Json {
  const involvedObject = { fieldPath: '', kind: 'Pod', namespace: 'n', name: 'p', uid: 'u' };
  return event('FailedMount', message, { involvedObject, ...more });
}

/** The cause of a pod that waits for its containers to be made, with these events. */
export const pending = (...events: Parameters<typeof event>[]) =>
  causeOf(
    factsOf({
      podStatus: { phase: 'Pending' },
      status: waiting('ContainerCreating'),
      events: events.map((e) => event(...e)),
    }),
  );

/** When the first run of {@link evidenceOf} began, epoch ms. */
export const FIRST_START = Date.parse('2026-11-22T14:30:00Z');

/** Statuses of runs that lived so many seconds each, one after the other. */
function runsOf(lives: readonly number[], exitCode = 1, reason = 'Error'): Json[] {
  let now = FIRST_START;
  return lives.map((life, restartCount) => {
    const startedAt = timeText(now);
    now += life * 1000;
    const state = ended(exitCode, reason, { containerID: `containerd://${restartCount}`, startedAt, finishedAt: timeText(now) });
    now += 10_000;
    return { state, restartCount };
  });
}

/** The evidence of the last of several runs, which lived so many seconds each. */
export function evidenceOf(
  lives: readonly number[],
  more: { exitCode?: number; reason?: string; container?: Json; events?: Json[] } = {},
): readonly string[] {
  const statuses = runsOf(lives, more.exitCode, more.reason);
  const status = statuses.at(-1) as Json;
  const { container = {}, events = [] } = more;
  return causeOf(factsOf({ container, events, earlier: statuses.slice(0, -1), status }))?.evidence ?? [];
}
