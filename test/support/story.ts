import { troublesAt } from '../../src/diagnosis/problems.ts';
import type { RecordingLine } from '../../src/recording/line.ts';
import { Projector } from '../../src/recording/projector.ts';
import { type CheckResult, Examination } from '../../src/report/check/examination.ts';
import type { Json } from '../../src/text/json.ts';
import type { ClusterState } from '../../src/timeline/state.ts';
import { Timeline } from '../../src/timeline/timeline.ts';

/** When every story begins. */
export const BEGIN = Date.parse('2026-11-20T10:00:00Z');
export const MINUTE = 60;
export const HOUR = 3600;

/** Seconds after the beginning, as the API writes a time. */
export function time(seconds: number): string {
  return new Date(BEGIN + seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** How a run ended: its seconds, its exit code, and the runtime's word where that is another than usual. */
export type End = readonly [start: number | null, end: number | null, code: number, reason?: string];

/** The status of one container, in the words of a test. Its instance is `id`, else `<name>-<count>`. */
export interface Told {
  readonly name?: string;
  readonly type?: 'app' | 'sidecar' | 'init' | 'ephemeral';
  /** Of the spec; and of the instance, where it began with another. */
  readonly image?: string;
  readonly ranImage?: string;
  /** Memory limit of the spec, and of the status; each restarts the container when it changes. */
  readonly memory?: string;
  readonly runsWith?: string;
  readonly count?: number;
  readonly id?: string;
  /** It runs since then (seconds), has ended so, or waits for this reason. */
  readonly runs?: number;
  readonly ended?: End;
  readonly waits?: string;
  readonly message?: string;
  /** How the run before ended; in a waiting state, the current one. */
  readonly last?: End;
}

/** A pod in the words of a test. */
export interface ToldPod {
  readonly name?: string;
  readonly uid?: string;
  readonly made?: number;
  readonly owner?: readonly [kind: string, name: string];
  readonly node?: string;
  readonly policy?: string;
  readonly grace?: number;
  readonly phase?: string;
  readonly reason?: string;
  /** Deletion was asked for then (seconds), with that grace period; an API server sets it that far ahead. */
  readonly deleted?: number;
  readonly granted?: number;
  readonly finalizers?: readonly string[];
  readonly containers: readonly Told[];
}

function terminated(id: string, [start, end, code, reason]: End): Json {
  const usual = code === 0 ? 'Completed' : 'Error';
  const at = (seconds: number | null) => (seconds === null ? null : time(seconds));
  return { terminated: { exitCode: code, reason: reason ?? usual, startedAt: at(start), finishedAt: at(end), containerID: id } };
}

function stateOf(told: Told, id: string): Json {
  if (told.ended !== undefined) return terminated(id, told.ended);
  if (told.runs !== undefined) return { running: { startedAt: time(told.runs) } };
  return { waiting: { reason: told.waits ?? 'ContainerCreating', message: told.message ?? '' } };
}

function statusOf(told: Told): Json {
  const { name = 'app', count = 0, last } = told;
  const image = told.ranImage ?? told.image ?? 'registry.example/app:1';
  const isCreated = told.id !== undefined || told.runs !== undefined || told.ended !== undefined || last !== undefined;
  const id = isCreated ? `containerd://${told.id ?? `${name}-${count}`}` : '';
  const isWaiting = told.runs === undefined && told.ended === undefined;
  const lastID = isWaiting ? id : `containerd://${name}-${count - 1}`;
  return {
    ...{ name, image, imageID: '', containerID: id, restartCount: count },
    ...{ ready: told.runs !== undefined, started: told.runs !== undefined },
    ...(told.runsWith === undefined ? {} : { resources: { limits: { memory: told.runsWith } } }),
    state: stateOf(told, id),
    lastState: last === undefined ? {} : terminated(lastID, last),
  };
}

function specOf({ name = 'app', type = 'app', image = 'registry.example/app:1', memory }: Told): Json {
  return {
    ...{ name, image },
    ...(type === 'sidecar' ? { restartPolicy: 'Always' } : {}),
    ...(memory === undefined
      ? {}
      : {
          resources: { limits: { memory } },
          resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }],
        }),
  };
}

/** The pod as an API server sends it. */
export function podObject(told: ToldPod): Json {
  const { name = 'web-1', made = -HOUR, owner, node = 'node-a', policy = 'Always', grace = 30, phase = 'Running' } = told;
  const of = (...types: (Told['type'] & string)[]) => told.containers.filter(({ type = 'app' }) => types.includes(type));
  const isReady = of('app').every((c) => c.runs !== undefined) && phase === 'Running';
  const granted = told.granted ?? grace;
  const deletion =
    told.deleted === undefined ? {} : { deletionTimestamp: time(told.deleted + granted), deletionGracePeriodSeconds: granted };
  const [kind, ownerName] = owner ?? [];
  const hash = kind === 'ReplicaSet' ? { labels: { 'pod-template-hash': `${ownerName}`.split('-').at(-1) } } : {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name, namespace: 'shop', uid: told.uid ?? name, creationTimestamp: time(made), resourceVersion: '1' },
      ...deletion,
      ...hash,
      ...(told.finalizers === undefined ? {} : { finalizers: told.finalizers }),
      ...(kind === undefined ? {} : { ownerReferences: [{ kind, name: ownerName, uid: `uid-${ownerName}`, controller: true }] }),
    },
    spec: {
      ...{ nodeName: node, restartPolicy: policy, terminationGracePeriodSeconds: grace },
      initContainers: of('init', 'sidecar').map(specOf),
      containers: of('app').map(specOf),
      ephemeralContainers: of('ephemeral').map(specOf),
    },
    status: {
      phase,
      ...(told.reason === undefined ? {} : { reason: told.reason }),
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: time(made) },
        { type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: time(made) },
      ],
      initContainerStatuses: of('init', 'sidecar').map(statusOf),
      containerStatuses: of('app').map(statusOf),
      ephemeralContainerStatuses: of('ephemeral').map(statusOf),
    },
  };
}

/** An event of the kubelet about a container of a pod, at so many seconds. */
export function killing(at: number, message: string, { uid = 'web-1', container = 'app', first = at, count = 1 } = {}): Json {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `killing-${at}`, namespace: 'shop', uid: `killing-${at}`, creationTimestamp: time(first) },
    involvedObject: { kind: 'Pod', namespace: 'shop', name: uid, uid, fieldPath: `spec.containers{${container}}` },
    ...{ reason: 'Killing', message, type: 'Normal', count, firstTimestamp: time(first), lastTimestamp: time(at) },
    source: { component: 'kubelet', host: 'node-a' },
  };
}

/** The kubelet of a node that was rebooted says so. */
export function rebooted(at: number, node = 'node-a'): Json {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `rebooted-${at}`, namespace: 'default', uid: `rebooted-${at}`, creationTimestamp: time(at) },
    involvedObject: { kind: 'Node', name: node, uid: node },
    ...{ reason: 'Rebooted', message: `Node ${node} has been rebooted`, type: 'Warning', count: 1 },
    ...{ firstTimestamp: time(at), lastTimestamp: time(at), source: { component: 'kubelet', host: node } },
  };
}

/** One thing that arrives at so many seconds: a list of all pods there are, or one object. */
export type Arrival = readonly [at: number, what: 'list' | 'ADDED' | 'MODIFIED' | 'DELETED', ...objects: Json[]];

/** What somebody on call sees at the end of a story. */
export interface Ending {
  readonly state: ClusterState;
  readonly now: number;
  /** `pod:container` and its trouble; empty where nothing is listed. */
  readonly listed: Readonly<Record<string, string>>;
  readonly check: CheckResult;
  /** Does `crashtop check` pass? */
  readonly passes: boolean;
}

/** Plays a story from its first arrival to `until` (seconds), and checks it as `crashtop check` does. */
export function play(until: number, ...arrivals: readonly Arrival[]): Ending {
  const projector = new Projector(BEGIN);
  const timeline = new Timeline(BEGIN);
  const examination = new Examination({ maxRestarts: 0, ignored: new Set(), namespaces: null, isSelection: false });
  for (const [index, [at, what, ...objects]] of arrivals.entries()) {
    const t = at * 1000;
    const lines =
      what === 'list'
        ? [{ t, type: 'snapshot', kind: 'Pod', items: objects }]
        : objects.map((object) => ({ t, type: what, kind: object.kind, object }));
    for (const line of lines) {
      const envelope = projector.project(line as unknown as RecordingLine, index + 1);
      if (envelope === null) throw new Error('nothing arrived');
      timeline.append(envelope);
      if (index === 0) examination.begin(timeline.head, BEGIN + t);
      else examination.observe(timeline.head, envelope);
    }
  }
  const now = BEGIN + until * 1000;
  const troubles = troublesAt(timeline.head, now);
  const check = examination.result(timeline.head, now);
  return {
    state: timeline.head,
    now,
    listed: Object.fromEntries(troubles.map((t) => [`${t.record.pod.name}:${t.container.name}`, t.trouble.state])),
    check,
    passes: check.failures.length === 0 && check.workloads.length === 0,
  };
}
